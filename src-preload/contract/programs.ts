/** Other programs that talk with the app over its local socket. */
export interface ProgramsStatus {
  /** null: the socket is closed. */
  readonly port: number | null
  /** What a program must say first; a new one each time the socket is opened. */
  readonly token: string | null
  /** Names of the programs that are connected. */
  readonly programs: readonly string[]
}

export const USUAL_PROGRAM_PORT = 41_417

/** A burst that another program asks for. */
export interface BurstRequest {
  /** The name that the program gave itself. */
  readonly program: string
  readonly frames: number
  /** 0: the camera sets the pace. */
  readonly everyMs: number
}
