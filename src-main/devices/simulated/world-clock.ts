/**
 * The time in which the simulated devices live: the host's monotonic clock, which stands still while `hold` runs, so that what is read
 * at the start of an exposure is exactly what the frame shows.
 */
import type { MonoNs } from '../device'

export interface WorldClock {
  now(): MonoNs
  hold<T>(at: MonoNs, during: () => T): T
}

export function createWorldClock(): WorldClock {
  let held: MonoNs | null = null
  return {
    now: () => held ?? process.hrtime.bigint(),
    hold(at, during) {
      const before = held
      held = at
      try {
        return during()
      } finally {
        held = before
      }
    }
  }
}

export const msBetween = (from: MonoNs, to: MonoNs): number => Number(to - from) / 1e6
