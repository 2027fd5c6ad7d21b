/** The local socket for other programs (acceptance X3): off until the user turns it on, on loopback only, with a token. */
import { randomBytes } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import { Failed } from '../../src-preload/contract/failure'
import type { ProgramsStatus } from '../../src-preload/contract/programs'
import type { RunStatus } from '../../src-preload/contract/run'
import type { ProgramHands } from './program-hands'
import { ProgramSession } from './session'

const MOST_CONNECTIONS = 8

export interface ProgramServerParts {
  readonly hands: ProgramHands
  readonly version: string
  /** Keeps port and token where a program of this user finds them; null: nothing is open, and nothing must be found. */
  readonly publish: (access: { readonly port: number; readonly token: string } | null) => void
  readonly onChange: (status: ProgramsStatus) => void
}

export class ProgramServer {
  readonly #parts: ProgramServerParts
  readonly #sessions = new Set<ProgramSession>()
  #server: Server | null = null
  #token = ''
  #undo: () => void = () => undefined

  constructor(parts: ProgramServerParts) {
    this.#parts = parts
  }

  status(): ProgramsStatus {
    const address = this.#server?.address()
    const port = typeof address === 'object' && address !== null ? address.port : null
    const programs = [...this.#sessions].flatMap(({ name }) => (name === null ? [] : [name]))
    return { port, token: port === null ? null : this.#token, programs }
  }

  /**
   * Listens on this port of loopback, with a new token; 0 takes a free port. A server that was open is closed first.
   * Throws `device.busy` when the port is taken, and then none is open.
   */
  async open(port: number): Promise<ProgramsStatus> {
    await this.close()
    const server = createServer((socket) => this.#connected(socket))
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(portFailure(port, error)))
      server.listen(port, '127.0.0.1', resolve)
    })
    this.#server = server
    this.#token = randomBytes(24).toString('base64url')
    this.#undo = this.#parts.hands.onFrame((frame, record) => {
      for (const session of this.#sessions) session.frame(frame, record)
    })
    const status = this.status()
    this.#parts.publish({ port: status.port ?? port, token: this.#token })
    this.#parts.onChange(status)
    return status
  }

  /** Lets all programs go. */
  async close(): Promise<ProgramsStatus> {
    const server = this.#server
    if (server === null) return this.status()
    this.#server = null
    this.#undo()
    this.#parts.publish(null)
    const closed = new Promise((resolve) => server.close(resolve))
    for (const session of this.#sessions) session.end()
    await closed
    const status = this.status()
    this.#parts.onChange(status)
    return status
  }

  /** Tells programs of the run. */
  run(status: RunStatus): void {
    for (const session of this.#sessions) session.run(status)
  }

  #connected(socket: Socket): void {
    if (this.#sessions.size >= MOST_CONNECTIONS) {
      socket.end(
        '{"ok":false,"failure":{"code":"device.busy","message":"Eight programs are connected already."}}\n'
      )
      return
    }
    const session: ProgramSession = new ProgramSession({
      socket,
      token: this.#token,
      version: this.#parts.version,
      hands: this.#parts.hands,
      onHello: () => this.#parts.onChange(this.status()),
      onEnd: () => {
        this.#sessions.delete(session)
        this.#parts.onChange(this.status())
      }
    })
    this.#sessions.add(session)
  }
}

function portFailure(port: number, error: NodeJS.ErrnoException): Failed {
  const message =
    error.code === 'EADDRINUSE'
      ? `Port ${port} is used by another program.`
      : `Port ${port} can't be opened: ${error.message}`
  return new Failed('device.busy', message, { next: 'Choose another port in Settings.', cause: error })
}
