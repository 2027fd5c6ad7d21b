/** The pixels that a caller hands over as bytes, if they are a frame of the stream's size and type. */
import { Failed } from '../../src-preload/contract/failure'
import { frameBytes, type FrameFormat, type PixelType } from '../../src-preload/contract/pixels'

/** Names of the arrays that hold each type; plain bytes are taken for any. */
const ARRAYS: Readonly<Record<PixelType, string>> = {
  uint8: 'Uint8Array',
  int8: 'Int8Array',
  uint16: 'Uint16Array',
  int16: 'Int16Array',
  uint32: 'Uint32Array',
  int32: 'Int32Array',
  float32: 'Float32Array',
  float64: 'Float64Array',
  uint64: 'BigUint64Array',
  int64: 'BigInt64Array',
  float16: 'Float16Array'
}
const BYTE_ARRAYS = new Set(['Uint8Array', 'Buffer', 'DataView', 'Uint8ClampedArray'])

export function bytesOfFrame(pixels: ArrayBufferView, format: FrameFormat): Uint8Array {
  const wanted = ARRAYS[format.pixelType]
  if (!ArrayBuffer.isView(pixels)) {
    throw new Failed(
      'frame.mismatch',
      `A frame is ${typeof pixels}; allowed is ${article(wanted)} or its bytes.`
    )
  }
  const kind = pixels.constructor.name
  if (kind !== wanted && !BYTE_ARRAYS.has(kind)) {
    throw new Failed(
      'frame.mismatch',
      `A frame is ${article(kind)}; allowed is ${article(wanted)} (${format.pixelType}) or its bytes.`
    )
  }
  const bytes = frameBytes(format)
  if (pixels.byteLength !== bytes) {
    const { width, height, pixelType } = format
    throw new Failed(
      'frame.mismatch',
      `A frame has ${pixels.byteLength} bytes; allowed are ${bytes} (${width} × ${height} ${pixelType}).`
    )
  }
  return new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength)
}

const article = (name: string): string => (/^[AEIOU]/.test(name) ? `an ${name}` : `a ${name}`)
