/**
 * Carries out a Multi-D plan: waits for its time, moves the stage, sets the channel, and asks for the frame when all is settled. A frame that the
 * camera lost is taken again, so that every plane of the dataset is there; the lost one is counted by the run.
 */
import { Failed, toFailure, type Failure } from '../../../src-preload/contract/failure'
import type { DeviceSetting } from '../../../src-preload/contract/device-preset'
import { positionsOf, type MultiD, type PlannedPosition } from '../../../src-preload/contract/multi-d'
import type { RunFocus } from '../../../src-preload/contract/run'
import type { MonoNs, StagePosition } from '../../devices/device'
import type { Fire } from '../triggers'
import { FocusOffsets } from './focus-offsets'
import { stepsOf, type Step } from './steps'

/** Frames are taken: at once, after a pause in which people may have moved anything, or no more. */
export type Opening = 'open' | 'resumed' | 'over'

/** What the sequence may do to the world. */
export interface SequenceHands {
  now(): MonoNs
  /** Where the stage stands, in µm; null: there is none. */
  place(): StagePosition | null
  /** Resolves when the stage is still. */
  moveTo(place: Partial<StagePosition>, signal: AbortSignal): Promise<void>
  /** Sets values of devices, and waits; false: not all got there in time. */
  apply(settings: readonly DeviceSetting[]): Promise<boolean>
  setExposure(ms: number): Promise<void>
  fire(fire: Fire): void
  /** Resolves when frames are taken. */
  whenOpen(): Promise<Opening>
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
  readonly #offsets: FocusOffsets
  /** What the channel set has been read back. */
  #settled = true
  /** The focus offset of the last move. */
  #reached = 0
  #moving = false
  /** Where the last move led. */
  #standing: PlannedPosition | null = null
  /** Somebody else may have moved the stage since. */
  #touched = false

  constructor(plan: MultiD, hands: SequenceHands, usualExposureMs: number) {
    this.#plan = plan
    this.#hands = hands
    this.#usualExposureMs = usualExposureMs
    this.#offsets = new FocusOffsets(plan)
  }

  /** The position where the stage stands, and what is added to its z; null: there was no stage at the start. */
  get focus(): RunFocus | null {
    if (this.#home === null) return null
    const position = this.#standing?.name ?? null
    return { position, offsetUm: this.#offsets.of(position) }
  }

  offsetOf(position: string | null): number {
    return this.#offsets.of(position)
  }

  /** The offset with which a position is in focus where the stage stands now: it must stand there, and still. */
  offsetHere(position: string | null): number {
    const place = this.#hands.place()
    if (place === null)
      throw new Failed('device.absent', 'No stage is connected.', { next: 'Connect one under Devices.' })
    const there = this.#standing
    if (this.#moving || (there?.name ?? null) !== position)
      throw new Failed('state.wrong', `The stage has moved on from ${position ?? 'where it stood'}.`, {
        next: 'Pause the run, focus, and take it then.'
      })
    return Math.round((place.z - (there?.z ?? this.#home?.z ?? 0)) * 1000) / 1000
  }

  setOffset(position: string | null, um: number): void {
    this.#offsets.set(position, um)
  }

  /** The plan as it would be carried out with this offset, with every z that it would go to. */
  planWith(position: string | null, um: number): MultiD {
    const home = this.#home ?? { x: 0, y: 0, z: 0 }
    const positions = positionsOf(this.#plan)
    const offsetAt = (name: string): number => (name === (position ?? '') ? um : this.#offsets.of(name))
    const list = (positions ?? [{ name: '', ...home }]).map(({ name, x, y, z }) => ({
      name,
      x,
      y,
      z: z ?? home.z,
      focusOffset: offsetAt(name)
    }))
    return { ...this.#plan, positions: { on: true, from: 'list', list } }
  }

  stop(): void {
    this.#abort.abort()
  }

  start(): void {
    this.#begun = this.#hands.now()
    this.#home = this.#hands.place()
    this.#run().then(
      (done) => done && this.#hands.complete(),
      (error: unknown) => {
        if (!this.#abort.signal.aborted) this.#hands.fail(toFailure(error))
      }
    )
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
      if (!(await this.#open())) return false
      const due = await this.#wait(step)
      // In a pause the stage stays where people look.
      if (!(await this.#open())) return false
      await this.#prepare(step)
      for (let frame: number | null = null; frame === null;) {
        if (!(await this.#open())) return false
        if (this.#mayBeAway(step)) await this.#move(step)
        frame = await this.#take(step, due)
      }
      this.#before = step
    }
    return true
  }

  /** False: the run is over. After a pause nothing is known to be where it was. */
  async #open(): Promise<boolean> {
    const opening = await this.#hands.whenOpen()
    if (opening === 'resumed') this.#touched = true
    return opening !== 'over' && !this.#abort.signal.aborted
  }

  /** The stage was touched, or its focus offset is another one, since the last move. */
  #mayBeAway({ position }: Step): boolean {
    return this.#touched || this.#offsets.of(position?.name ?? null) !== this.#reached
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
    const moved =
      before === null || before.at.p !== step.at.p || before.at.z !== step.at.z || this.#mayBeAway(step)
    if (moved) await this.#move(step)
    if (step.channel !== null && (before === null || before.at.c !== step.at.c)) {
      const { set, exposureMs } = step.channel
      await this.#hands.setExposure(exposureMs ?? this.#usualExposureMs)
      this.#settled = await this.#hands.apply(set)
    }
  }

  async #move({ at, position, zOffset }: Step): Promise<void> {
    this.#reached = this.#offsets.of(position?.name ?? null)
    const middle = (position?.z ?? this.#home?.z ?? 0) + this.#reached
    const samePosition = !this.#touched && this.#before !== null && this.#before.at.p === at.p
    const place = {
      ...(position === null || samePosition ? {} : { x: position.x, y: position.y }),
      ...(zOffset !== null || position?.z != null || this.#offsets.any
        ? { z: rounded(middle + (zOffset ?? 0)) }
        : {})
    }
    this.#touched = false
    this.#moving = true
    if (Object.keys(place).length > 0) await this.#hands.moveTo(place, this.#abort.signal)
    this.#moving = false
    this.#standing = position
  }

  #take({ at, position, channel }: Step, due: MonoNs | null): Promise<number | null> {
    const planned = {
      ...(position === null ? {} : { position_name: position.name }),
      ...(this.#offsets.any ? { focus_offset: this.#reached } : {}),
      ...(channel === null ? {} : { channel: channel.name }),
      ...(this.#settled ? {} : { settled: false })
    }
    return new Promise((done) => {
      this.#hands.fire({
        source: 'multi-d',
        wantedAt: due ?? this.#hands.now(),
        lostBefore: 0,
        planned,
        ...(channel === null ? {} : { part: { channel: channel.name, place: `${at.p} ${at.z}` } }),
        done
      })
    })
  }
}

/** Micrometers to six decimals: a picometer, and no 0.30000000000000004. */
const rounded = (um: number): number => Math.round(um * 1e6) / 1e6

/** Ends early, without an error, when the sequence is stopped: whoever waits looks next whether to go on. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer)
      // A run of many time points waits as often on one signal.
      signal.removeEventListener('abort', over)
      resolve()
    }
    const timer = setTimeout(over, ms)
    signal.addEventListener('abort', over)
  })
}
