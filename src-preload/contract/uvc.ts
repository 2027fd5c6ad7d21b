/** What main and the hidden page that holds a USB camera say to each other, over a port of their own. */

/** Where main hands the hidden page its end of the port. */
export const UVC_CHANNEL = 'benchframe:uvc'

export interface FoundUvcCamera {
  /** Chromium's id: a hash, salted for this installation. */
  readonly device: string
  readonly label: string
}

/** What an open camera is, and what its exposure is set to. */
export interface UvcFacts {
  readonly label: string
  readonly width: number
  readonly height: number
  /** From frame to frame, as the camera says. */
  readonly frameMs: number
  /** null: the camera offers no setting of it. `valueMs` null: the camera chooses by itself. */
  readonly exposure: {
    readonly minMs: number
    readonly maxMs: number
    readonly valueMs: number | null
  } | null
}

export interface UvcFrame {
  /** The clock of the stream, which begins at its first frame. */
  readonly timestampUs: number
  /** Brightness of each pixel, row by row; null when pixels were not asked for. */
  readonly luma: Uint8Array | null
}

export type ToUvcPage =
  | { readonly kind: 'list'; readonly call: number }
  | { readonly kind: 'open'; readonly call: number; readonly device: string }
  /** null: the camera chooses by itself. */
  | { readonly kind: 'expose'; readonly call: number; readonly exposureMs: number | null }
  /** Whether frames bring their pixels. */
  | { readonly kind: 'pixels'; readonly on: boolean }

export type FromUvcPage =
  | { readonly kind: 'cameras'; readonly call: number; readonly cameras: readonly FoundUvcCamera[] }
  | { readonly kind: 'facts'; readonly call: number; readonly facts: UvcFacts }
  /** `name`: of the DOMException. */
  | { readonly kind: 'failed'; readonly call: number; readonly name: string; readonly message: string }
  | { readonly kind: 'frame'; readonly frame: UvcFrame }
  | { readonly kind: 'ended'; readonly why: string }
