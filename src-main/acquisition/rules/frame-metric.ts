/** A number from a frame, from every n-th pixel, so that a rule can watch pictures without the cost of a whole one. */
import type { FrameMetric } from '../../../src-preload/contract/rule'
import type { FramePixels } from '../frame-pixels'

export interface MetricSpec {
  readonly metric: FrameMetric
  readonly level: number
  readonly everyNth: number
}

/** Keeps the sampled pixels of the frame before, for `difference`: the mean absolute change. */
export class FrameMeter {
  readonly #spec: MetricSpec
  #before: Float32Array | null = null

  constructor(spec: MetricSpec) {
    this.#spec = spec
  }

  /** NaN for the first frame of a difference, and after a change of size. */
  measure(pixels: FramePixels): number {
    switch (this.#spec.metric) {
      case 'mean':
        return this.#fold(pixels, (sum, value) => sum + value) / this.#count(pixels)
      case 'max':
        return this.#fold(pixels, (most, value) => (value > most ? value : most), -Infinity)
      case 'above': {
        const { level } = this.#spec
        return this.#fold(pixels, (n, value) => (value > level ? n + 1 : n)) / this.#count(pixels)
      }
      case 'difference':
        return this.#difference(pixels)
    }
  }

  #count(pixels: FramePixels): number {
    return Math.ceil(pixels.length / this.#spec.everyNth)
  }

  #fold(pixels: FramePixels, add: (sum: number, value: number) => number, start = 0): number {
    let sum = start
    for (let i = 0; i < pixels.length; i += this.#spec.everyNth) sum = add(sum, pixels[i] as number)
    return sum
  }

  #difference(pixels: FramePixels): number {
    const count = this.#count(pixels)
    const before = this.#before
    const same = before !== null && before.length === count
    const kept = same ? before : new Float32Array(count)
    let sum = 0
    for (let i = 0, n = 0; n < count; i += this.#spec.everyNth, n++) {
      const value = pixels[i] as number
      if (same) sum += Math.abs(value - (kept[n] as number))
      kept[n] = value
    }
    this.#before = kept
    return same ? sum / count : NaN
  }
}
