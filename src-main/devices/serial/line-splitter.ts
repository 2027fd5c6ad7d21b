/** Bytes into lines, which end with CR, LF or both, with a bound: a line that grows past the cap is handed out as garbage and its rest is skipped. */

/** Longest line; what comes without an end is no line. */
export const LINE_CAP = 4096

const NEWLINE = 0x0a
const RETURN = 0x0d

export type Line =
  | { readonly kind: 'text'; readonly text: string }
  /** Not printable ASCII or UTF-8 letters, or longer than the cap. `shown` is safe to print. */
  | { readonly kind: 'garbage'; readonly shown: string }

export interface LineSplitter {
  push(bytes: Buffer): readonly Line[]
  /** Forgets a line that has begun; true when there was one. */
  drop(): boolean
}

export function createLineSplitter(): LineSplitter {
  let begun: Buffer = Buffer.alloc(0)
  let skipping = false

  function push(bytes: Buffer): readonly Line[] {
    const lines: Line[] = []
    let from = 0
    for (;;) {
      const end = lineEnd(bytes, from)
      const piece = bytes.subarray(from, end === -1 ? bytes.length : end)
      if (!skipping) begun = begun.length === 0 ? Buffer.from(piece) : Buffer.concat([begun, piece])
      if (begun.length > LINE_CAP) {
        lines.push({ kind: 'garbage', shown: shown(begun) })
        begun = Buffer.alloc(0)
        skipping = true
      }
      if (end === -1) return lines
      if (!skipping) {
        const line = asLine(begun)
        if (line !== null) lines.push(line)
      }
      skipping = false
      begun = Buffer.alloc(0)
      from = end + 1
    }
  }

  return {
    push,
    drop() {
      const had = begun.length > 0
      begun = Buffer.alloc(0)
      return had
    }
  }
}

function lineEnd(bytes: Buffer, from: number): number {
  for (let i = from; i < bytes.length; i++) if (bytes[i] === NEWLINE || bytes[i] === RETURN) return i
  return -1
}

function asLine(bytes: Buffer): Line | null {
  if (bytes.length === 0) return null // between CR and LF
  const text = bytes.toString('utf8')
  // U+FFFD stands for bytes that are no UTF-8; control characters do not belong in a line of text.

  if (/[\u0000-\u0008\u000b-\u001f\u007f\ufffd]/.test(text)) return { kind: 'garbage', shown: shown(bytes) }
  return { kind: 'text', text }
}

/** Bytes for people: everything that is not printable ASCII as \xNN, and not too much of it. */
export function shown(bytes: Buffer): string {
  const some = bytes.subarray(0, 120)
  const text = Array.from(some, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`
  ).join('')
  return bytes.length > some.length ? `${text}… (${bytes.length} bytes)` : text
}
