/** The bytes of BigTIFF: header and image file directories of 256 bytes each (TIFF 6.0; BigTIFF design, little-endian). */
import { BYTES_PER_PIXEL, type FrameFormat } from '../../../src-preload/contract/pixels'
import type { Compression } from '../settings'

export const IFD_BYTES = 256
export const HEADER_BYTES = 16
/** Where the header points to the first directory. */
export const FIRST_IFD_AT = 8

const SHORT = 3
const LONG = 4
const LONG8 = 16
const ASCII = 2

/** Tag 259. */
const COMPRESSION_CODES: Partial<Record<Compression, number>> = { none: 1, lzw: 5, deflate: 8, zstd: 50000 }
/** Tag 339. */
const SAMPLE_FORMATS = { uint: 1, int: 2, float: 3 } as const

/** `firstIfd` 0: no directory yet, which every reader refuses. */
export function headerBytes(firstIfd: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.write('II')
  header.writeUInt16LE(43, 2)
  header.writeUInt16LE(8, 4)
  header.writeBigUInt64LE(BigInt(firstIfd), FIRST_IFD_AT)
  return header
}

export interface Strip {
  readonly offset: number
  readonly length: number
}

/** Place and length, with its closing NUL, of the first directory's ImageDescription. */
export type Description = Strip

type Tag = readonly [code: number, type: number, count: number, value: number]

/** Makes directories of one file; all its planes are alike. */
export class IfdMaker {
  private readonly before: readonly Tag[]
  private readonly kind: number
  private readonly height: number

  constructor(format: FrameFormat, compression: Compression) {
    const { width, height, pixelType } = format
    this.height = height
    this.kind =
      SAMPLE_FORMATS[pixelType.startsWith('uint') ? 'uint' : pixelType.startsWith('int') ? 'int' : 'float']
    this.before = [
      [256, LONG, 1, width],
      [257, LONG, 1, height],
      [258, SHORT, 1, BYTES_PER_PIXEL[pixelType] * 8],
      [259, SHORT, 1, COMPRESSION_CODES[compression] ?? 1],
      [262, SHORT, 1, 1] // black is zero
    ]
  }

  /** Writes a directory into `bytes` at `at`; the rest of its 256 bytes is zero. */
  write(bytes: Buffer, at: number, strip: Strip, next: number, description: Description | null): void {
    const tags: Tag[] = [
      ...this.before,
      ...(description === null ? [] : [[270, ASCII, description.length, description.offset] as const]),
      [273, LONG8, 1, strip.offset],
      [277, SHORT, 1, 1],
      [278, LONG, 1, this.height],
      [279, LONG8, 1, strip.length],
      [339, SHORT, 1, this.kind]
    ]
    bytes.fill(0, at, at + IFD_BYTES)
    write64(bytes, tags.length, at)
    tags.forEach(([code, type, count, value], i) => {
      const entry = at + 8 + i * 20
      bytes.writeUInt16LE(code, entry)
      bytes.writeUInt16LE(type, entry + 2)
      write64(bytes, count, entry + 4)
      write64(bytes, value, entry + 12)
    })
    write64(bytes, next, at + nextAt(description !== null))
  }
}

/** Where in a directory the link to the next one lies. */
export const nextAt = (described: boolean): number => 8 + (described ? 11 : 10) * 20
/** Where in the first directory the count of tag 270 lies; its offset follows. */
export const DESCRIPTION_AT = 8 + 5 * 20 + 4

export const bytes64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  write64(bytes, value, 0)
  return bytes
}

export const descriptionBytes = ({ offset, length }: Description): Buffer =>
  Buffer.concat([bytes64(length), bytes64(offset)])

/** Without BigInt: this runs for every tag of every frame. */
function write64(bytes: Buffer, value: number, at: number): void {
  bytes.writeUInt32LE(value % 0x1_0000_0000, at)
  bytes.writeUInt32LE(Math.floor(value / 0x1_0000_0000), at + 4)
}
