/** The bytes of BigTIFF: header and image file directories (TIFF 6.0; BigTIFF design, little-endian). A directory takes 256 bytes, one with smaller levels 512. */
import { BYTES_PER_PIXEL, type FrameFormat } from '../../../src-preload/contract/pixels'
import type { Compression } from '../settings'
import type { Tiling } from './picture-form'
import { bytes64, write64 } from './word64'

export const IFD_BYTES = 256
export const HEADER_BYTES = 16
/** Where the header points to the first directory. */
export const FIRST_IFD_AT = 8

const SHORT = 3
const LONG = 4
const LONG8 = 16
/** BigTIFF's type of an offset of a directory (tag 330: TIFF Technical Note 1). */
const IFD8 = 18
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

export interface IfdShape {
  /** null: one strip. */
  readonly tiling?: Tiling | null
  /** Smaller levels that a directory may lead to. */
  readonly levels?: number
  /** The directory of such a level. */
  readonly reduced?: boolean
}

/** Makes directories of one file, or of one level of its planes; all are alike. */
export class IfdMaker {
  /** From one directory to the next. Divides a page, so that none is ever written in halves. */
  readonly bytes: number
  private readonly before: readonly Tag[]
  private readonly after: readonly Tag[]
  private readonly tiling: Tiling | null
  private readonly levels: number
  private readonly height: number

  constructor(
    format: FrameFormat,
    compression: Compression,
    { tiling = null, levels = 0, reduced = false }: IfdShape = {}
  ) {
    const { width, height, pixelType } = format
    this.height = height
    this.tiling = tiling
    this.levels = levels
    this.bytes = levels > 0 ? 2 * IFD_BYTES : IFD_BYTES
    const kind = pixelType.startsWith('uint') ? 'uint' : pixelType.startsWith('int') ? 'int' : 'float'
    this.before = [
      ...(reduced ? [[254, LONG, 1, 1] as const] : []), // a smaller version of another image of this file
      [256, LONG, 1, width],
      [257, LONG, 1, height],
      [258, SHORT, 1, BYTES_PER_PIXEL[pixelType] * 8],
      [259, SHORT, 1, COMPRESSION_CODES[compression] ?? 1],
      [262, SHORT, 1, 1] // black is zero
    ]
    this.after = [[339, SHORT, 1, SAMPLE_FORMATS[kind]]]
  }

  /**
   * Writes a directory into `bytes` at `at`; the rest of its room is zero. `lower`: where its smaller levels lie, 0: it has none. Answers where in
   * the directory the link to the next one lies.
   */
  write(
    bytes: Buffer,
    at: number,
    picture: Strip,
    next: number,
    description: Description | null,
    lower = 0
  ): number {
    const tags: Tag[] = [
      ...this.before,
      ...(description === null ? [] : [[270, ASCII, description.length, description.offset] as const]),
      ...this.place(picture),
      ...(lower === 0 ? [] : [[330, IFD8, this.levels, lower] as const]),
      ...this.after
    ]
    bytes.fill(0, at, at + this.bytes)
    write64(bytes, tags.length, at)
    tags.forEach(([code, type, count, value], i) => {
      const entry = at + 8 + i * 20
      bytes.writeUInt16LE(code, entry)
      bytes.writeUInt16LE(type, entry + 2)
      write64(bytes, count, entry + 4)
      write64(bytes, value, entry + 12)
    })
    const link = 8 + tags.length * 20
    write64(bytes, next, at + link)
    return link
  }

  /** One strip, or the table of tiles at the beginning of the picture. */
  private place({ offset, length }: Strip): readonly Tag[] {
    const { tiling } = this
    if (tiling === null)
      return [
        [273, LONG8, 1, offset],
        [277, SHORT, 1, 1],
        [278, LONG, 1, this.height],
        [279, LONG8, 1, length]
      ]
    return [
      [277, SHORT, 1, 1],
      [322, LONG, 1, tiling.x.chunk],
      [323, LONG, 1, tiling.y.chunk],
      [324, LONG8, tiling.tiles, offset],
      [325, LONG8, tiling.tiles, offset + tiling.tiles * 8]
    ]
  }
}

/** Where in the first directory the count of tag 270 lies; its offset follows. */
export const DESCRIPTION_AT = 8 + 5 * 20 + 4

export const descriptionBytes = ({ offset, length }: Description): Buffer =>
  Buffer.concat([bytes64(length), bytes64(offset)])
