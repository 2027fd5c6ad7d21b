/** Pixel types of Zarr v2 (numpy's strings) and v3 (names). */
import type { ImageInfo } from '../../../src-preload/contract/dataset'

export interface DataType {
  readonly pixelType: ImageInfo['pixelType']
  readonly bytes: number
  readonly bigEndian: boolean
}

const V3: Readonly<Record<string, number>> = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float16: 2,
  float32: 4,
  float64: 8,
  complex64: 8,
  complex128: 16
}

const V2: Readonly<Record<string, ImageInfo['pixelType']>> = {
  b1: 'bool',
  i1: 'int8',
  u1: 'uint8',
  i2: 'int16',
  u2: 'uint16',
  i4: 'int32',
  u4: 'uint32',
  i8: 'int64',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  c8: 'complex64',
  c16: 'complex128'
}

/** Null: no pixels, e.g. text. */
export function dataType(name: unknown): DataType | null {
  if (typeof name !== 'string') return null
  const known = V3[name]
  if (known !== undefined)
    return { pixelType: name as ImageInfo['pixelType'], bytes: known, bigEndian: false }
  const pixelType = /^[<>|]/.test(name) ? V2[name.slice(1)] : undefined
  if (pixelType === undefined) return null
  return { pixelType, bytes: V3[pixelType] as number, bigEndian: name.startsWith('>') }
}
