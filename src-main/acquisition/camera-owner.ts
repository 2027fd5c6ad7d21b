/**
 * The one owner of the camera and of the frame pool. Shots of a run or by hand come first; live frames fill the time between them, give way at
 * once and are never saved.
 */
import type { FrameFormat, PlanPart } from '../../src-preload/contract/pixels'
import { Failed } from '../../src-preload/contract/failure'
import type { CameraStatus } from '../../src-preload/contract/run'
import type { Camera, CameraSettings, ExposureReport, Undo } from '../devices/device'
import type { FramePool } from '../formats/sink'
import { CameraPace, type PaceTaker } from './camera-pace'
import { asPixels, type FramePixels } from './frame-pixels'
import type { Preview } from './preview'

/** Fast enough for the eye; more would only warm the machine. */
const LIVE_PERIOD_MS = 1000 / 60
/** Between two tries of a camera that fails. */
const RETRY_MS = 500

export class CameraOwner {
  #camera: Camera
  readonly #makePool: (format: FrameFormat) => FramePool
  readonly #preview: Preview
  #pool: FramePool
  /** Resolves when the present exposure has ended; shots queue behind it. */
  #turn: Promise<void> = Promise.resolve()
  #pace: CameraPace | null = null
  #waitingShots = 0
  #liveAbort: AbortController | null = null
  #live = false
  #liveRunning = false
  #closed = false
  readonly #watchers = new Set<(pixels: FramePixels) => void>()
  #frameTimes: number[] = []
  #liveProblem: Failed | null = null
  readonly #onLiveProblem: (problem: Failed | null) => void

  constructor(
    camera: Camera,
    makePool: (format: FrameFormat) => FramePool,
    preview: Preview,
    onLiveProblem: (problem: Failed | null) => void = () => undefined
  ) {
    this.#camera = camera
    this.#makePool = makePool
    this.#preview = preview
    this.#onLiveProblem = onLiveProblem
    this.#pool = makePool(camera.settings)
  }

  get pool(): FramePool {
    return this.#pool
  }

  get camera(): Camera {
    return this.#camera
  }

  /** Value at which a pixel is saturated, from the significant bits (acceptance M7). */
  get saturation(): number | null {
    const { pixelType } = this.#camera.settings
    return pixelType === 'uint8' || pixelType === 'uint16' ? 2 ** this.#camera.significantBits - 1 : null
  }

  status(): CameraStatus {
    const { x, y, width, height, binning, pixelType, exposureMs } = this.#camera.settings
    const now = performance.now()
    this.#frameTimes = this.#frameTimes.filter((time) => now - time < 1000)
    return {
      device: this.#camera.id,
      label: this.#camera.status().label,
      format: { width, height, pixelType },
      area: { x, y, width, height, binning },
      sensor: this.#camera.sensor,
      exposureMs,
      live: this.#live,
      fps: this.#frameTimes.length,
      saturation: this.saturation,
      pixelSizeUm: this.#camera.pixelSizeUm
    }
  }

  /** Changes the camera between two exposures. A new frame size needs a new pool, so it is refused while slots are in use. */
  async configure(wanted: Partial<CameraSettings>): Promise<void> {
    await this.change(() => this.#camera.configure(wanted))
  }

  /** Resolves when all that was asked of the camera before is done, so that the pool has its format. */
  async settled(): Promise<void> {
    await this.#exclusive(() => Promise.resolve())
  }

  /** Another camera takes over, between two exposures. */
  async use(camera: Camera): Promise<void> {
    if (camera !== this.#camera) await this.change(() => Promise.resolve((this.#camera = camera)))
  }

  /** Does something to the camera between two exposures; the pool follows its format. */
  async change<T>(work: () => Promise<T>): Promise<T> {
    return this.#exclusive(async () => {
      await this.#pace?.stop()
      try {
        const answer = await work()
        if (!sameFormat(this.#camera.settings, this.#pool.format))
          this.#pool = this.#makePool(this.#camera.settings)
        return answer
      } finally {
        await this.#pace?.again()
      }
    })
  }

  /** Whether the camera keeps this interval better by itself than on command. */
  keepsPace(everyMs: number): boolean {
    const { pacing } = this.#camera
    return pacing !== undefined && pacing !== null && everyMs < pacing.onCommandFromMs
  }

  /** The camera goes at its own pace until the answer is called; there is no live view meanwhile. A change of its settings interrupts it. */
  async pace(everyMs: number, taker: PaceTaker): Promise<() => Promise<void>> {
    const pace = new CameraPace(this.#camera, this.#pool, everyMs, {
      ...taker,
      frame: (slot, report) => {
        this.#frameTimes.push(performance.now())
        taker.frame(slot, report)
      }
    })
    this.#waitingShots += 1
    this.#liveAbort?.abort()
    try {
      await this.#inTurn(() => pace.start())
    } catch (error) {
      this.#waitingShots -= 1
      throw error
    }
    this.#pace = pace
    return async () => {
      if (this.#pace !== pace) return
      this.#pace = null
      this.#waitingShots -= 1
      await this.#inTurn(() => pace.stop())
    }
  }

  /**
   * Exposes into a taken slot, ahead of any live frame. `onCommand` is called right before the camera is told to start: readings taken there are
   * those that held when the exposure began.
   */
  expose(slot: number, onCommand: () => void, signal?: AbortSignal): Promise<ExposureReport> {
    const pool = this.#pool
    return this.#exclusive(async () => {
      if (pool !== this.#pool)
        // the slot is of the pool before: in this one it may be another frame's
        throw new Failed('state.wrong', 'The frame size was changed before the frame was taken.', {
          next: 'Try again.'
        })
      onCommand()
      const report = await this.#camera.expose(pool.pixels(slot), undefined, signal)
      this.#frameTimes.push(performance.now())
      return report
    })
  }

  /** Sees every frame that is shown, recorded or not, before it is given away. */
  watch(listener: (pixels: FramePixels) => void): Undo {
    this.#watchers.add(listener)
    return () => this.#watchers.delete(listener)
  }

  show(slot: number, recorded: number | null, part: PlanPart | null = null): void {
    if (this.#watchers.size > 0) {
      const pixels = asPixels(this.#pool.pixels(slot), this.#pool.format)
      for (const watcher of this.#watchers) watcher(pixels)
    }
    this.#preview.offer(this.#pool.pixels(slot), this.#pool.format, recorded, this.saturation, part)
  }

  setLive(on: boolean): void {
    this.#live = on
    if (on) this.#startLive()
    else this.#liveAbort?.abort()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#live = false
    this.#liveAbort?.abort()
    await this.#turn
  }

  async #exclusive<T>(work: () => Promise<T>): Promise<T> {
    this.#waitingShots += 1
    this.#liveAbort?.abort()
    try {
      return await this.#inTurn(work)
    } finally {
      this.#waitingShots -= 1
    }
  }

  /** The camera does one thing at a time, in the order in which it was asked. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#turn
    let done: () => void = () => undefined
    this.#turn = new Promise((resolve) => (done = resolve))
    try {
      await before
      return await work()
    } finally {
      done()
    }
  }

  #startLive(): void {
    if (this.#liveRunning || this.#closed) return
    this.#liveRunning = true
    void this.#liveLoop().finally(() => (this.#liveRunning = false))
  }

  async #liveLoop(): Promise<void> {
    while (this.#live && !this.#closed) {
      const began = performance.now()
      // While nobody looks, or a shot wants the camera or the last free slot, live stands back.
      if (this.#waitingShots === 0 && this.#looked && this.#pool.fill < 0.5) await this.#liveFrame()
      const periodMs = this.#liveProblem === null ? LIVE_PERIOD_MS : RETRY_MS
      await pause(Math.max(1, periodMs - (performance.now() - began)))
    }
  }

  get #looked(): boolean {
    return this.#preview.wanted || this.#watchers.size > 0
  }

  async #liveFrame(): Promise<void> {
    const pool = this.#pool
    const slot = pool.take()
    if (slot === null) return
    const abort = new AbortController()
    this.#liveAbort = abort
    await this.#inTurn(async () => {
      try {
        if (abort.signal.aborted || pool !== this.#pool) return
        await this.#camera.expose(pool.pixels(slot), undefined, abort.signal)
        this.#frameTimes.push(performance.now())
        this.show(slot, null)
        if (this.#liveProblem !== null) this.#onLiveProblem((this.#liveProblem = null))
      } catch (error) {
        if (!abort.signal.aborted) this.#liveFailed(error)
      } finally {
        this.#liveAbort = null
        pool.release(slot)
      }
    })
  }

  /** Says once what is wrong and tries again calmly: a camera that comes back shows its picture without a click. */
  #liveFailed(error: unknown): void {
    const problem =
      error instanceof Failed ? error : new Failed('internal', `Live view failed: ${String(error)}`)
    if (this.#liveProblem === null) this.#onLiveProblem((this.#liveProblem = problem))
  }
}

const sameFormat = (a: FrameFormat, b: FrameFormat): boolean =>
  a.width === b.width && a.height === b.height && a.pixelType === b.pixelType

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
