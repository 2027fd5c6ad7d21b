/**
 * A TIFF that the reference library was writing when it was killed: one directory, its OME-XML before the first plane, and behind that plane all the
 * others, raw and without directories. Recognised here by exactly that; anything else is somebody else's file.
 */
import type { FrameFormat, PixelType } from '../../../src-preload/contract/pixels'
import { frameBytes } from '../../../src-preload/contract/pixels'
import { READ_ONLY, onDisk, readUpTo, type Disk } from '../disk'

export interface BrokenTiff {
  readonly format: FrameFormat
  readonly xml: string
  /** Offset of the first plane; the others follow without a gap. */
  readonly first: number
  readonly planes: number
  readonly size: number
  /** Where the link to the next directory lies, and count and offset of the description. */
  readonly nextAt: number
  readonly descriptionAt: number
}

interface Tag {
  readonly at: number
  readonly type: number
  readonly count: number
  readonly value: number
}

/** Null: the file is not of that kind. `size` of the file before an earlier repair began, where there was one. */
export function readBrokenTiff(disk: Disk, path: string, size: number | null): BrokenTiff | null {
  const fd = onDisk(`read ${path}`, () => disk.open(path, READ_ONLY))
  try {
    return onDisk(`read ${path}`, () => {
      const read = (at: number, length: number): DataView => {
        const bytes = readUpTo(disk, fd, at, length)
        return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      }
      return parse(read, size ?? disk.size(fd), size !== null)
    })
  } finally {
    disk.close(fd)
  }
}

type Read = (at: number, length: number) => DataView

function parse(read: Read, size: number, begun: boolean): BrokenTiff | null {
  const header = read(0, 16)
  // BigTIFF, little-endian: what tifffile is asked for by the reference.
  if (header.byteLength < 16 || header.getUint16(0, true) !== 0x4949 || header.getUint16(2, true) !== 43)
    return null
  const ifd = number64(header, 8)
  const tags = readTags(read, ifd)
  if (tags === null) return null
  const nextAt = ifd + 8 + tags.length * 20
  if (!begun && number64(read(nextAt, 8), 0) !== 0) return null
  const by = new Map(tags.map((tag) => [tag.code, tag] as const))
  const value = (code: number, absent: number): number => by.get(code)?.value ?? absent
  const description = by.get(270)
  const strips = by.get(273)
  const format = formatOf(value(256, 0), value(257, 0), value(258, 0), value(339, 1))
  if (description === undefined || strips?.count !== 1 || format === null) return null
  const bytes = frameBytes(format)
  const whole = value(259, 1) === 1 && value(277, 1) === 1 && value(279, 0) === bytes
  // A finished file has its final description behind the planes.
  if (!whole || description.count <= 8 || (!begun && description.value > strips.value)) return null
  const planes = Math.floor((size - strips.value) / bytes)
  if (planes < 1 || (planes === 1 && !begun)) return null
  const xml = Buffer.from(read(description.value, description.count).buffer)
    .toString('utf8')
    .replace(/\0+$/, '')
  if (!/<(\w+:)?OME[\s>]/.test(xml)) return null
  return { format, xml, first: strips.value, planes, size, nextAt, descriptionAt: description.at + 4 }
}

function readTags(read: Read, ifd: number): (Tag & { readonly code: number })[] | null {
  const counted = read(ifd, 8)
  const count = counted.byteLength < 8 ? 0 : number64(counted, 0)
  if (count < 5 || count > 100) return null
  const entries = read(ifd + 8, count * 20)
  if (entries.byteLength < count * 20) return null
  return Array.from({ length: count }, (_, i) => {
    const at = i * 20
    const type = entries.getUint16(at + 2, true)
    const items = number64(entries, at + 4)
    const value =
      type === 3 && items === 1
        ? entries.getUint16(at + 12, true)
        : type === 4 && items === 1
          ? entries.getUint32(at + 12, true)
          : number64(entries, at + 12)
    return { code: entries.getUint16(at, true), at: ifd + 8 + at, type, count: items, value }
  })
}

function number64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x1_0000_0000
}

const KINDS: Readonly<Record<number, string>> = { 1: 'uint', 2: 'int', 3: 'float' }
const TYPES: readonly PixelType[] = [
  'uint8',
  'int8',
  'uint16',
  'int16',
  'uint32',
  'int32',
  'float32',
  'float64'
]

function formatOf(width: number, height: number, bits: number, sampleFormat: number): FrameFormat | null {
  const pixelType = TYPES.find((type) => type === `${KINDS[sampleFormat] ?? ''}${bits}`)
  return pixelType === undefined || width < 1 || height < 1 ? null : { width, height, pixelType }
}
