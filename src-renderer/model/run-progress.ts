/** When a limited run will end, from its own pace and the monotonic clock that main counts with (acceptance U6). */

interface Pace {
  readonly seen: number
  readonly elapsedSeconds: number
}

interface Limits {
  readonly frames: number | null
  readonly seconds: number | null
}

/** null: not known, e.g. before the first frames of an event-driven run. */
export function secondsToEnd({ seen, elapsedSeconds }: Pace, { frames, seconds }: Limits): number | null {
  const ends: number[] = []
  if (seconds !== null) ends.push(Math.max(0, seconds - elapsedSeconds))
  if (frames !== null && seen >= 2) ends.push((Math.max(0, frames - seen) * elapsedSeconds) / seen)
  return ends.length === 0 ? null : Math.min(...ends)
}
