/** An OME block in two steps: its head at once, all of it when the records are wanted. Long ones are parsed in a thread. */
import type { ByteSource } from '../byte-source'
import { textPieces, type TextRange } from './description'
import { LONG_BLOCK, LONGEST_BLOCK, omeHead } from './ome-head'
import type { OmeModel } from './ome-model'
import { parseInThread } from './ome-parsing'
import { parseOmeXml } from './ome-xml'

export interface OmeReader {
  /** Without most Planes and their annotations where the block is long; `leftOut` says how many. */
  readonly head: OmeModel
  /** All of it; parsed once. */
  whole(signal?: AbortSignal): Promise<OmeModel>
}

/** Shorter blocks are parsed in less time than a thread takes to start: about 10 000 planes. */
const THREAD_BYTES = 4 << 20

export async function readOme(
  source: ByteSource,
  range: TextRange,
  signal?: AbortSignal
): Promise<OmeReader> {
  const { path } = source
  const long = range.length >= THREAD_BYTES
  const head = await (long
    ? parseInThread({ path, range, part: 'head' }, signal)
    : parseHead(source, range, signal))
  let parsed: Promise<OmeModel> | null = head.images.some(({ leftOut }) => leftOut > 0)
    ? null
    : Promise.resolve(head)
  return {
    head,
    whole(wanted) {
      const all = long
        ? () => parseInThread({ path, range, part: 'whole' }, wanted)
        : () => parseWhole(source, range, wanted)
      parsed ??= all().catch((error: unknown) => {
        parsed = null
        throw error
      })
      return parsed
    }
  }
}

export const parseWhole = (source: ByteSource, range: TextRange, signal?: AbortSignal): Promise<OmeModel> =>
  parseOmeXml(textPieces(source, range), signal)

export async function parseHead(
  source: ByteSource,
  range: TextRange,
  signal?: AbortSignal
): Promise<OmeModel> {
  const short =
    range.length < LONG_BLOCK || range.length > LONGEST_BLOCK ? null : await shortened(source, range)
  return short === null ? parseWhole(source, range, signal) : parseOmeXml([short], signal)
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
