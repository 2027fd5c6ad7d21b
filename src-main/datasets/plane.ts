/** Planes as typed arrays over their bytes, in the byte order of this machine (little-endian everywhere Electron runs). */
import type { Plane, PlaneBox, PlanePart } from './dataset'

type Data = Plane['data']
type Maker = (buffer: ArrayBuffer) => Data

/** float16 comes as its 16 raw bits, complex as real and imaginary part by turns, bool as 0 and 1. */
const MAKERS: Readonly<Record<Plane['pixelType'], Maker>> = {
  bool: (b) => new Uint8Array(b),
  uint8: (b) => new Uint8Array(b),
  int8: (b) => new Int8Array(b),
  uint16: (b) => new Uint16Array(b),
  int16: (b) => new Int16Array(b),
  float16: (b) => new Uint16Array(b),
  uint32: (b) => new Uint32Array(b),
  int32: (b) => new Int32Array(b),
  float32: (b) => new Float32Array(b),
  float64: (b) => new Float64Array(b),
  uint64: (b) => new BigUint64Array(b),
  int64: (b) => new BigInt64Array(b),
  complex64: (b) => new Float32Array(b),
  complex128: (b) => new Float64Array(b)
}

export const BYTES_PER_SAMPLE: Readonly<Record<Plane['pixelType'], number>> = {
  bool: 1,
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  float16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  float64: 8,
  uint64: 8,
  int64: 8,
  complex64: 8,
  complex128: 16
}

/** The typed view that a plane of this type has over a whole buffer. */
export const typedView = (pixelType: Plane['pixelType'], buffer: ArrayBuffer): Data =>
  MAKERS[pixelType](buffer)

/** The raw little-endian bytes of a plane, row by row: what checksums are made of. */
export const planeBytes = (plane: Plane): Uint8Array =>
  new Uint8Array(plane.data.buffer, plane.data.byteOffset, plane.data.byteLength)

/** A rectangle of a plane that is in memory. */
export function cutOut(plane: Plane, box: PlaneBox): PlanePart {
  const perPixel = plane.data.length / (plane.width * plane.height)
  const row = box.width * perPixel
  const data = plane.data.slice(0, row * box.height)
  for (let y = 0; y < box.height; y++) {
    const from = ((box.y + y) * plane.width + box.x) * perPixel
    // of one kind, because `data` was sliced from it
    ;(data as Float64Array).set(plane.data.subarray(from, from + row) as Float64Array, y * row)
  }
  return { ...plane, width: box.width, height: box.height, data, holes: [] }
}
