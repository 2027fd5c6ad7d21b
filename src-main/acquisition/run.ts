/**
 * One run, from start to receipt: triggers in, frames with their records out to the stream. Every frame that was asked for and is not in the
 * dataset is counted under its cause, and the next frame says how many are missing before it.
 */
import { Failed, toFailure, type Failure } from '../../src-preload/contract/failure'
import type { MultiD } from '../../src-preload/contract/multi-d'
import type { FrameRecord, RunEvent } from '../../src-preload/contract/record'
import type { BurstRequest } from '../../src-preload/contract/programs'
import type { RunRules } from '../../src-preload/contract/rule'
import type {
  FileReceipt,
  FocusChange,
  Receipt,
  RunFocus,
  RunPhase,
  RunStatus
} from '../../src-preload/contract/run'
import type { Undo } from '../devices/device'
import type { FrameStream, StreamReport } from '../formats/sink'
import { settingHands, type SettingHands } from './apply-settings'
import type { CameraOwner } from './camera-owner'
import { makeReceipt } from './receipt'
import { startRunClock, type RunClock } from './clock'
import { FrameTaker, type Taker } from './frame-taker'
import type { TakerHost } from './keep-frame'
import { PacedFrames } from './paced-frames'
import { LossLedger } from './loss-ledger'
import { RuleRunner, type RuledRun } from './rules/runner'
import { RunDescription } from './run-description'
import { programBurst } from './program-burst'
import { changeFocus } from './multi-d/change-focus'
import { startSequence, type Opening } from './multi-d/start-sequence'
import { plannedFrames, streamRequest, type RunPlan, type RunWorld } from './run-plan'
import { limitTime, watchDisk } from './run-limits'
import { RunNotes } from './run-notes'
import { RunTable } from './run-table'
import { StallWatch } from './stall-watch'
import { RunTimeLine } from './time-line'
import { triggerSource, type Fire } from './triggers'
import { WriteRate } from './write-rate'

type End = Receipt['end']

/** Who owns a run. `frame` is called in the frame path: it must be quick and must not throw. */
export interface RunHost {
  /** Sets a property when its device may be touched. */
  inTurn<T>(device: string, property: string, set: () => Promise<T>): Promise<T>
  /** A frame was handed to the writer. */
  frame(frame: number, record: FrameRecord): void
  ended(): void
}

export class Run {
  readonly #plan: RunPlan
  readonly #world: RunWorld
  readonly #owner: CameraOwner
  readonly #stream: FrameStream
  readonly clock: RunClock
  readonly table = new RunTable()
  readonly timeLine = new RunTimeLine()
  readonly #losses = new LossLedger((event) => this.#event(this.#withFrame(event)))
  readonly #host: RunHost
  readonly #undo: Undo[] = []
  readonly #description: RunDescription
  #phase: RunPhase = 'running'
  /** Who waits for the end of a pause. */
  readonly #waking: (() => void)[] = []
  #submitted = 0
  #end: End = 'stopped'
  #ending: Promise<Receipt> | null = null
  #failure: Failure | null = null
  #receipt: Receipt | null = null
  #seconds: number | null = null
  #freeBytes: number | null = null
  readonly #rate = new WriteRate()
  readonly #setting: SettingHands
  readonly #rules: RuleRunner
  /** Where the camera keeps the interval by itself. */
  readonly #paced: PacedFrames | null
  readonly #taker: Taker
  readonly #stallWatch: StallWatch
  #sequence: ReturnType<typeof startSequence> | null = null
  /** What people add: notes, marks, tags, edits. */
  readonly notes: RunNotes

  private constructor(
    plan: RunPlan,
    world: RunWorld,
    owner: CameraOwner,
    stream: FrameStream,
    host: RunHost
  ) {
    this.#plan = plan
    this.#world = world
    this.#owner = owner
    this.#stream = stream
    this.#host = host
    this.#setting = settingHands(world, (device, property, set) => host.inTurn(device, property, set))
    this.#description = new RunDescription(stream, this.table)
    this.clock = startRunClock(world.clocks)
    this.notes = new RunNotes(
      { addEvent: (event) => this.#log(event) },
      this.table,
      this.#description,
      this.clock,
      () => ({ phase: this.#phase, newest: this.#submitted > 0 ? this.#submitted - 1 : null })
    )
    this.#stallWatch = new StallWatch(plan.trigger, owner.camera.settings.exposureMs, performance.now())
    this.#rules = new RuleRunner(plan, world, owner, this.#ruled())
    const [clock, losses, description] = [this.clock, this.#losses, this.#description]
    const parts = { plan, world, owner, clock, losses, description }
    const everyMs = plan.trigger.kind === 'interval' ? plan.trigger.everyMs : Infinity
    this.#paced = owner.keepsPace(everyMs) ? new PacedFrames(parts, this.#takerHost(), everyMs) : null
    this.#taker = this.#paced ?? new FrameTaker(parts, this.#takerHost())
  }

  /** Opens the files and starts to listen. Throws before anything is on disk when the plan can't be carried out. */
  static async start(plan: RunPlan, world: RunWorld, owner: CameraOwner, host: RunHost): Promise<Run> {
    const source = triggerSource(plan.trigger, world.triggerLine, world.clocks.mono)
    const stream = await world.openStream(streamRequest(plan, world, owner.pool, owner.camera))
    const run = new Run(plan, world, owner, stream, host)
    try {
      run.#description.begin(plan)
      run.#undo.push(stream.onFailure((failure) => run.#streamFailed(failure)))
      run.#event({ kind: 'start', data: { trigger: plan.trigger.kind, fullPool: plan.fullPool } })
      const tellNews = world.onDeviceNews?.(({ device, state, text }) =>
        run.#event(run.#withFrame({ kind: 'device', text, data: { device, state } }))
      )
      run.#undo.push(tellNews ?? (() => undefined))
      run.#undo.push(run.#rules.start())
      if (run.#paced === null) run.#undo.push(source.start((fire) => run.fire(fire)))
      else await run.#paced.start()
      if (plan.trigger.kind === 'multi-d') run.#follow(plan.trigger.plan)
    } catch (error) {
      for (const undo of run.#undo.splice(0)) undo()
      // Nothing was recorded yet: closing takes the empty files away again.
      await stream.close()
      throw error
    }
    run.#undo.push(
      limitTime(plan.seconds, () => void run.stop('completed')),
      watchDisk(
        () => world.freeBytes(plan.root),
        (free) => (run.#freeBytes = free)
      )
    )
    return run
  }

  get phase(): RunPhase {
    return this.#phase
  }

  /** Asks for a frame. Synchronous; what can't be taken is counted. */
  fire(fire: Fire): void {
    // The planes of a Multi-D run are planned: a frame between them would have no place.
    const planned = this.#plan.trigger.kind === 'multi-d'
    if ((planned && fire.source !== 'multi-d') || this.#phase !== 'running' || !this.#taker.take(fire))
      fire.done?.(null)
  }

  fireByHand(): void {
    this.fire({ source: 'manual', wantedAt: this.clock.now(), lostBefore: 0 })
  }

  /** Resolves when frames are taken. */
  async #whenOpen(): Promise<Opening> {
    const paused = this.#phase === 'paused'
    while (this.#phase === 'paused') await new Promise<void>((wake) => this.#waking.push(wake))
    return this.#phase !== 'running' ? 'over' : paused ? 'resumed' : 'open'
  }

  #wake(): void {
    for (const wake of this.#waking.splice(0)) wake()
  }

  #follow(plan: MultiD): void {
    this.#sequence = startSequence(plan, this.#world, this.#owner, {
      now: this.clock.now,
      setting: this.#setting,
      fire: (fire) => this.fire(fire),
      whenOpen: () => this.#whenOpen(),
      complete: () => void this.stop('completed'),
      fail: (failure) => this.#fail(failure)
    })
    this.#undo.push(() => this.#sequence?.stop())
  }

  /** Another focus offset for a position; `check` throws where it can't be carried out. */
  focus(change: FocusChange, check: (plan: MultiD) => void): RunFocus {
    if (this.#sequence === null || (this.#phase !== 'running' && this.#phase !== 'paused'))
      throw new Failed('state.wrong', 'Focus offsets belong to a Multi-D run, and none is under way.')
    return changeFocus(this.#sequence, change, check, (text, data) =>
      this.#event(this.#withFrame({ kind: 'device', text, data }))
    )
  }

  #fail(failure: Failure): void {
    this.#failure ??= failure
    void this.stop('failed')
  }

  pause(): void {
    if (this.#phase !== 'running')
      throw new Failed('state.wrong', `The run is ${this.#phase}; it can't pause.`)
    this.#phase = 'paused'
    this.#paced?.pause().catch((error: unknown) => this.#fail(toFailure(error)))
    this.#event({ kind: 'pause' })
  }

  resume(): void {
    if (this.#phase !== 'paused')
      throw new Failed('state.wrong', `The run is ${this.#phase}; it can't resume.`)
    this.#phase = 'running'
    this.#wake()
    this.#paced?.start().catch((error: unknown) => this.#fail(toFailure(error)))
    this.#event({ kind: 'resume' })
  }

  /** Frames for another program; answers the numbers of those that were taken. A pause or the end of the run ends it. */
  burst(request: BurstRequest): Promise<readonly number[]> {
    const { program, frames, everyMs } = request
    const text = `${program} asked for ${frames} ${frames === 1 ? 'frame' : 'frames'}`
    this.#event(this.#withFrame({ kind: 'trigger', text, data: { program, frames, everyMs } }))
    return programBurst(
      request,
      this.clock.now,
      () => this.#phase === 'running',
      (fire) => this.fire(fire)
    )
  }

  /** Keeps in the event log that another program changed something. */
  programSet(program: string, device: string, property: string, value: string | number | boolean): void {
    const text = `${program} set ${property} of ${device}`
    this.#event(this.#withFrame({ kind: 'device', text, data: { program, device, property, value } }))
  }

  /** Ends the run and answers the receipt. Idempotent. */
  stop(end: End = 'stopped'): Promise<Receipt> {
    this.#ending ??= this.#finish(end)
    return this.#ending
  }

  status(): RunStatus {
    const { written, durable, bytes } = this.#stream.counters
    const seconds = this.#seconds ?? this.clock.seconds(this.clock.now())
    const megabytesPerSecond = this.#rate.measure(seconds, bytes)
    const free = this.#freeBytes
    return {
      phase: this.#phase,
      paths: this.#stream.paths,
      seen: this.#submitted + this.#losses.total,
      written,
      durable,
      dropped: this.#losses.total,
      losses: this.#losses.counts,
      planned: plannedFrames(this.#plan),
      stalled: this.#stallWatch.look({
        nowMs: performance.now(),
        running: this.#phase === 'running',
        accepted: this.#submitted,
        written
      }),
      elapsedSeconds: seconds,
      bytesWritten: bytes,
      megabytesPerSecond,
      poolFill: this.#owner.pool.fill,
      freeBytes: free,
      secondsToFull: free === null || megabytesPerSecond < 0.01 ? null : free / 1e6 / megabytesPerSecond,
      focus: this.#sequence?.focus ?? null,
      failure: this.#failure,
      receipt: this.#receipt
    }
  }

  #submit(slot: number, record: FrameRecord): void {
    this.#description.record(record, [])
    this.#plan.beforeSubmit?.(this.#owner.pool.pixels(slot), record, this.#submitted)
    this.#stream.submit(slot, record)
    this.#submitted += 1
    this.table.add(record)
    this.timeLine.frame(record)
    this.#host.frame(this.#submitted - 1, record)
  }

  #takerHost(): TakerHost {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- for the getters of the object below
    const run = this
    return {
      get recorded() {
        return run.#submitted
      },
      get writerFailed() {
        return run.#stream.failure !== null
      },
      get running() {
        return run.#phase === 'running'
      },
      get open() {
        return run.#phase === 'running' || run.#phase === 'paused'
      },
      record: (slot, record) => this.#submit(slot, record),
      keepReady: (slot, record) => this.#rules.keepReady(slot, record),
      // Not awaited: finishing waits for the taker, which is just here.
      complete: () => void this.stop('completed'),
      fail: (failure) => this.#fail(failure)
    }
  }

  #streamFailed(failure: Failure): void {
    this.#failure ??= failure
    void this.stop(failure.code === 'disk.full' ? 'disk full' : 'failed')
  }

  async #finish(end: End): Promise<Receipt> {
    this.#end = end
    this.#phase = 'finishing'
    this.#wake()
    for (const undo of this.#undo.splice(0)) undo()
    await this.#taker.finish()
    this.#rules.clear()
    this.#losses.flush()
    this.#seconds = this.clock.seconds(this.clock.now())
    this.#event({
      kind: 'stop',
      text: end,
      data: { seen: this.#submitted + this.#losses.total, dropped: this.#losses.total }
    })
    const report = await this.#closeStream()
    const files = report.frames === 0 ? [] : await this.#verify(report.paths)
    const unwritten = this.#submitted - report.frames
    if (unwritten > 0) this.#losses.add('writeFailure', unwritten, 'accepted and not written')
    this.#receipt = makeReceipt(report.frames, files, this.#losses, this.#seconds, this.#end)
    this.#phase = this.#failure === null || this.#end === 'disk full' ? 'finished' : 'failed'
    this.#host.ended()
    return this.#receipt
  }

  /** A failure of the stream is told by the run's failure; what it could finish is still counted by opening it. */
  async #closeStream(): Promise<StreamReport> {
    try {
      return await this.#stream.close()
    } catch (error) {
      this.#failure ??= toFailure(error)
      if (this.#failure.code === 'disk.full') this.#end = 'disk full'
      else this.#end = 'failed'
      return { frames: this.#stream.counters.written, paths: this.#stream.paths, state: 'incomplete' }
    }
  }

  /** Files that can't be opened again are a failure of the run, and its end all the same. */
  async #verify(paths: readonly string[]): Promise<readonly FileReceipt[]> {
    try {
      return await this.#world.verify(paths)
    } catch (error) {
      this.#failure ??= toFailure(error)
      return []
    }
  }

  /** The rules as they stand, and what they did lately, newest last. */
  rules(): RunRules {
    return this.#rules.status()
  }

  #ruled(): RuledRun {
    return {
      clock: this.clock,
      setting: this.#setting,
      fire: (fire) => this.fire(fire),
      submit: (slot, record) => this.#submit(slot, record),
      note: (text) => this.notes.note(text),
      pause: () => this.pause(),
      resume: () => this.resume(),
      end: () => void this.stop('completed'),
      event: (event) => this.#event(event)
    }
  }

  /** A loss is noted beside the last frame before it. */
  #withFrame(event: Omit<RunEvent, 'time'>): Omit<RunEvent, 'time'> {
    return this.#submitted > 0 ? { ...event, frame: this.#submitted - 1 } : event
  }

  /** Events of the run itself are journaled with the next sync; a stream that failed has already told why. */
  #event(event: Omit<RunEvent, 'time'>): void {
    const time = this.clock.seconds(this.clock.now())
    this.#log({ ...event, time }).catch((error: unknown) => {
      if (this.#stream.failure === null) this.#failure ??= toFailure(error)
    })
  }

  /** Every event goes into the journal and onto the time line. */
  #log(event: RunEvent): Promise<void> {
    this.timeLine.event(event)
    return this.#stream.addEvent(event)
  }
}
