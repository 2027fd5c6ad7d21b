/** The clock of a run: monotonic time anchored once to UTC, so that a step of the wall clock moves no frame (acceptance M1). */
import type { MonoNs } from '../devices/device'

export interface Clocks {
  /** Nanoseconds of the monotonic clock. */
  readonly mono: () => MonoNs
  /** Milliseconds since 1970, the wall clock. */
  readonly wall: () => number
}

export const systemClocks: Clocks = { mono: () => process.hrtime.bigint(), wall: () => Date.now() }

export interface RunClock {
  readonly startedAt: MonoNs
  /** Seconds since the start; microseconds are kept. */
  seconds(at: MonoNs): number
  /** ISO 8601 UTC with microseconds, from the anchor and never from the wall clock again. */
  utc(at: MonoNs): string
  now(): MonoNs
}

export function startRunClock(clocks: Clocks = systemClocks): RunClock {
  const startedAt = clocks.mono()
  const startedWallUs = BigInt(Math.round(clocks.wall() * 1000))
  const micros = (at: MonoNs): bigint => (at - startedAt) / 1000n
  return {
    startedAt,
    now: clocks.mono,
    seconds: (at) => Number(micros(at)) / 1e6,
    utc: (at) => isoMicros(startedWallUs + micros(at))
  }
}

function isoMicros(us: bigint): string {
  const milliseconds = us / 1000n
  const rest = us - milliseconds * 1000n
  return new Date(Number(milliseconds)).toISOString().replace('Z', `${String(rest).padStart(3, '0')}Z`)
}
