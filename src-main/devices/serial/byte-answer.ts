/** An answer that has a fixed number of bytes and no end of its own. Kept as text, one character a byte, so that patterns can read it. */

export interface ByteAnswer {
  /** The last `count` bytes, once there are so many. */
  push(byte: number, count: number): string | null
  readonly hasBegun: boolean
  /** Forgets what has come; true when there was something. */
  drop(): boolean
}

export function createByteAnswer(): ByteAnswer {
  let taken = ''
  return {
    push(byte, count) {
      taken = (taken + String.fromCharCode(byte)).slice(-count)
      return taken.length < count ? null : taken
    },
    get hasBegun() {
      return taken !== ''
    },
    drop() {
      const had = taken !== ''
      taken = ''
      return had
    }
  }
}
