/** An answer that is bytes without an end of line. Kept as text, one character a byte, so that patterns can read it. */

export interface Framed {
  readonly text: string
  /** Bytes that it took on the wire. */
  readonly length: number
}

/** The answer at the end of what has come; null: not yet. */
export type Frame = (taken: string) => Framed | null

/** So many bytes, whatever they are. */
export const bytesFrame =
  (count: number): Frame =>
  (taken) =>
    taken.length < count ? null : { text: taken.slice(-count), length: count }

/** No answer is longer. */
const MOST = 1024

export interface ByteAnswer {
  push(byte: number, frame: Frame): Framed | null
  readonly hasBegun: boolean
  /** Forgets what has come, and tells it. */
  drop(): string
}

export function createByteAnswer(): ByteAnswer {
  let taken = ''
  return {
    push(byte, frame) {
      taken = (taken + String.fromCharCode(byte)).slice(-MOST)
      return frame(taken)
    },
    get hasBegun() {
      return taken !== ''
    },
    drop() {
      const had = taken
      taken = ''
      return had
    }
  }
}
