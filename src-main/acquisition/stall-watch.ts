/** Notices a run that stands still: frames that should come and don't, or a disk that takes nothing. */
import type { TriggerChoice } from '../../src-preload/contract/run'

export type Stall = 'no frames' | 'disk'

/** Below this, waiting is nothing to be alarmed about. */
const LEAST_MS = 10_000
const DISK_MS = 5_000

export interface StallFacts {
  /** Milliseconds of a monotonic clock. */
  readonly nowMs: number
  readonly running: boolean
  readonly accepted: number
  readonly written: number
}

export class StallWatch {
  readonly #patienceMs: number | null
  #accepted = 0
  #written = 0
  #acceptedAt: number
  #writtenAt: number

  /** @param exposureMs of the camera; frames can't come faster. */
  constructor(trigger: TriggerChoice, exposureMs: number, nowMs: number) {
    this.#patienceMs = patienceFor(trigger, exposureMs)
    this.#acceptedAt = nowMs
    this.#writtenAt = nowMs
  }

  /** What stands still now; null: nothing. A pause is no stall. */
  look({ nowMs, running, accepted, written }: StallFacts): Stall | null {
    if (accepted > this.#accepted || !running) this.#acceptedAt = nowMs
    if (written > this.#written || accepted === written) this.#writtenAt = nowMs
    this.#accepted = accepted
    this.#written = written
    if (nowMs - this.#writtenAt > DISK_MS) return 'disk'
    if (this.#patienceMs !== null && nowMs - this.#acceptedAt > this.#patienceMs) return 'no frames'
    return null
  }
}

/** Five times what a frame takes; null where nobody can know when one comes. */
function patienceFor(trigger: TriggerChoice, exposureMs: number): number | null {
  switch (trigger.kind) {
    case 'interval':
      return Math.max(LEAST_MS, 5 * (trigger.everyMs + exposureMs))
    case 'multi-d': {
      const { time, channels } = trigger.plan
      const longest = Math.max(exposureMs, ...channels.list.map((channel) => channel.exposureMs ?? 0))
      // A stage may take its time; a stuck one fails by itself after a minute.
      return 60_000 + 5 * longest + (time.on ? time.everyMs : 0)
    }
    case 'manual':
    case 'serial':
      return null
  }
}
