/** The list of files in a zip archive (APPNOTE.TXT 4.3), with zip64; names that lead out of the archive are left out. */
import { Failed } from '../../../src-preload/contract/failure'
import type { ByteSource } from '../byte-source'
import { safeKey } from './store'

export interface ZipEntry {
  readonly method: number
  readonly crc: number
  readonly stored: number
  readonly size: number
  /** Where its local header is. */
  readonly at: number
}

const END = 0x06054b50
const END64 = 0x06064b50
const LOCATOR64 = 0x07064b50
const FILE = 0x02014b50
/** The end record and the longest comment behind it. */
const TAIL = 22 + 65_535
const LARGEST_DIRECTORY = 256 << 20
const IN_EXTRA = 0xffffffff

export const isZip = (start: Uint8Array): boolean =>
  start[0] === 0x50 && start[1] === 0x4b && (start[2] === 3 || start[2] === 5)

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export async function zipEntries(source: ByteSource): Promise<ReadonlyMap<string, ZipEntry>> {
  const damaged = (why: string): Failed =>
    new Failed('dataset.unreadable', `${source.path} is a damaged zip archive: ${why}.`)
  const { from, length } = await directoryPlace(source, damaged)
  if (length > LARGEST_DIRECTORY || from + length > source.size)
    throw damaged('its list of files is beyond its end')
  const bytes = new Uint8Array(length)
  if ((await source.read(bytes, from)) < length) throw damaged('its list of files is cut short')
  return parse(bytes, damaged)
}

async function directoryPlace(
  source: ByteSource,
  damaged: (why: string) => Failed
): Promise<{ from: number; length: number }> {
  const tail = new Uint8Array(Math.min(source.size, TAIL))
  await source.read(tail, source.size - tail.length)
  const view = viewOf(tail)
  let end = tail.length - 22
  while (end >= 0 && view.getUint32(end, true) !== END) end--
  if (end < 0) throw damaged('it has no end record')
  const from = view.getUint32(end + 16, true)
  const length = view.getUint32(end + 12, true)
  if (from !== IN_EXTRA && length !== IN_EXTRA) return { from, length }
  if (end < 20 || view.getUint32(end - 20, true) !== LOCATOR64) throw damaged('its zip64 record is missing')
  const at = Number(view.getBigUint64(end - 12, true))
  const record = new Uint8Array(56)
  if (
    at > source.size ||
    (await source.read(record, at)) < 56 ||
    viewOf(record).getUint32(0, true) !== END64
  ) {
    throw damaged('its zip64 record is missing')
  }
  return {
    length: Number(viewOf(record).getBigUint64(40, true)),
    from: Number(viewOf(record).getBigUint64(48, true))
  }
}

function parse(bytes: Uint8Array, damaged: (why: string) => Failed): ReadonlyMap<string, ZipEntry> {
  const view = viewOf(bytes)
  const found = new Map<string, ZipEntry>()
  for (let at = 0; at + 46 <= bytes.length;) {
    if (view.getUint32(at, true) !== FILE) throw damaged('its list of files is broken')
    const nameLength = view.getUint16(at + 28, true)
    const extraLength = view.getUint16(at + 30, true)
    const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true)
    if (next > bytes.length) throw damaged('its list of files is broken')
    const name = safeKey(new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength)))
    const extra = at + 46 + nameLength
    // a folder has an entry of its own, which ends in a slash and holds nothing
    const isFolder = bytes[extra - 1] === 47
    if (name !== null && name !== '' && !isFolder) found.set(name, entry(view, at, extra, extraLength))
    at = next
  }
  return found
}

function entry(view: DataView, at: number, extra: number, extraLength: number): ZipEntry {
  const short = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)]
  const [size = 0, stored = 0, place = 0] = short.includes(IN_EXTRA)
    ? wide(view, short, extra, extraLength)
    : short
  return {
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    stored,
    size,
    at: place
  }
}

/** Zip64's field 1 holds, in this order, those numbers that did not fit. */
function wide(view: DataView, short: readonly number[], extra: number, length: number): number[] {
  for (let at = extra; at + 4 <= extra + length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue
    const end = Math.min(at + 4 + view.getUint16(at + 2, true), extra + length)
    let from = at + 4
    return short.map((value) => {
      if (value !== IN_EXTRA || from + 8 > end) return value
      from += 8
      return Number(view.getBigUint64(from - 8, true))
    })
  }
  return [...short]
}
