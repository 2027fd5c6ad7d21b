/** Array filters of numcodecs (v2 `filters`, v3 `numcodecs.*`): how numbers were changed before they became bytes. */
import type { DataType } from './data-type'
import { dataType } from './data-type'

type Settings = { readonly [key: string]: unknown }
type Numbers =
  Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array

export interface ArrayFilter {
  /** Type of the values as stored. */
  readonly stored: DataType
  decode(bytes: Uint8Array): Uint8Array
}

const MAKERS: Readonly<Record<string, (buffer: ArrayBuffer) => Numbers>> = {
  int8: (b) => new Int8Array(b),
  uint8: (b) => new Uint8Array(b),
  int16: (b) => new Int16Array(b),
  uint16: (b) => new Uint16Array(b),
  int32: (b) => new Int32Array(b),
  uint32: (b) => new Uint32Array(b),
  float32: (b) => new Float32Array(b),
  float64: (b) => new Float64Array(b)
}

function numbers(type: DataType, bytes: Uint8Array): Numbers | null {
  return MAKERS[type.pixelType]?.(bytes.slice().buffer) ?? null
}

const bytesOf = (values: Numbers): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

/** `type` is the type of the values before the filter. Null: not known here. */
export function arrayFilter(name: string, settings: Settings, type: DataType): ArrayFilter | null {
  switch (name.replace(/^numcodecs\./, '')) {
    case 'delta': {
      const stored = dataType(settings['astype'] ?? settings['dtype']) ?? type
      return known(type, stored) ? { stored, decode: (bytes) => sums(bytes, stored, type) } : null
    }
    case 'fixedscaleoffset': {
      const stored = dataType(settings['astype'] ?? settings['dtype']) ?? type
      const scale = Number(settings['scale'] ?? 1)
      const offset = Number(settings['offset'] ?? 0)
      const decode = (bytes: Uint8Array): Uint8Array =>
        changed(bytes, stored, type, (value) => value / scale + offset)
      return known(type, stored) ? { stored, decode } : null
    }
    case 'astype': {
      const stored = dataType(settings['encode_dtype']) ?? type
      return known(type, stored)
        ? { stored, decode: (bytes) => changed(bytes, stored, type, (value) => value) }
        : null
    }
    case 'bitround':
      return { stored: type, decode: (bytes) => bytes } // only rounds when writing
    case 'quantize': {
      const stored = dataType(settings['astype']) ?? type
      return known(type, stored)
        ? { stored, decode: (bytes) => changed(bytes, stored, type, (value) => value) }
        : null
    }
    default:
      return null
  }
}

const known = (a: DataType, b: DataType): boolean =>
  a.pixelType in MAKERS && b.pixelType in MAKERS && !b.bigEndian

function sums(bytes: Uint8Array, stored: DataType, type: DataType): Uint8Array {
  const differences = numbers(stored, bytes)
  const out = numbers(type, new Uint8Array(((differences?.length ?? 0) || 0) * type.bytes))
  if (differences === null || out === null) return bytes
  let sum = 0
  for (let i = 0; i < out.length; i++) {
    sum += differences[i] as number
    out[i] = sum
    sum = out[i] as number // wraps as the type does
  }
  return bytesOf(out)
}

function changed(
  bytes: Uint8Array,
  stored: DataType,
  type: DataType,
  change: (value: number) => number
): Uint8Array {
  const from = numbers(stored, bytes)
  const out = numbers(type, new Uint8Array((from?.length ?? 0) * type.bytes))
  if (from === null || out === null) return bytes
  for (let i = 0; i < out.length; i++) out[i] = change(from[i] as number)
  return bytesOf(out)
}
