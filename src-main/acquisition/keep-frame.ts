/** What becomes of a frame that was taken: its record, its place in the dataset or in the ring, and the losses that it tells of. */
import type { Failure } from '../../src-preload/contract/failure'
import type { FrameRecord } from '../../src-preload/contract/record'
import type { ExposureReport, Reading } from '../devices/device'
import type { CameraOwner } from './camera-owner'
import type { RunClock } from './clock'
import { frameRecord } from './frame-record'
import type { LossLedger } from './loss-ledger'
import type { RunDescription } from './run-description'
import { readingKeys, type RunPlan, type RunWorld } from './run-plan'
import type { Fire } from './triggers'

export const POOL_FULL: Failure = {
  code: 'frame.lost',
  message: 'The disk did not keep up and the frame pool was full; the run was stopped as its policy says.',
  next: 'Use a faster disk, a smaller frame or a longer interval.'
}

export interface TakerParts {
  readonly plan: RunPlan
  readonly world: RunWorld
  readonly owner: CameraOwner
  readonly clock: RunClock
  readonly losses: LossLedger
  readonly description: RunDescription
}

/** What a frame taker needs of its run. */
export interface TakerHost {
  /** Frames that are recorded so far. */
  readonly recorded: number
  /** The stream has failed: what can't be written now is its loss. */
  readonly writerFailed: boolean
  /** False in a pause and at the end. */
  readonly running: boolean
  /** Whether waiting frames are still to be taken. */
  readonly open: boolean
  record(slot: number, record: FrameRecord): void
  keepReady(slot: number, record: FrameRecord): void
  complete(): void
  fail(failure: Failure): void
}

export interface TakenFrame {
  readonly fire: Fire
  readonly slot: number
  readonly exposure: ExposureReport
  /** As they were when the exposure began. */
  readonly readings: readonly Reading[]
}

/** Answers the number of the frame in the dataset; null: it is in the ring. `recorded` is called as soon as it counts as recorded. */
export function keepFrame(
  { clock, description, losses, owner, plan }: TakerParts,
  host: TakerHost,
  { fire, slot, exposure, readings }: TakenFrame,
  recorded: () => void = () => undefined
): number | null {
  const isKept = fire.source !== 'pretrigger'
  const droppedBefore = isKept ? losses.beforeNext : 0
  const record = frameRecord({ clock, exposure, readings, fire, droppedBefore, extra: plan.frameMetadata })
  description.record(record, readingKeys(readings))
  const frame = isKept ? host.recorded : null
  owner.show(slot, frame, fire.part ?? null)
  if (isKept) {
    host.record(slot, record)
    recorded()
  } else host.keepReady(slot, record)
  losses.markTold(droppedBefore)
  return frame
}
