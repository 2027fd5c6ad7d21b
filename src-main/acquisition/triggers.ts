/** What asks for frames: by hand, by the clock, or by a trigger line. Each source calls `fire` and knows nothing of what follows. */
import type { PlanPart } from '../../src-preload/contract/pixels'
import type { FrameRecord } from '../../src-preload/contract/record'
import type { TriggerChoice } from '../../src-preload/contract/run'
import type { MonoNs, TriggerInput, Undo } from '../devices/device'
import type { RuleFrame } from './rules/actions'

/** What a frame remembers of the program that asked for it. */
export interface ProgramFrame {
  readonly program: string
  /** When the program's request was received. */
  readonly at: MonoNs
  /** Number of the frame in its burst, from 0. */
  readonly burstIndex: number
}

export interface Fire {
  readonly source: 'manual' | 'interval' | 'serial' | 'rule' | 'program' | 'multi-d' | 'pretrigger'
  /** When the frame was wanted: the planned time of an interval, else the time of receipt. */
  readonly wantedAt: MonoNs
  /** Events that the source itself lost before this one. */
  readonly lostBefore: number
  readonly sequence?: number
  readonly sourceUs?: number
  /** What made a rule ask for it. */
  readonly rule?: RuleFrame
  /** Keys that a plan gives to its frame, such as `channel`. */
  readonly planned?: FrameRecord
  /** What of a plan the frame shows. */
  readonly part?: PlanPart
  /** The program that asked for it. */
  readonly program?: ProgramFrame
  /** Called when the frame is taken, with its number in the dataset, or lost: null. */
  readonly done?: (frame: number | null) => void
}

export interface TriggerSource {
  start(fire: (event: Fire) => void): Undo
}

/** Intervals that are caught up after a hold-up of the process. */
const MOST_CAUGHT_UP = 128n

export const manualTrigger: TriggerSource = { start: () => () => undefined }

/**
 * Fires every `everyMs`, planned on the monotonic clock, so that delays do not add up. A time that has passed while the process was held up is
 * fired late; when several have passed, all but the newest are reported as lost (acceptance T6: skip).
 */
export function intervalTrigger(everyMs: number, mono: () => MonoNs): TriggerSource {
  return {
    start(fire) {
      const everyNs = BigInt(Math.max(1, Math.round(everyMs * 1e6)))
      const startedAt = mono()
      let planned = 0n
      let timer: NodeJS.Timeout | NodeJS.Immediate | null = null
      let stopped = false
      const tick = (): void => {
        if (stopped) return
        const due = (mono() - startedAt) / everyNs
        if (due >= planned) {
          const late = due - planned
          // A short hold-up is caught up frame by frame; past that the frames would only be wrong copies of "now".
          const skipped = late > MOST_CAUGHT_UP ? late : 0n
          planned += skipped
          fire({ source: 'interval', wantedAt: startedAt + planned * everyNs, lostBefore: Number(skipped) })
          planned += 1n
        }
        const waitMs = Number(startedAt + planned * everyNs - mono()) / 1e6
        timer = waitMs >= 1.5 ? setTimeout(tick, Math.floor(waitMs - 0.5)) : setImmediate(tick)
      }
      tick()
      return () => {
        stopped = true
        if (timer === null) return
        clearTimeout(timer as NodeJS.Timeout)
        clearImmediate(timer as NodeJS.Immediate)
      }
    }
  }
}

export function lineTrigger(input: TriggerInput): TriggerSource {
  return {
    start: (fire) =>
      input.onEdge((edge) =>
        fire({
          source: 'serial',
          wantedAt: edge.receivedAt,
          lostBefore: edge.lostBefore,
          sequence: edge.sequence,
          ...(edge.sourceUs === undefined ? {} : { sourceUs: edge.sourceUs })
        })
      )
  }
}

export function triggerSource(
  choice: TriggerChoice,
  lines: (device: string) => TriggerInput,
  mono: () => MonoNs
): TriggerSource {
  switch (choice.kind) {
    case 'manual':
      return manualTrigger
    case 'interval':
      return intervalTrigger(choice.everyMs, mono)
    case 'serial':
      return lineTrigger(lines(choice.device))
    case 'multi-d':
      // The plan asks for its frames itself, when all is settled.
      return manualTrigger
  }
}
