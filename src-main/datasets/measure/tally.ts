/** Count, extremes, mean and spread of values that come in runs, by Chan's way to put parts together, which loses nothing where the mean is large. */
import type { Statistics } from '../../../src-preload/contract/measure'

export class Tally {
  #n = 0
  #mean = 0
  /** Sum of squares of the distances to the mean. */
  #squares = 0
  #sum = 0
  /** What rounding took from the sum (Neumaier). */
  #lost = 0
  #min = Infinity
  #max = -Infinity
  #notFinite = 0
  missing = 0

  /** `count` values, each `stride` after the one before. */
  add(values: ArrayLike<number>, from: number, count: number, stride: number): void {
    let n = 0
    let sum = 0
    let min = Infinity
    let max = -Infinity
    for (let i = 0, at = from; i < count; i++, at += stride) {
      const value = values[at] as number
      // false for NaN and infinities
      if (!(value - value === 0)) continue
      n++
      sum += value
      if (value < min) min = value
      if (value > max) max = value
    }
    this.#notFinite += count - n
    if (n === 0) return
    const mean = sum / n
    let squares = 0
    for (let i = 0, at = from; i < count; i++, at += stride) {
      const distance = (values[at] as number) - mean
      if (distance - distance === 0) squares += distance * distance
    }
    this.#join(n, mean, squares)
    this.#addSum(sum)
    if (min < this.#min) this.#min = min
    if (max > this.#max) this.#max = max
  }

  #join(n: number, mean: number, squares: number): void {
    const all = this.#n + n
    const apart = mean - this.#mean
    this.#squares += squares + (apart * apart * this.#n * n) / all
    this.#mean += (apart * n) / all
    this.#n = all
  }

  #addSum(value: number): void {
    const sum = this.#sum + value
    this.#lost += Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - sum + value : value - sum + this.#sum
    this.#sum = sum
  }

  statistics(): Statistics {
    const n = this.#n
    const some = n > 0
    const sum = this.#sum + this.#lost
    return {
      n,
      min: some ? this.#min : null,
      max: some ? this.#max : null,
      mean: some ? sum / n : null,
      std: n > 1 ? Math.sqrt(this.#squares / (n - 1)) : null,
      sum,
      missing: this.missing,
      notFinite: this.#notFinite
    }
  }
}
