/** The state of acquisition: at most one run, live and snaps beside it, and who hears of changes. Start is idempotent against double clicks (D8). */
import { Failed, toFailure, type Failure } from '../../src-preload/contract/failure'
import type { MultiD } from '../../src-preload/contract/multi-d'
import type { FrameRecord } from '../../src-preload/contract/record'
import type { DeviceSetting } from '../../src-preload/contract/device-preset'
import type { BurstRequest } from '../../src-preload/contract/programs'
import type { RunRules } from '../../src-preload/contract/rule'
import type {
  CameraStatus,
  FocusChange,
  Receipt,
  RunFocus,
  RunStatus,
  TableRows,
  TimeLine
} from '../../src-preload/contract/run'
import type { StoredForm } from '../../src-preload/contract/stored-form'
import type { LivePicture } from '../../src-preload/contract/pixels'
import type { Camera, CameraSettings, Undo } from '../devices/device'
import type { FramePool } from '../formats/sink'
import type { FrameFormat } from '../../src-preload/contract/pixels'
import { applySettings, settingHands } from './apply-settings'
import { CameraOwner } from './camera-owner'
import { Preview } from './preview'
import { Run } from './run'
import type { NewCell } from './run-edits'
import { pixelSizeUm, type RunPlan, type RunWorld } from './run-plan'

/** Statuses a second that listeners hear during a run. */
const STATUS_PERIOD_MS = 100
const RATE_PERIOD_MS = 1000

const IDLE: RunStatus = {
  phase: 'idle',
  paths: [],
  seen: 0,
  written: 0,
  durable: 0,
  dropped: 0,
  losses: { cameraGap: 0, transport: 0, poolFull: 0, policy: 0, writeFailure: 0 },
  planned: null,
  stalled: null,
  elapsedSeconds: 0,
  bytesWritten: 0,
  megabytesPerSecond: 0,
  poolFill: 0,
  freeBytes: null,
  secondsToFull: null,
  focus: null,
  failure: null,
  receipt: null
}

export interface AcquisitionEvents {
  readonly onRun: (status: RunStatus) => void
  readonly onCamera: (status: CameraStatus) => void
  /** A problem of the live view; null: it is over. */
  readonly onLiveProblem: (problem: Failure | null) => void
}

export class Acquisition {
  readonly #world: RunWorld
  readonly #preview = new Preview()
  readonly #owner: CameraOwner
  readonly #events: AcquisitionEvents
  readonly #frameListeners = new Set<(frame: number, record: FrameRecord) => void>()
  #run: Run | null = null
  #starting: Promise<Run> | null = null
  #undoTimer: Undo | null = null
  #rateTimer: NodeJS.Timeout | null = null

  constructor(
    camera: Camera,
    makePool: (format: FrameFormat) => FramePool,
    world: RunWorld,
    events: AcquisitionEvents
  ) {
    this.#world = world
    this.#events = events
    this.#owner = new CameraOwner(camera, makePool, this.#preview, (problem) =>
      events.onLiveProblem(problem === null ? null : toFailure(problem))
    )
  }

  get recording(): boolean {
    const phase = this.#run?.phase
    return this.#starting !== null || phase === 'running' || phase === 'paused' || phase === 'finishing'
  }

  status(): RunStatus {
    if (this.#starting !== null) return { ...IDLE, phase: 'starting' }
    return this.#run?.status() ?? IDLE
  }

  cameraStatus(): CameraStatus {
    const status = this.#owner.status()
    return { ...status, pixelSizeUm: pixelSizeUm(this.#world, this.#owner.camera) }
  }

  rows(from: number, count: number): TableRows {
    return this.#run?.table.rows(from, count) ?? { keys: [], units: {}, free: [], total: 0, from, rows: [] }
  }

  /** The rules of the run as they stand; empty without one. */
  rules(): RunRules {
    return this.#run?.rules() ?? { states: [], fires: [] }
  }

  picture(after: number, side: number, overlay = false): Promise<LivePicture | null> {
    return this.#preview.next(after, side, overlay)
  }

  async configure(wanted: Partial<CameraSettings>): Promise<CameraStatus> {
    if (this.recording && Object.keys(wanted).some((name) => name !== 'exposureMs')) {
      throw new Failed('state.wrong', 'Region, binning and pixel type are fixed while a run is under way.', {
        next: 'Stop the run first.'
      })
    }
    await this.#owner.configure(wanted)
    return this.#cameraChanged()
  }

  /**
   * Sets a property of a device: of the camera in use between two exposures, of any other at once. What changes the frame size waits for the end of
   * a run. Whoever sets something, by hand, by a rule, a plan or another program, comes through here.
   */
  async inTurn<T>(device: string, property: string, set: () => Promise<T>): Promise<T> {
    if (device !== this.#owner.camera.id) return set()
    if (this.recording && property !== 'exposureMs' && property !== 'gain') {
      throw new Failed('state.wrong', `The camera's ${property} is fixed while a run is under way.`, {
        next: 'Stop the run first.'
      })
    }
    const answer = await this.#owner.change(set)
    this.#cameraChanged()
    return answer
  }

  /** Sets values of several devices, each when it may be touched; answers what was not there in time. */
  apply(settings: readonly DeviceSetting[]): Promise<readonly DeviceSetting[]> {
    const hands = settingHands(this.#world, (device, property, set) => this.inTurn(device, property, set))
    return applySettings(settings, hands)
  }

  /** Another camera takes over; not in the middle of a run. */
  async use(camera: Camera): Promise<void> {
    if (this.recording) {
      throw new Failed('state.wrong', 'The camera stays the same while a run is under way.', {
        next: 'Stop the run first.'
      })
    }
    await this.#owner.use(camera)
    this.#cameraChanged()
  }

  setLive(on: boolean): CameraStatus {
    this.#owner.setLive(on)
    this.#tellRate(on)
    return this.#cameraChanged()
  }

  /** One frame now: part of the run where one is running, else shown only. */
  async snap(): Promise<void> {
    if (this.#run?.phase === 'running') {
      this.#run.fireByHand()
      return
    }
    await this.#owner.settled()
    const pool = this.#owner.pool
    const slot = await pool.waitForSlot()
    try {
      await this.#owner.expose(slot, () => undefined)
      this.#owner.show(slot, null)
    } finally {
      pool.release(slot)
    }
  }

  /** Resolves when no change of the camera is under way: what `cameraStatus` says then is what a run begins with. */
  settled(): Promise<void> {
    return this.#owner.settled()
  }

  async start(plan: RunPlan): Promise<RunStatus> {
    if (this.recording)
      throw new Failed('state.wrong', 'A run is already under way.', { next: 'Stop it first.' })
    // A change of the frame size may be under way: the run must begin with the pool that comes of it.
    this.#starting = this.#owner.settled().then(() =>
      Run.start(plan, this.#world, this.#owner, {
        inTurn: (device, property, set) => this.inTurn(device, property, set),
        frame: (frame, record) => this.#frame(frame, record),
        ended: () => this.#ended()
      })
    )
    try {
      this.#run = await this.#starting
    } finally {
      this.#starting = null
    }
    this.#tellRegularly()
    return this.status()
  }

  pause(): RunStatus {
    this.#current().pause()
    return this.status()
  }

  /** Another focus offset for a position of the Multi-D run under way; `check` throws where it can't be carried out. */
  focus(change: FocusChange, check: (plan: MultiD) => void): RunFocus {
    return this.#current().focus(change, check)
  }

  resume(): RunStatus {
    this.#current().resume()
    return this.status()
  }

  /** What people typed about the run under way; nothing without one. */
  describe(form: StoredForm): void {
    this.#run?.notes.describe(form)
  }

  /** The last seconds of the run; empty without one. */
  timeLine(seconds: number): TimeLine {
    const run = this.#run
    if (run === null) return { from: 0, to: 0, frames: [], events: [] }
    return run.timeLine.look(run.clock.seconds(run.clock.now()), seconds)
  }

  mark(tag: string | null, who: string): Promise<{ frame: number }> {
    return this.#current().notes.mark(tag, who)
  }

  edit(cells: readonly NewCell[], who: string): Promise<void> {
    return this.#current().notes.edit(cells, who)
  }

  note(text: string): Promise<{ frame: number | null }> {
    return this.#current().notes.note(text)
  }

  /** Frames for another program, recorded by the run under way; answers their numbers. */
  burst(request: BurstRequest): Promise<readonly number[]> {
    const run = this.#current()
    if (run.phase !== 'running') {
      throw new Failed('state.wrong', `The run is ${run.phase}; it takes no frames.`, {
        next: 'Ask again while it is running.'
      })
    }
    return run.burst(request)
  }

  /** Keeps in the log of the run, where there is one, that another program changed something. */
  programSet(program: string, device: string, property: string, value: string | number | boolean): void {
    if (this.recording) this.#run?.programSet(program, device, property, value)
  }

  /** Tells of every frame that is handed to the writer. A listener must be quick and must not throw. */
  onFrame(listener: (frame: number, record: FrameRecord) => void): Undo {
    this.#frameListeners.add(listener)
    return () => this.#frameListeners.delete(listener)
  }

  /** Ends the run, if there is one, and answers its receipt. */
  async stop(): Promise<Receipt | null> {
    const run = this.#run ?? (this.#starting === null ? null : await this.#starting)
    return run === null ? null : run.stop()
  }

  /** Finishes a recording, then lets go of the camera. */
  async close(): Promise<void> {
    if (this.recording) await this.stop()
    this.#undoTimer?.()
    this.#tellRate(false)
    this.#preview.close()
    await this.#owner.close()
  }

  #frame(frame: number, record: FrameRecord): void {
    for (const listener of this.#frameListeners) listener(frame, record)
  }

  #current(): Run {
    if (this.#run === null)
      throw new Failed('state.wrong', 'No run is under way.', { next: 'Start a recording first.' })
    return this.#run
  }

  #cameraChanged(): CameraStatus {
    const status = this.cameraStatus()
    this.#events.onCamera(status)
    return status
  }

  /** The frame rate is a measurement over a second, so a second is how often it is worth telling. */
  #tellRate(on: boolean): void {
    if (this.#rateTimer !== null) clearInterval(this.#rateTimer)
    this.#rateTimer = on ? setInterval(() => this.#cameraChanged(), RATE_PERIOD_MS) : null
  }

  #tellRegularly(): void {
    this.#undoTimer?.()
    const timer = setInterval(() => this.#events.onRun(this.status()), STATUS_PERIOD_MS)
    this.#undoTimer = () => clearInterval(timer)
    this.#events.onRun(this.status())
  }

  #ended(): void {
    this.#undoTimer?.()
    this.#undoTimer = null
    this.#events.onRun(this.status())
  }
}
