/** The latest values that an instrument told, each with its time; how often a value usually comes decides when it is stale. */
import type { KeyInfo } from '../../../src-preload/contract/record'
import type { MonoNs, Reading } from '../device'

/** A value that comes rarely is not stale before this. */
const LEAST_MS = 500
const FIRST_GUESS_MS = 1000

export interface Quantity<T extends number | boolean | string> {
  /** Takes a new value; true when it differs from the one before. */
  take(value: T, at: MonoNs): boolean
  /** null before the first. */
  readonly value: T | null
  ageMs(now: MonoNs): number | null
  stale(now: MonoNs): boolean
}

/** `alive` is false while the device is lost: then everything is stale at once. */
export function createQuantity<T extends number | boolean | string>(alive: () => boolean): Quantity<T> {
  let latest: { value: T; at: MonoNs } | null = null
  let usualMs = FIRST_GUESS_MS
  const ageMs = (now: MonoNs): number | null =>
    latest === null ? null : Math.max(0, Number(now - latest.at) / 1e6)
  return {
    take(value, at) {
      const before = latest
      latest = { value, at }
      if (before !== null) {
        const gapMs = Number(at - before.at) / 1e6
        // The longer of late gaps counts, and is forgotten slowly: a stage reports often while it moves, and seldom at rest.
        usualMs = gapMs > usualMs ? Math.min(gapMs, 60_000) : usualMs * 0.98 + gapMs * 0.02
      }
      return before?.value !== value
    },
    get value() {
      return latest?.value ?? null
    },
    ageMs,
    stale(now) {
      const age = ageMs(now)
      return age === null || !alive() || age > Math.max(LEAST_MS, 3 * usualMs)
    }
  }
}

/** As a reading for a record; none before the first value. */
export function readingOf(key: KeyInfo, quantity: Quantity<number>, now: MonoNs): readonly Reading[] {
  const { value } = quantity
  if (value === null) return []
  const ageNs = BigInt(Math.round((quantity.ageMs(now) ?? 0) * 1e6))
  return [{ key, value, at: now - ageNs, stale: quantity.stale(now) }]
}
