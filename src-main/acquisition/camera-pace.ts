/** A camera at its own pace between start and end: its places are slots of the pool, and changes of its settings interrupt it. */
import { Failed, toFailure } from '../../src-preload/contract/failure'
import type { Camera, PaceSink } from '../devices/device'
import type { FramePool } from '../formats/sink'

/** What the camera holds at most of the pool: the rest is the writer's. */
const SHARE = 1 / 4
const LEAST_HELD = 2

export interface PaceTaker extends Pick<PaceSink, 'started' | 'frame' | 'lost' | 'failed'> {
  /** It goes on after an interruption, and from now on at this interval. */
  resumed(everyMs: number): void
}

export class CameraPace {
  readonly #camera: Camera
  readonly #pool: FramePool
  readonly #wantedMs: number
  readonly #taker: PaceTaker
  #stop: (() => Promise<void>) | null = null
  /** Slots that wait in the camera. */
  #held = 0
  /** It failed, or was ended: an interruption that ends does not start it again. */
  #over = false

  constructor(camera: Camera, pool: FramePool, everyMs: number, taker: PaceTaker) {
    this.#camera = camera
    this.#pool = pool
    this.#wantedMs = everyMs
    this.#taker = taker
  }

  /** At the wanted interval, or the nearest that the camera can keep. */
  async start(): Promise<void> {
    const { pacing } = this.#camera
    if (pacing === undefined || pacing === null) {
      throw new Failed('device.refused', `${this.#camera.status().label} has no pace of its own.`, {
        next: 'Choose a longer interval.'
      })
    }
    const { min, max } = pacing.intervalsMs()
    const everyMs = Math.min(max, Math.max(min, this.#wantedMs))
    const { started, frame, lost } = this.#taker
    const most = Math.max(LEAST_HELD, Math.floor(this.#pool.slots * SHARE))
    this.#stop = await pacing.start(everyMs, {
      place: () => {
        const slot = this.#held < most ? this.#pool.take() : null
        if (slot === null) return null
        this.#held += 1
        return { slot, pixels: this.#pool.pixels(slot) }
      },
      unused: (slot) => {
        this.#held -= 1
        this.#pool.release(slot)
      },
      frame: (slot, report) => {
        this.#held -= 1
        frame(slot, report)
      },
      failed: (why) => this.#failed(why),
      started,
      lost
    })
    this.#taker.resumed(everyMs)
  }

  async stop(): Promise<void> {
    const stop = this.#stop
    this.#stop = null
    await stop?.()
  }

  /** After an interruption. */
  async again(): Promise<void> {
    if (this.#over) return
    try {
      await this.start()
    } catch (error) {
      this.#failed(error instanceof Failed ? error : new Failed('internal', toFailure(error).message))
    }
  }

  #failed(why: Failed): void {
    this.#over = true
    this.#taker.failed(why)
  }
}
