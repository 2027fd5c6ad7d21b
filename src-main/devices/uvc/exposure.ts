/** An exposure of a camera that runs by itself: it waits for the first frame that began after it was asked for, and takes the region out of it. */
import type { Failed } from '../../../src-preload/contract/failure'
import type { SensorArea } from '../../../src-preload/contract/pixels'
import type { ExposureReport, MonoNs } from '../device'

export interface TimedFrame {
  readonly startedAt: MonoNs
  readonly exposureMs: number
  /** From frame to frame. */
  readonly intervalMs: number
  /** Running number, and how many are missing since the frame before. */
  readonly number: number
  readonly lost: number
  readonly timestampUs: number
}

export interface WaitingExposure {
  readonly report: Promise<ExposureReport>
  /** Whether this frame would be the answer; frames missing before it are counted then. */
  isFor(frame: TimedFrame): boolean
  answer(frame: TimedFrame, picture: Uint8Array, across: number, area: SensorArea): void
  refuse(why: Failed): void
}

export function awaitFrame(
  target: Uint8Array,
  onStart: ((startedAt: MonoNs) => void) | undefined
): WaitingExposure {
  const from = process.hrtime.bigint()
  let lostBefore = 0
  let resolve: (report: ExposureReport) => void = () => undefined
  let refuse: (why: Failed) => void = () => undefined
  const report = new Promise<ExposureReport>((good, bad) => {
    resolve = good
    refuse = bad
  })
  return {
    report,
    isFor({ startedAt, lost, intervalMs }) {
      if (startedAt < from) return false
      // Of the frames missing before this one only those count that would have been the answer.
      lostBefore += Math.min(lost, Math.floor(Number(startedAt - from) / 1e6 / intervalMs))
      return true
    },
    answer({ startedAt, exposureMs, number, timestampUs }, picture, across, area) {
      cut(picture, across, area, target)
      onStart?.(startedAt)
      const cameraTicks = BigInt(Math.round(timestampUs))
      resolve({ startedAt, exposureMs, cameraFrame: number, cameraTicks, lostBefore })
    },
    refuse: (why) => refuse(why)
  }
}

/** The region of a picture, row by row. */
function cut(picture: Uint8Array, across: number, area: SensorArea, target: Uint8Array): void {
  const { x, y, width, height } = area
  if (width === across) return target.set(picture.subarray(y * across, (y + height) * across))
  for (let row = 0; row < height; row++) {
    const first = (y + row) * across + x
    target.set(picture.subarray(first, first + width), row * width)
  }
}
