/** The bytes of a slot as numbers, for the types that cameras deliver. */
import { BYTES_PER_PIXEL, type FrameFormat } from '../../src-preload/contract/pixels'

export type FramePixels =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array

export function asPixels(
  { buffer, byteOffset, length }: Uint8Array,
  { pixelType }: FrameFormat
): FramePixels {
  const count = length / BYTES_PER_PIXEL[pixelType]
  switch (pixelType) {
    case 'uint8':
      return new Uint8Array(buffer, byteOffset, count)
    case 'int8':
      return new Int8Array(buffer, byteOffset, count)
    case 'uint16':
      return new Uint16Array(buffer, byteOffset, count)
    case 'int16':
      return new Int16Array(buffer, byteOffset, count)
    case 'uint32':
      return new Uint32Array(buffer, byteOffset, count)
    case 'int32':
      return new Int32Array(buffer, byteOffset, count)
    case 'float32':
      return new Float32Array(buffer, byteOffset, count)
    case 'float64':
      return new Float64Array(buffer, byteOffset, count)
    default:
      throw new TypeError(`no camera delivers ${pixelType}`)
  }
}
