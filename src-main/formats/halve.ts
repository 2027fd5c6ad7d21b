/** A plane half as wide and half as high, a pixel the mean of two by two: how the levels of a pyramid are made, the same in every format. */
import type { PixelType } from '../../src-preload/contract/pixels'

export const half = (size: number): number => Math.ceil(size / 2)

export type Pixels =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array

export function viewOf(type: PixelType, buffer: ArrayBufferLike, offset: number, pixels: number): Pixels {
  switch (type) {
    case 'uint8':
      return new Uint8Array(buffer, offset, pixels)
    case 'int8':
      return new Int8Array(buffer, offset, pixels)
    case 'uint16':
      return new Uint16Array(buffer, offset, pixels)
    case 'int16':
      return new Int16Array(buffer, offset, pixels)
    case 'uint32':
      return new Uint32Array(buffer, offset, pixels)
    case 'int32':
      return new Int32Array(buffer, offset, pixels)
    case 'float32':
      return new Float32Array(buffer, offset, pixels)
    case 'float64':
      return new Float64Array(buffer, offset, pixels)
    case 'uint64':
    case 'int64':
    case 'float16':
      throw new Error(`Levels of ${type} are refused by the plan.`)
  }
}

/** Writes the mean of two by two pixels of a plane; the last row or column of an odd size counts twice. */
export function reduce(from: Pixels, width: number, height: number, to: Pixels, type: PixelType): void {
  const whole = !type.startsWith('float')
  // A shift is faster than a division, and four of these do not leave 32 bits.
  const short = whole && !type.endsWith('32')
  const out = half(width)
  for (let row = 0; row < half(height); row++) {
    const upper = 2 * row * width
    const lower = Math.min(2 * row + 1, height - 1) * width
    const inner = width >> 1
    const at = row * out
    for (let column = 0, x = 0; column < inner; column++, x += 2) {
      const sum =
        (from[upper + x] as number) +
        (from[upper + x + 1] as number) +
        (from[lower + x] as number) +
        (from[lower + x + 1] as number)
      to[at + column] = short ? (sum + 2) >> 2 : whole ? Math.floor((sum + 2) / 4) : sum / 4
    }
    if (inner < out) {
      const sum = 2 * ((from[upper + width - 1] as number) + (from[lower + width - 1] as number))
      to[at + inner] = short ? (sum + 2) >> 2 : whole ? Math.floor((sum + 2) / 4) : sum / 4
    }
  }
}
