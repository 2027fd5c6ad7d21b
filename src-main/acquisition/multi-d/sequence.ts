/**
 * Carries out a Multi-D plan: waits for its time, moves the stage, sets the channel, and asks for the frame when all is settled. A frame that the
 * camera lost is taken again, so that every plane of the dataset is there; the lost one is counted by the run.
 */
import { toFailure, type Failure } from '../../../src-preload/contract/failure'
import type { MultiD } from '../../../src-preload/contract/multi-d'
import type { MonoNs, StagePosition } from '../../devices/device'
import type { Fire } from '../triggers'
import { stepsOf, type Step } from './steps'

/** What the sequence may do to the world. */
export interface SequenceHands {
  now(): MonoNs
  /** Where the stage stands, in µm; null: there is none. */
  place(): StagePosition | null
  /** Resolves when the stage is still. */
  moveTo(place: Partial<StagePosition>, signal: AbortSignal): Promise<void>
  /** False: the device did not get there in time. */
  set(device: string, property: string, value: number | string | boolean): Promise<boolean>
  setExposure(ms: number): Promise<void>
  fire(fire: Fire): void
  /** Resolves when frames are taken, at once or after a pause; false: the run has ended. */
  whenOpen(): Promise<boolean>
  complete(): void
  fail(failure: Failure): void
}

export class MultiDSequence {
  readonly #plan: MultiD
  readonly #hands: SequenceHands
  readonly #usualExposureMs: number
  readonly #abort = new AbortController()
  #begun: MonoNs = 0n
  /** Where the stage stood at the start: the middle of z stacks without a position of their own. */
  #home: StagePosition | null = null
  #before: Step | null = null
  /** What the channel set has been read back. */
  #settled = true

  constructor(plan: MultiD, hands: SequenceHands, usualExposureMs: number) {
    this.#plan = plan
    this.#hands = hands
    this.#usualExposureMs = usualExposureMs
  }

  /** Starts; the answer stops it. */
  start(): () => void {
    this.#begun = this.#hands.now()
    this.#home = this.#hands.place()
    this.#run().then(
      (done) => done && this.#hands.complete(),
      (error: unknown) => {
        if (!this.#abort.signal.aborted) this.#hands.fail(toFailure(error))
      }
    )
    return () => this.#abort.abort()
  }

  /** False when it was stopped before its end. */
  async #run(): Promise<boolean> {
    try {
      return await this.#steps()
    } finally {
      // The exposure of the last channel is not what the user had set.
      if (this.#plan.channels.on) await this.#hands.setExposure(this.#usualExposureMs)
    }
  }

  async #steps(): Promise<boolean> {
    for (const step of stepsOf(this.#plan)) {
      if (!(await this.#hands.whenOpen())) return false
      const due = await this.#wait(step)
      await this.#prepare(step)
      for (let frame: number | null = null; frame === null;) {
        if (!(await this.#hands.whenOpen()) || this.#abort.signal.aborted) return false
        frame = await this.#take(step, due)
      }
      this.#before = step
    }
    return true
  }

  /** Waits for the time point where a new one begins; answers when it was due, null where nothing but the step before was waited for. */
  async #wait({ at }: Step): Promise<MonoNs | null> {
    const { on, everyMs } = this.#plan.time
    if (!on || everyMs === 0 || at.t === this.#before?.at.t) return null
    const due = this.#begun + BigInt(Math.round(at.t * everyMs * 1e6))
    // A timer may ring a little early.
    for (
      let early = due - this.#hands.now();
      early > 0n && !this.#abort.signal.aborted;
      early = due - this.#hands.now()
    )
      await pause(Math.ceil(Number(early) / 1e6), this.#abort.signal)
    return due
  }

  /** Only what changes is touched. The stage comes first: it takes longest, and light falls on nothing while it moves when the channel is last. */
  async #prepare(step: Step): Promise<void> {
    const before = this.#before
    const moved = before === null || before.at.p !== step.at.p || before.at.z !== step.at.z
    if (moved) await this.#move(step)
    if (step.channel !== null && (before === null || before.at.c !== step.at.c)) {
      const { set, exposureMs } = step.channel
      await this.#hands.setExposure(exposureMs ?? this.#usualExposureMs)
      this.#settled = true
      for (const { device, property, value } of set)
        if (!(await this.#hands.set(device, property, value))) this.#settled = false
    }
  }

  async #move({ at, position, zOffset }: Step): Promise<void> {
    const middle = position?.z ?? this.#home?.z ?? 0
    const samePosition = this.#before !== null && this.#before.at.p === at.p
    const place = {
      ...(position === null || samePosition ? {} : { x: position.x, y: position.y }),
      ...(zOffset !== null ? { z: middle + zOffset } : position?.z == null ? {} : { z: position.z })
    }
    if (Object.keys(place).length > 0) await this.#hands.moveTo(place, this.#abort.signal)
  }

  #take({ position, channel }: Step, due: MonoNs | null): Promise<number | null> {
    const planned = {
      ...(position === null ? {} : { position_name: position.name }),
      ...(channel === null ? {} : { channel: channel.name }),
      ...(this.#settled ? {} : { settled: false })
    }
    return new Promise((done) => {
      this.#hands.fire({
        source: 'multi-d',
        wantedAt: due ?? this.#hands.now(),
        lostBefore: 0,
        planned,
        done
      })
    })
  }
}

/** Ends early, without an error, when the sequence is stopped: whoever waits looks next whether to go on. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true }
    )
  })
}
