/**
 * Host time of what a device stamped by its own clock. That clock has an unknown beginning and its messages arrive late by an unknown time; but none
 * arrives before it was stamped, so the one that was late by the least tells the distance of the two clocks. It is looked for among the last
 * messages only, since the clocks may drift.
 */
import type { MonoNs } from './device'

/** About four seconds of a webcam's frames. */
const DELAYS = 128

export interface ClockDistance {
  /** Host time of a stamp in nanoseconds; never later than it arrived. */
  hostTime(stampNs: bigint, arrivedAt: MonoNs): MonoNs
}

export function createClockDistance(): ClockDistance {
  const delays: bigint[] = []
  return {
    hostTime(stampNs, arrivedAt) {
      delays.push(arrivedAt - stampNs)
      if (delays.length > DELAYS) delays.shift()
      return stampNs + delays.reduce((least, one) => (one < least ? one : least))
    }
  }
}
