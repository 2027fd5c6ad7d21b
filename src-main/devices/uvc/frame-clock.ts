/** When the frames of a free-running stream without numbers were taken, in host time, and how many are missing between them. */
import { createClockDistance } from '../clock-distance'
import type { MonoNs } from '../device'

/** The interval is the median of the last steps: one gap does not change it, and a camera that slows down in the dark is believed after half of them. */
const STEPS = 15
/** So many steps are believed more than what the camera said about itself. */
const LEAST_STEPS = 5
/** A step longer than this many intervals has a gap in it; shorter ones are jitter. */
const GAP = 1.7

export interface SeenFrame {
  /** When the camera had the whole frame; never later than it arrived. */
  readonly at: MonoNs
  /** Running number, with a place for each lost frame; the first is 1. */
  readonly number: number
  /** Frames missing since the one before. */
  readonly lost: number
}

export interface FrameClock {
  readonly intervalMs: number
  see(timestampUs: number, arrivedAt: MonoNs): SeenFrame
}

export function createFrameClock(nominalMs: number): FrameClock {
  const clocks = createClockDistance()
  const steps: number[] = []
  let intervalMs = nominalMs
  let last: number | null = null
  let number = 0
  return {
    get intervalMs() {
      return intervalMs
    },
    see(timestampUs, arrivedAt) {
      const at = clocks.hostTime(BigInt(Math.round(timestampUs * 1000)), arrivedAt)
      const stepMs = last === null ? 0 : (timestampUs - last) / 1000
      const lost = stepMs > GAP * intervalMs ? Math.round(stepMs / intervalMs) - 1 : 0
      last = timestampUs
      number += 1 + lost
      if (stepMs > 0) {
        steps.push(stepMs)
        if (steps.length > STEPS) steps.shift()
        if (steps.length >= LEAST_STEPS) intervalMs = median(steps)
      }
      return { at, number, lost }
    }
  }
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] as number
