/**
 * Takes the frames of a run that a camera makes at its own pace. Each is recorded; the one that began next after somebody asked for a frame is that
 * frame. Values of devices are those of the moment the exposure began, looked up in what was known then.
 */
import { toFailure } from '../../src-preload/contract/failure'
import type { ExposureReport, MonoNs, Reading } from '../devices/device'
import type { PaceTaker } from './camera-pace'
import type { Taker } from './frame-taker'
import { keepFrame, POOL_FULL, type TakerHost, type TakerParts } from './keep-frame'
import type { Fire } from './triggers'

const MOST_WAITING = 128
/** Values that are remembered: far more than change while a frame is on its way. */
const MOST_KNOWN = 1024
/** So many frames in a row that do not arrive whole end the run. */
const MOST_BROKEN = 50
const PATIENCE_MS = 700

interface Known {
  readonly at: MonoNs
  readonly readings: readonly Reading[]
}

export class PacedFrames implements Taker {
  readonly #parts: TakerParts
  readonly #host: TakerHost
  readonly #everyMs: number
  readonly #waiting: Fire[] = []
  #known: Known[] = []
  #forget: () => void = () => undefined
  #stop: (() => Promise<void>) | null = null
  /** Starting and stopping happen one after the other. */
  #turn: Promise<void> = Promise.resolve()
  #lastStart: MonoNs | null = null
  #interrupted = false
  /** Frames asked for between two that the camera makes, where it is slower than was asked; the whole ones are counted. */
  #slower = 0
  #owed = 0
  #broken = 0

  constructor(parts: TakerParts, host: TakerHost, everyMs: number) {
    this.#parts = parts
    this.#host = host
    this.#everyMs = everyMs
  }

  start(): Promise<void> {
    return this.#inTurn(async () => {
      const { owner, world } = this.#parts
      this.#forget = world.onReadings((readings) => this.#know(world.clocks.mono(), readings))
      this.#lastStart = null // a pause is no loss
      try {
        this.#stop = await owner.pace(this.#everyMs, this.#taker())
      } catch (error) {
        this.#forget()
        throw error
      }
    })
  }

  /** The camera is free until the next start. */
  pause(): Promise<void> {
    return this.#inTurn(async () => {
      this.#forget()
      const stop = this.#stop
      this.#stop = null
      await stop?.()
    })
  }

  take(fire: Fire): boolean {
    const { losses, plan } = this.#parts
    // Every frame is recorded: none is left over for the ring.
    if (fire.source === 'pretrigger') return false
    if (plan.frames !== null && this.#host.recorded + this.#waiting.length >= plan.frames) return false
    if (this.#waiting.length >= MOST_WAITING) {
      losses.add('policy', 1, 'a trigger came while many were waiting')
      return false
    }
    this.#waiting.push(fire)
    return true
  }

  async finish(): Promise<void> {
    const cut = this.#waiting.splice(0)
    for (const { done } of cut) done?.(null)
    this.#parts.losses.add('policy', cut.length, 'the run ended before the camera could take them')
    let timer: NodeJS.Timeout | null = null
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)))
    await Promise.race([this.pause().catch(() => undefined), patience]) // a camera that can't be stopped has told why
    if (timer !== null) clearTimeout(timer)
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined) // whoever asked hears of it
    return done
  }

  #taker(): PaceTaker {
    const { losses, plan, world } = this.#parts
    return {
      started: (at) => this.#know(at, world.readings()),
      frame: (slot, exposure) => this.#frame(slot, exposure),
      lost: (cause) => {
        if (!this.#host.running) return
        if (cause === 'no place') {
          losses.add('poolFull', 1, 'no free slot in the frame pool')
          if (plan.fullPool === 'stop') this.#host.fail(POOL_FULL)
          return
        }
        losses.add('transport', 1, 'a frame of the camera arrived incomplete')
        this.#broken += 1
        if (this.#broken >= MOST_BROKEN) this.#host.fail(BROKEN)
      },
      failed: (why) => this.#host.fail(toFailure(why)),
      resumed: (everyMs) => {
        this.#slower = everyMs / this.#everyMs - 1
        this.#interrupted = this.#lastStart !== null
      }
    }
  }

  #frame(slot: number, exposure: ExposureReport): void {
    const { losses, owner, plan, world } = this.#parts
    const { startedAt } = exposure
    if (!this.#host.running || (plan.frames !== null && this.#host.recorded >= plan.frames))
      return owner.pool.release(slot)
    this.#broken = 0
    losses.add('cameraGap', exposure.lostBefore, 'the camera lost frames')
    losses.add('policy', this.#notMade(startedAt), 'the camera was slower than was asked, or was being set')
    const asked = this.#waiting[0]
    const fire =
      asked !== undefined && asked.wantedAt <= startedAt
        ? (this.#waiting.shift() ?? asked)
        : { source: 'interval' as const, wantedAt: startedAt, lostBefore: 0 }
    try {
      const readings = this.#readingsAt(startedAt)
      const frame = keepFrame(this.#parts, this.#host, { fire, slot, exposure, readings })
      fire.done?.(frame)
    } catch (error) {
      owner.pool.release(slot)
      fire.done?.(null)
      losses.add(this.#host.writerFailed ? 'writeFailure' : 'transport', 1, toFailure(error).message)
      if (!this.#host.writerFailed) this.#host.fail(toFailure(error))
    }
    this.#know(world.clocks.mono(), world.readings())
    if (plan.frames !== null && this.#host.recorded >= plan.frames) this.#host.complete()
  }

  /** Frames that were asked for since the last one and that the camera did not make. */
  #notMade(startedAt: MonoNs): number {
    const last = this.#lastStart
    this.#lastStart = startedAt
    if (last === null) return 0
    if (this.#interrupted) {
      this.#interrupted = false
      return Math.max(0, Math.round(Number(startedAt - last) / 1e6 / this.#everyMs) - 1)
    }
    this.#owed += Math.max(0, this.#slower)
    const whole = Math.floor(this.#owed + 1e-6)
    this.#owed -= whole
    return whole
  }

  #know(at: MonoNs, readings: readonly Reading[]): void {
    this.#known.push({ at, readings })
    if (this.#known.length > MOST_KNOWN) this.#known = this.#known.slice(-MOST_KNOWN / 2)
  }

  /** What was known last before a moment; the oldest there is where nothing is as old. */
  #readingsAt(at: MonoNs): readonly Reading[] {
    for (let i = this.#known.length - 1; i >= 0; i--) {
      const known = this.#known[i]
      if (known !== undefined && (known.at <= at || i === 0)) return known.readings
    }
    return this.#parts.world.readings()
  }
}

const BROKEN = {
  code: 'frame.lost',
  message: `${MOST_BROKEN} frames in a row did not arrive whole from the camera.`,
  next: 'Look at its cable and at the network card; larger packets or a longer interval help.'
} as const
