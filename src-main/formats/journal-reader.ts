/** Reads a journal line by line, however long it is, from its first byte up to the first line that is not whole. */
import { parseExactJson } from './exact-json'
import { crc32c } from './codecs/crc32c'
import { READ_ONLY, onDisk, type Disk } from './disk'
import type { FrameEntry, Location } from './file-sink'
import { journalFile } from './journal'
import type { Json, KeyInfo, RunEvent } from '../../src-preload/contract/record'

export interface FrameLine {
  readonly kind: 'frame'
  readonly frame: number
  readonly image: number
  readonly index: readonly number[]
  /** One for each sink, in the order of the sinks. */
  readonly locations: readonly Location[]
  readonly mark: number
  readonly record: string
}

export type OtherLine =
  | { readonly kind: 'skip'; readonly planes: number }
  | { readonly kind: 'event'; readonly event: RunEvent }
  | { readonly kind: 'keys'; readonly keys: readonly KeyInfo[] }
  | { readonly kind: 'global'; readonly namespace: string; readonly value: Json }
  | { readonly kind: 'synced'; readonly frames: number }

export type JournalLine = FrameLine | OtherLine

/** A line as bytes, and where it begins in the file. */
export interface RawLine {
  readonly bytes: Buffer
  readonly position: number
}

const BLOCK_BYTES = 1024 * 1024
const NEWLINE = 10
const BRACE = 123
/** `["00000000",` and, of a frame, `"f",` */
const HEAD = 12
const FRAME_HEAD = 16
const F = 102
const ZERO = 48
const NINE = 57
const CLOSES = 93

/** Lines that end with a newline, from `from` on; a piece without one, at the end, is not a line. The bytes are good until the next line. */
export function* rawLines(
  folder: string,
  disk: Disk,
  from = 0,
  blockBytes = BLOCK_BYTES
): Generator<RawLine> {
  const fd = onDisk(`read ${journalFile(folder)}`, () => disk.open(journalFile(folder), READ_ONLY))
  try {
    let buffer = Buffer.allocUnsafe(blockBytes)
    let filled = 0
    let position = from
    for (;;) {
      if (filled === buffer.byteLength)
        buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.byteLength)])
      const room = buffer.subarray(filled)
      const got = onDisk(`read ${journalFile(folder)}`, () => disk.read(fd, room, position + filled))
      if (got === 0) return
      filled += got
      let start = 0
      for (let end = newline(buffer, start, filled); end >= 0; end = newline(buffer, start, filled)) {
        yield { bytes: buffer.subarray(start, end), position: position + start }
        start = end + 1
      }
      buffer.copyWithin(0, start, filled)
      filled -= start
      position += start
    }
  } finally {
    disk.close(fd)
  }
}

function newline(buffer: Buffer, from: number, filled: number): number {
  const at = buffer.indexOf(NEWLINE, from)
  return at >= filled ? -1 : at
}

export const isFrame = (line: Buffer): boolean => line[HEAD + 1] === F && line[HEAD + 2] === 34

/** Whether the line is as it was written. */
export function isWhole(line: Buffer): boolean {
  if (line.byteLength < HEAD + 2 || line.toString('latin1', 0, 2) !== '["') return false
  if (line.toString('latin1', 10, HEAD) !== '",') return false
  const said = line.toString('latin1', 2, 10)
  const found = crc32c(line.subarray(HEAD, line.byteLength - 1))
    .toString(16)
    .padStart(8, '0')
  return said === found && line[line.byteLength - 1] === 93
}

export function parseFrame(line: Buffer): FrameLine {
  const brace = line.indexOf(BRACE)
  const head = `[${line.toString('latin1', FRAME_HEAD, brace - 1)}]`
  const [frame, image, index, places, mark] = JSON.parse(head) as [
    number,
    number,
    number[],
    [number, number, number][],
    string
  ]
  return {
    kind: 'frame',
    frame,
    image,
    index,
    locations: places.map(([file, offset, length]) => ({ file, offset, length })),
    mark: parseInt(mark, 16),
    record: line.toString('utf8', brace, line.byteLength - 1)
  }
}

/** Of a frame's line what the projections need; a tenth of the time of `parseFrame`, which counts where there are a million. */
export function parseEntry(line: Buffer): FrameEntry {
  let at = FRAME_HEAD
  /** The digits from `at` on; `at` is then behind the character that ends them. */
  const whole = (): number => {
    let value = 0
    for (let digit = line[at++] as number; digit >= ZERO && digit <= NINE; digit = line[at++] as number)
      value = value * 10 + digit - ZERO
    return value
  }
  const frame = whole()
  const image = whole()
  const index: number[] = []
  if (line[at + 1] === CLOSES) at += 2
  else {
    at += 1
    do index.push(whole())
    while (line[at - 1] !== CLOSES && at < line.byteLength)
  }
  return { frame, image, index, record: line.toString('utf8', line.indexOf(BRACE, at), line.byteLength - 1) }
}

/** Null: a kind that a newer version added. */
export function parseOther(line: Buffer): OtherLine | null {
  const [, kind, first, second] = parseExactJson(line.toString('utf8')) as [string, string, Json, Json]
  switch (kind) {
    case 'skip':
      return { kind, planes: first as number }
    case 'event':
      return { kind, event: first as unknown as RunEvent }
    case 'keys':
      return { kind, keys: first as unknown as KeyInfo[] }
    case 'global':
      return { kind, namespace: first as string, value: second }
    case 'synced':
      return { kind, frames: first as number }
    default:
      return null
  }
}

export interface ReadLine {
  readonly line: JournalLine | null
  /** Where the line begins, and where the next one does. */
  readonly position: number
  readonly next: number
}

/** All whole lines, from the beginning of one on; ends, without an error, before the first that is torn. */
export function* readJournal(folder: string, disk: Disk, from = 0): Generator<ReadLine> {
  for (const { bytes, position } of rawLines(folder, disk, from)) {
    if (!isWhole(bytes)) return
    const line = isFrame(bytes) ? parseFrame(bytes) : parseOther(bytes)
    yield { line, position, next: position + bytes.byteLength + 1 }
  }
}
