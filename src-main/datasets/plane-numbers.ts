/** The pixels of a plane as numbers, as exactly as a double holds them, whatever their type. */
import { halfToFloat } from '../picture'
import type { Plane } from './dataset'

export interface Numbers {
  readonly values: ArrayLike<number>
  /** Values of one pixel, which lie beside each other. */
  readonly stride: number
  /** How many of them are brightness or colour: 1 or 3; the rest is opacity. */
  readonly samples: 1 | 3
}

/** Complex pixels become their magnitude. Integers beyond ±2^53 are rounded. */
export function numbersOf({ data, pixelType, samples: stride }: Plane): Numbers {
  const samples = stride >= 3 ? 3 : 1
  if (pixelType === 'complex64' || pixelType === 'complex128') {
    const values = new Float64Array(data.length / 2)
    for (let i = 0; i < values.length; i++)
      values[i] = Math.hypot(Number(data[2 * i]), Number(data[2 * i + 1]))
    return { values, stride, samples }
  }
  if (pixelType === 'float16')
    return { values: Float64Array.from(data as Uint16Array, halfToFloat), stride, samples }
  if (data instanceof BigUint64Array || data instanceof BigInt64Array) {
    const values = new Float64Array(data.length)
    for (let i = 0; i < values.length; i++) values[i] = Number(data[i])
    return { values, stride, samples }
  }
  return { values: data, stride, samples }
}
