/** The bytes of a slot as numbers, for the types that cameras deliver. */
import {
  pixelView,
  type FrameFormat,
  type PixelArray,
  type PixelType
} from '../../src-preload/contract/pixels'

export type FramePixels = PixelArray<Exclude<PixelType, 'uint64' | 'int64' | 'float16'>>

export function asPixels(bytes: Uint8Array, { pixelType }: FrameFormat): FramePixels {
  if (pixelType === 'uint64' || pixelType === 'int64' || pixelType === 'float16') {
    throw new TypeError(`no camera delivers ${pixelType}`)
  }
  return pixelView(bytes, pixelType)
}
