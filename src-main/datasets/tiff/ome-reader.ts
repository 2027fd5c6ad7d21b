/** An OME block in two steps: its head at once, all of it when the records are wanted. */
import type { ByteSource } from '../byte-source'
import { textPieces, type TextRange } from './description'
import { LONG_BLOCK, LONGEST_BLOCK, omeHead } from './ome-head'
import type { OmeModel } from './ome-model'
import { parseOmeXml } from './ome-xml'

export interface OmeReader {
  /** Without most Planes and their annotations where the block is long; `leftOut` says how many. */
  readonly head: OmeModel
  /** All of it; parsed once. */
  whole(signal?: AbortSignal): Promise<OmeModel>
}

export async function readOme(
  source: ByteSource,
  range: TextRange,
  signal?: AbortSignal
): Promise<OmeReader> {
  const short =
    range.length < LONG_BLOCK || range.length > LONGEST_BLOCK ? null : await shortened(source, range)
  const all = (wanted?: AbortSignal): Promise<OmeModel> => parseOmeXml(textPieces(source, range), wanted)
  const head = await (short === null ? all(signal) : parseOmeXml([short], signal))
  let parsed: Promise<OmeModel> | null = head.images.some(({ leftOut }) => leftOut > 0)
    ? null
    : Promise.resolve(head)
  return {
    head,
    whole(wanted) {
      parsed ??= all(wanted).catch((error: unknown) => {
        parsed = null
        throw error
      })
      return parsed
    }
  }
}

/** Null where the text can't be shortened, or is not UTF-8. */
async function shortened(source: ByteSource, range: TextRange): Promise<string | null> {
  const block = Buffer.alloc(range.length)
  const got = await source.read(block, range.at)
  const end = block.indexOf(0)
  const head = omeHead(block.subarray(0, end < 0 ? got : Math.min(end, got)))
  if (head === null) return null
  const text = head.toString('utf8')
  return text.includes('\uFFFD') ? null : text
}
