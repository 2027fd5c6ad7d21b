/** The values of the last minutes of every device, so that a rule can be tried on what just happened. */
import type { Reading } from './devices/device'

const KEEP_SECONDS = 600
/** A key that changes faster than this keeps less than the whole time. */
const MOST_OF_A_KEY = 20_000

interface Kept {
  readonly seconds: number
  readonly value: number
}

export class ReadingHistory {
  readonly #kept = new Map<string, Kept[]>()
  readonly #now: () => bigint

  constructor(now: () => bigint = process.hrtime.bigint) {
    this.#now = now
  }

  /** Takes what is new; a reading that was seen before adds nothing. */
  add(readings: readonly Reading[]): void {
    for (const { key, value, at, stale } of readings) {
      const values = this.#kept.get(key.key) ?? []
      this.#kept.set(key.key, values)
      const seconds = Number(stale ? this.#now() : at) / 1e9
      const last = values[values.length - 1]
      if (last !== undefined && last.seconds >= seconds) continue
      const number = stale ? NaN : Number(value)
      // That a value is still unknown need not be said again and again.
      if (last !== undefined && Number.isNaN(last.value) && Number.isNaN(number)) continue
      values.push({ seconds, value: number })
      this.#forget(values)
    }
  }

  /** Values of a key, oldest first; seconds from the oldest one. */
  of(key: string): readonly { readonly time: number; readonly value: number }[] {
    const values = this.#kept.get(key) ?? []
    const start = values[0]?.seconds ?? 0
    return values.map(({ seconds, value }) => ({ time: seconds - start, value }))
  }

  /** In larger pieces, since taking from the front of a list moves all the rest. */
  #forget(values: Kept[]): void {
    const oldest = Number(this.#now()) / 1e9 - KEEP_SECONDS
    const first = values[0]
    if (first === undefined) return
    if (values.length <= MOST_OF_A_KEY && first.seconds >= oldest - KEEP_SECONDS / 10) return
    const kept = values.findIndex(({ seconds }) => seconds >= oldest)
    values.splice(0, Math.max(kept, values.length - MOST_OF_A_KEY))
  }
}
