/** The text of tag 270: streamed, because it may be longer than a string can be; knows the encodings that writers use for it. */
import type { ByteSource } from '../byte-source'
import type { Entry } from './ifd'

const PIECE = 1 << 18

export interface TextRange {
  readonly at: number
  readonly length: number
}

/** Range of an ASCII field or a whole file. */
export const rangeOf = (entry: Entry): TextRange => ({ at: entry.at, length: entry.count })

/** The first bytes as text; enough to see what kind of description it is. */
export function textStart(source: ByteSource, range: TextRange, length = 2048): string {
  const bytes = source.peek(range.at, Math.min(length, range.length))
  return new TextDecoder('utf-8').decode(bytes).replace(/\0[^]*$/, '')
}

export const looksLikeXml = (start: string): boolean => /^\uFEFF?\s*<(\?xml|[\w:]*OME\b|!)/.test(start)

/** Pieces of text up to the first NUL. Where the bytes are no UTF-8, all of it is read as Latin-1, which old Windows programs wrote. */
export async function* textPieces(source: ByteSource, range: TextRange): AsyncGenerator<string> {
  const encoding = (await isUtf8(source, range)) ? 'utf-8' : 'latin1'
  const decoder = new TextDecoder(encoding)
  for await (const bytes of bytePieces(source, range)) {
    const end = bytes.indexOf(0)
    const text = decoder.decode(end < 0 ? bytes : bytes.subarray(0, end), { stream: end < 0 })
    if (text !== '') yield text
    if (end >= 0) return
  }
}

async function isUtf8(source: ByteSource, range: TextRange): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const bytes of bytePieces(source, range)) {
      const end = bytes.indexOf(0)
      decoder.decode(end < 0 ? bytes : bytes.subarray(0, end), { stream: end < 0 })
      if (end >= 0) break
    }
    return true
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

async function* bytePieces(source: ByteSource, range: TextRange): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < range.length; done += PIECE) {
    const piece = new Uint8Array(Math.min(PIECE, range.length - done))
    const got = await source.read(piece, range.at + done)
    yield piece.subarray(0, got)
    if (got < piece.length) return
  }
}

/** The whole text; for showing. Longer than `most` bytes is cut, and says so at its end. */
export async function wholeText(source: ByteSource, range: TextRange, most: number): Promise<string> {
  const parts: string[] = []
  for await (const piece of textPieces(source, { at: range.at, length: Math.min(range.length, most) }))
    parts.push(piece)
  if (range.length > most) parts.push(`\n… (${range.length - most} more bytes)`)
  return parts.join('')
}
