/** Makes the small picture that the page shows from the pixels of a frame: size, average, histogram, range, saturation. Pure; used live and in review. */
import type { ImageInfo } from '../src-preload/contract/dataset'
import type { Picture, PixelType } from '../src-preload/contract/pixels'

export type Pixels =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigUint64Array
  | BigInt64Array

export interface PixelFormat {
  readonly width: number
  readonly height: number
  readonly pixelType: ImageInfo['pixelType']
  /** Interleaved samples of a pixel: 3 and 4 are red, green and blue, a second or fourth one is opacity. */
  readonly samples?: number
}

export interface PictureRequest {
  readonly frame: number
  /** Longest side of the answer, in pixels. */
  readonly side: number
  /** Value from which on a pixel counts as saturated; null: unknown. */
  readonly saturation: number | null
}

const BINS = 256

export function pictureOf(pixels: Pixels, format: PixelFormat, request: PictureRequest): Picture {
  const step = stepFor(format, request.side)
  const { data, samples, saturated } = shrink(pixels, format, step, request.saturation)
  const { width, height } = format
  const all = width * height * samples
  return {
    frame: request.frame,
    full: { width, height, pixelType: shownType(format.pixelType) },
    step,
    width: Math.ceil(width / step),
    height: Math.ceil(height / step),
    samples,
    ...measured(data),
    saturated: request.saturation === null ? null : saturated / Math.max(1, all)
  }
}

/** How many pixels become one, in both directions, so that the longest side is no longer than `side`. */
export const stepFor = (
  { width, height }: { readonly width: number; readonly height: number },
  side: number
): number => Math.max(1, Math.ceil(Math.max(width, height) / side))

/** The values of a picture with what the page shows of them as numbers. */
export function measured(
  data: Values
): Pick<Picture, 'data' | 'histogram' | 'histogramFrom' | 'histogramTo' | 'min' | 'max'> {
  const range = rangeOf(data)
  const histogramFrom = data instanceof Uint8Array ? 0 : range.min
  const histogramTo = data instanceof Uint8Array ? BINS : range.max > range.min ? range.max : range.min + 1
  return {
    data,
    histogram: histogram(data, histogramFrom, histogramTo),
    histogramFrom,
    histogramTo,
    ...range
  }
}

export interface Shrunk {
  readonly data: Values
  readonly samples: 1 | 3
  /** Pixels at or above the level, counted before they are averaged; 0 where there is no level. */
  readonly saturated: number
}

/** Means over `step` × `step` pixels, as the page takes them. */
export function shrink(pixels: Pixels, format: PixelFormat, step: number, level: number | null): Shrunk {
  const parts = planesOf(pixels, format).map((values) =>
    step > 1
      ? averaged(values, format, step, level)
      : { data: values.slice(), saturated: level === null ? 0 : atLeast(values, level) }
  )
  return {
    data: interleaved(parts.map(({ data }) => data)),
    samples: parts.length === 3 ? 3 : 1,
    saturated: parts.reduce((sum, part) => sum + part.saturated, 0)
  }
}

export function shownType(type: PixelFormat['pixelType']): PixelType {
  if (type === 'bool') return 'uint8'
  if (type === 'complex64') return 'float32'
  return type === 'complex128' ? 'float64' : type
}

export type Values = Uint8Array | Uint16Array | Float32Array

/** One plane, or three of red, green and blue. A fourth sample, and the second of two, is opacity. */
function planesOf(pixels: Pixels, format: PixelFormat): readonly Values[] {
  const samples = format.samples ?? 1
  const values = plain(pixels, format)
  if (samples === 1) return [values]
  const colours = samples >= 3 ? [0, 1, 2] : [0]
  return colours.map((from) => {
    const plane = values.slice(0, values.length / samples)
    for (let i = 0, at = from; i < plane.length; i++, at += samples) plane[i] = values[at] as number
    return plane
  })
}

function interleaved(planes: readonly Values[]): Values {
  const [first, ...rest] = planes
  if (first === undefined) return new Uint8Array()
  if (rest.length === 0) return first
  const length = first.length * planes.length
  const out =
    first instanceof Uint8Array
      ? new Uint8Array(length)
      : first instanceof Uint16Array
        ? new Uint16Array(length)
        : new Float32Array(length)
  for (const [s, plane] of planes.entries())
    for (let i = 0, at = s; i < plane.length; i++, at += planes.length) out[at] = plane[i] as number
  return out
}

/** 8 and 16 bits unsigned as they are, all else as 32-bit floats. */
function plain(pixels: Pixels, { pixelType }: PixelFormat): Values {
  if (pixelType === 'uint8' || pixelType === 'bool') return pixels as Uint8Array
  return pixelType === 'uint16' ? (pixels as Uint16Array) : numbers(pixels, pixelType)
}

function numbers(pixels: Pixels, type: PixelFormat['pixelType']): Float32Array {
  if (type === 'complex64' || type === 'complex128') return magnitudes(pixels as Float32Array | Float64Array)
  if (type === 'float16') return Float32Array.from(pixels as Uint16Array, halfToFloat)
  if (pixels instanceof Float32Array) return pixels
  if (pixels instanceof BigUint64Array || pixels instanceof BigInt64Array) {
    const out = new Float32Array(pixels.length)
    for (let i = 0; i < out.length; i++) out[i] = Number(pixels[i])
    return out
  }
  return new Float32Array(pixels)
}

function magnitudes(pairs: Float32Array | Float64Array): Float32Array {
  const out = new Float32Array(pairs.length / 2)
  for (let i = 0; i < out.length; i++) out[i] = Math.hypot(pairs[2 * i] as number, pairs[2 * i + 1] as number)
  return out
}

/** IEEE 754 binary16. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

interface Averaged {
  readonly data: Uint8Array | Uint16Array | Float32Array
  /** Pixels of the full frame at or above the level. */
  readonly saturated: number
}

/** One pass over the frame for both: it is larger than the processor's caches. */
function averaged(
  values: Uint8Array | Uint16Array | Float32Array,
  format: PixelFormat,
  step: number,
  level: number | null
): Averaged {
  const { width, height } = format
  if (values instanceof Float32Array) {
    return {
      data: averagedFloats(values, width, height, step),
      saturated: level === null ? 0 : atLeast(values, level)
    }
  }
  const across = Math.ceil(width / step)
  const down = Math.ceil(height / step)
  const data = values instanceof Uint8Array ? new Uint8Array(across * down) : new Uint16Array(across * down)
  const below = Math.ceil(level ?? 65_536) - 1
  if (step === 2 && width % 2 === 0 && height % 2 === 0)
    return { data, saturated: halve(values, width, data, below) }
  // 65 535 × step² fits into 31 bits up to a step of 181
  const sums = step <= 181 ? new Int32Array(across) : new Float64Array(across)
  let saturated = 0
  for (let row = 0; row < down; row++) {
    const rows = Math.min(step, height - row * step)
    sums.fill(0)
    for (let y = row * step; y < row * step + rows; y++)
      saturated += addRow(values, y * width, width, step, sums, below)
    for (let i = 0; i < across; i++) {
      const columns = Math.min(step, width - i * step)
      data[row * across + i] = (sums[i] as number) / (rows * columns) + 0.5
    }
  }
  return { data, saturated }
}

/** The usual step of a live picture, two rows at a time; counts the pixels above `below`. */
function halve(
  v: Uint8Array | Uint16Array,
  width: number,
  out: Uint8Array | Uint16Array,
  below: number
): number {
  const across = width / 2
  let count = 0
  for (let row = 0, o = 0; o < out.length; row++) {
    let top = row * 2 * width
    let bottom = top + width
    for (const end = o + across; o < end; o++) {
      const a = v[top] as number
      const b = v[top + 1] as number
      const c = v[bottom] as number
      const d = v[bottom + 1] as number
      out[o] = (a + b + c + d + 2) >> 2
      count += ((below - a) >>> 31) + ((below - b) >>> 31) + ((below - c) >>> 31) + ((below - d) >>> 31)
      top += 2
      bottom += 2
    }
  }
  return count
}

/**
 * Adds each run of `step` pixels of a row to its sum and counts the pixels above `below`. This is where the time goes, so the usual steps are written
 * out, and the sign bit of a difference stands for a comparison.
 */
function addRow(
  v: Uint8Array | Uint16Array,
  from: number,
  width: number,
  step: number,
  sums: Int32Array | Float64Array,
  below: number
): number {
  const whole = Math.floor(width / step)
  let at = from
  let count = 0
  for (let i = 0; i < whole; i++) {
    let sum = sums[i] as number
    if (step === 4) {
      const a = v[at] as number
      const b = v[at + 1] as number
      const c = v[at + 2] as number
      const d = v[at + 3] as number
      sum += a + b + c + d
      count += ((below - a) >>> 31) + ((below - b) >>> 31) + ((below - c) >>> 31) + ((below - d) >>> 31)
    } else {
      for (let s = 0; s < step; s++) {
        const a = v[at + s] as number
        sum += a
        count += (below - a) >>> 31
      }
    }
    at += step
    sums[i] = sum
  }
  for (; at < from + width; at++) {
    const a = v[at] as number
    sums[whole] = (sums[whole] as number) + a
    count += (below - a) >>> 31
  }
  return count
}

/** NaN pixels are left out of the mean; a cell of nothing but NaN stays NaN. */
function averagedFloats(values: Float32Array, width: number, height: number, step: number): Float32Array {
  const across = Math.ceil(width / step)
  const down = Math.ceil(height / step)
  const out = new Float32Array(across * down)
  for (let row = 0; row < down; row++) {
    const bottom = Math.min(height, (row + 1) * step)
    for (let i = 0; i < across; i++) {
      const right = Math.min(width, (i + 1) * step)
      let sum = 0
      let count = 0
      for (let y = row * step; y < bottom; y++) {
        for (let x = i * step; x < right; x++) {
          const value = values[y * width + x] as number
          if (value === value) {
            sum += value
            count++
          }
        }
      }
      out[row * across + i] = count === 0 ? NaN : sum / count
    }
  }
  return out
}

/** Least and greatest finite value; 0 and 0 where there is none. */
function rangeOf(values: Uint8Array | Uint16Array | Float32Array): { min: number; max: number } {
  let min = Infinity
  let max = -Infinity
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (value < min && value !== -Infinity) min = value
    if (value > max && value !== Infinity) max = value
  }
  return min <= max ? { min, max } : { min: 0, max: 0 }
}

function histogram(values: Uint8Array | Uint16Array | Float32Array, from: number, to: number): Uint32Array {
  const bins = new Uint32Array(BINS)
  const scale = BINS / (to - from)
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (value !== value || value === Infinity || value === -Infinity) continue
    const bin = ((value - from) * scale) | 0
    const inside = bin < BINS ? bin : BINS - 1
    bins[inside] = (bins[inside] as number) + 1
  }
  return bins
}

function atLeast(values: Uint8Array | Uint16Array | Float32Array, level: number): number {
  let count = 0
  for (let i = 0; i < values.length; i++) if ((values[i] as number) >= level) count++
  return count
}
