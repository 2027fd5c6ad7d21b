/**
 * The smaller levels of one plane as one piece of the file: where more than one, a table of their directories' offsets; the directories (NewSubfileType 1,
 * found by tag 330 of the plane's own directory, as the OME-TIFF specification wants pyramids); and the pictures, each made from the one before.
 */
import { frameBytes, type FrameFormat } from '../../../src-preload/contract/pixels'
import { half, reduce, viewOf } from '../halve'
import type { Compression } from '../settings'
import { IfdMaker, IFD_BYTES } from './ifd'
import { write64 } from './word64'
import { aligned, pictureForm, tilingOf, type PictureForm } from './picture-form'
import type { PlaneCodec } from './plane-codec'

interface Level {
  readonly format: FrameFormat
  readonly maker: IfdMaker
  readonly form: PictureForm
  readonly pixels: Uint8Array
}

export class LowerPictures {
  private readonly levels: readonly Level[]
  /** Of the table; 0 for a single level, whose directory stands where the table would. */
  private readonly tableBytes: number

  constructor(
    private readonly full: FrameFormat,
    count: number,
    tileSize: number | null,
    compression: Compression,
    codec: PlaneCodec | null
  ) {
    let format = full
    this.levels = Array.from({ length: count }, () => {
      format = { ...format, width: half(format.width), height: half(format.height) }
      const tiling = tilingOf(format, tileSize)
      return {
        format,
        maker: new IfdMaker(format, compression, { tiling, reduced: true }),
        form: pictureForm(format, tiling, codec),
        pixels: new Uint8Array(frameBytes(format))
      }
    })
    this.tableBytes = count > 1 ? aligned(count * 8) : 0
  }

  /** `pixels`: the full plane. `at`: where in the file the piece will lie. */
  encode(pixels: Uint8Array, at: number): Uint8Array {
    const head = Buffer.alloc(this.tableBytes + this.levels.length * IFD_BYTES)
    const parts: Uint8Array[] = [head]
    let end = head.byteLength
    let finer = { format: this.full, pixels: readable(pixels) }
    this.levels.forEach((level, k) => {
      const { width, height, pixelType } = finer.format
      reduce(
        asPixels(finer.format, finer.pixels),
        width,
        height,
        asPixels(level.format, level.pixels),
        pixelType
      )
      const stored = level.form.encode(level.pixels, at + end)
      const directory = this.tableBytes + k * IFD_BYTES
      level.maker.write(head, directory, { offset: at + end, length: stored.byteLength }, 0, null)
      if (this.tableBytes > 0) write64(head, at + directory, k * 8)
      parts.push(stored, new Uint8Array(aligned(stored.byteLength) - stored.byteLength))
      end += aligned(stored.byteLength)
      finer = level
    })
    return Buffer.concat(parts, end)
  }
}

const asPixels = (format: FrameFormat, bytes: Uint8Array): ReturnType<typeof viewOf> =>
  viewOf(format.pixelType, bytes.buffer, bytes.byteOffset, format.width * format.height)

/** Starting at a multiple of any pixel's size. */
const readable = (pixels: Uint8Array): Uint8Array =>
  pixels.byteOffset % 8 === 0 ? pixels : Uint8Array.from(pixels)
