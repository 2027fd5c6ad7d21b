/** The bytes of a TIFF's header and directories (TIFF 6.0 section 2, BigTIFF), both byte orders; knows every field type. */
import type { ByteSource } from '../byte-source'

export interface TiffHeader {
  readonly littleEndian: boolean
  readonly big: boolean
  readonly firstIfd: number
}

export interface Entry {
  readonly tag: number
  readonly type: number
  readonly count: number
  /** Where the value lies in the file, inside the entry or elsewhere. */
  readonly at: number
}

export interface Ifd {
  readonly offset: number
  readonly entries: ReadonlyMap<number, Entry>
  /** Offset of the next directory, 0 at the end. */
  readonly next: number
}

/** The file breaks the rules of TIFF at this place; the message has no file name. */
export class TiffDamage extends Error {}

/** Bytes of one value by field type: TIFF 6.0 types 1 to 12, 13 IFD, BigTIFF 16 to 18. */
const SIZES: readonly number[] = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8]
/** A table longer than this is no table of a picture that anyone could show. */
const LONGEST_TABLE = 1 << 26

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function peekAll(source: ByteSource, position: number, length: number, what: string): DataView {
  if (!(position >= 0 && position + length <= source.size))
    throw new TiffDamage(`${what} lies beyond the end of the file`)
  const bytes = source.peek(position, length)
  if (bytes.length < length) throw new TiffDamage(`${what} lies beyond the end of the file`)
  return view(bytes)
}

const u64 = (data: DataView, at: number, little: boolean): number => Number(data.getBigUint64(at, little))

/** The header, or null where the file is no TIFF. */
export function readHeader(source: ByteSource): TiffHeader | null {
  const bytes = source.peek(0, 16)
  if (bytes.length < 8) return null
  const data = view(bytes)
  const mark = data.getUint16(0)
  if (mark !== 0x4949 && mark !== 0x4d4d) return null
  const littleEndian = mark === 0x4949
  const version = data.getUint16(2, littleEndian)
  if (version === 42) return { littleEndian, big: false, firstIfd: data.getUint32(4, littleEndian) }
  if (version !== 43 || bytes.length < 16) return null
  if (data.getUint16(4, littleEndian) !== 8) return null
  return { littleEndian, big: true, firstIfd: u64(data, 8, littleEndian) }
}

export function readIfd(source: ByteSource, header: TiffHeader, offset: number): Ifd {
  const { littleEndian: little, big } = header
  const countSize = big ? 8 : 2
  const entrySize = big ? 20 : 12
  const inlineSize = big ? 8 : 4
  const head = peekAll(source, offset, countSize, `the directory at byte ${offset}`)
  const count = big ? u64(head, 0, little) : head.getUint16(0, little)
  if (count === 0 || count > 65_535)
    throw new TiffDamage(`the directory at byte ${offset} has ${count} entries`)
  const length = countSize + count * entrySize + inlineSize
  const data = peekAll(source, offset, length, `the directory at byte ${offset}`)
  const entries = new Map<number, Entry>()
  for (let i = 0; i < count; i++) {
    const at = countSize + i * entrySize
    const tag = data.getUint16(at, little)
    const type = data.getUint16(at + 2, little)
    const values = big ? u64(data, at + 4, little) : data.getUint32(at + 4, little)
    const size = SIZES[type] ?? 0
    if (size === 0) continue // TIFF 6.0 section 2: readers skip fields of a type they don't know
    const valueAt = at + entrySize - inlineSize
    const inside = size * values <= inlineSize
    const elsewhere = big ? u64(data, valueAt, little) : data.getUint32(valueAt, little)
    entries.set(tag, { tag, type, count: values, at: inside ? offset + valueAt : elsewhere })
  }
  const nextAt = countSize + count * entrySize
  return { offset, entries, next: big ? u64(data, nextAt, little) : data.getUint32(nextAt, little) }
}

/** All values of a field as numbers; a rational as its quotient. */
export function readNumbers(source: ByteSource, header: TiffHeader, entry: Entry): Float64Array {
  const size = SIZES[entry.type] ?? 0
  if (entry.count > LONGEST_TABLE) throw new TiffDamage(`field ${entry.tag} has ${entry.count} values`)
  const data = peekAll(source, entry.at, size * entry.count, `field ${entry.tag}`)
  const values = new Float64Array(entry.count)
  for (let i = 0; i < entry.count; i++)
    values[i] = readNumber(data, i * size, entry.type, header.littleEndian)
  return values
}

function readNumber(data: DataView, at: number, type: number, little: boolean): number {
  switch (type) {
    case 3:
      return data.getUint16(at, little)
    case 4:
    case 13:
      return data.getUint32(at, little)
    case 5:
      return data.getUint32(at, little) / data.getUint32(at + 4, little)
    case 6:
      return data.getInt8(at)
    case 8:
      return data.getInt16(at, little)
    case 9:
      return data.getInt32(at, little)
    case 10:
      return data.getInt32(at, little) / data.getInt32(at + 4, little)
    case 11:
      return data.getFloat32(at, little)
    case 12:
      return data.getFloat64(at, little)
    case 16:
    case 18:
      return u64(data, at, little)
    case 17:
      return Number(data.getBigInt64(at, little))
    default:
      return data.getUint8(at)
  }
}

/** The bytes of a field, copied. */
export function readBytes(source: ByteSource, entry: Entry): Uint8Array {
  const length = (SIZES[entry.type] ?? 0) * entry.count
  if (length > source.size) throw new TiffDamage(`field ${entry.tag} is longer than the file`)
  const data = peekAll(source, entry.at, length, `field ${entry.tag}`)
  return new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + length))
}
