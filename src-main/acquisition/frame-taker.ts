/** Takes the frames of a run one by one: waits for the camera and for a slot, exposes, makes the record, and counts what it could not take. */
import { toFailure } from '../../src-preload/contract/failure'
import { keepFrame, POOL_FULL, type TakerHost, type TakerParts } from './keep-frame'
import type { Fire } from './triggers'

/** Frames asked for while the camera is busy wait here; past that they are counted as lost (policy). */
const MOST_WAITING = 128
/** A camera that fails so often in a row ends the run. */
const MOST_FAILURES = 3
/** How long the end of a run lets an exposure go on. */
const PATIENCE_MS = 700

/** What takes the frames of a run, on command or at the camera's pace. */
export interface Taker {
  /** Asks for a frame. Synchronous; false when it will not be taken. */
  take(fire: Fire): boolean
  /** Ends within a second whatever the camera does (D4). */
  finish(): Promise<void>
}

export class FrameTaker implements Taker {
  readonly #parts: TakerParts
  readonly #host: TakerHost
  readonly #waiting: Fire[] = []
  readonly #abort = new AbortController()
  #working: Promise<void> | null = null
  /** 1 while a frame is between its trigger and its place in the dataset. */
  #underWay = 0
  #failuresInARow = 0

  constructor(parts: TakerParts, host: TakerHost) {
    this.#parts = parts
    this.#host = host
  }

  /** Synchronous; false when the frame will not be taken. */
  take(fire: Fire): boolean {
    const { losses, plan } = this.#parts
    // Frames for the ring are nobody's loss: they are taken when the camera has nothing better to do.
    if (fire.source === 'pretrigger' && this.#working !== null) return false
    losses.add(
      'policy',
      fire.lostBefore,
      `${fire.lostBefore} triggers came too late or were lost on the wire`
    )
    const wanted = this.#host.recorded + this.#underWay + this.#waiting.length
    if (plan.frames !== null && wanted >= plan.frames) return false
    if (this.#waiting.length >= MOST_WAITING) {
      losses.add('policy', 1, 'a trigger came while the camera was busy')
      return false
    }
    this.#waiting.push(fire)
    this.#working ??= this.#work()
    return true
  }

  /** Lets the exposure under way end, but not longer than a second whatever the camera does (D4). */
  async finish(): Promise<void> {
    const cut = this.#waiting.splice(0)
    for (const { done } of cut) done?.(null)
    this.#parts.losses.add('policy', cut.length, 'the run ended before the camera could take them')
    const patience = setTimeout(() => this.#abort.abort(), PATIENCE_MS)
    await this.#working
    clearTimeout(patience)
  }

  async #work(): Promise<void> {
    const { frames } = this.#parts.plan
    try {
      for (let fire = this.#waiting.shift(); fire !== undefined; fire = this.#waiting.shift()) {
        this.#underWay = 1
        const slot = await this.#slot(fire)
        const frame = slot === null ? null : await this.#frame(fire, slot)
        this.#underWay = 0
        fire.done?.(frame)
        if (frames !== null && this.#host.recorded >= frames) return this.#host.complete()
        if (!this.#host.open) return
      }
    } finally {
      // In the same step as the last look at what waits: a frame asked for in answer to `done` must start the work again.
      this.#working = null
    }
  }

  /** A free slot, or null when the policy says to go on without; the loss is then counted. */
  async #slot({ source }: Fire): Promise<number | null> {
    const { losses, owner, plan } = this.#parts
    const slot = owner.pool.take()
    if (slot !== null || source === 'pretrigger') return slot
    switch (plan.fullPool) {
      case 'hold':
        try {
          return await owner.pool.waitForSlot(this.#abort.signal)
        } catch {
          losses.add('poolFull', 1, 'the run ended while a frame waited for memory')
          return null
        }
      case 'drop newest':
        losses.add('poolFull', 1, 'no free slot in the frame pool')
        return null
      case 'stop':
        losses.add('poolFull', 1, 'no free slot in the frame pool')
        this.#host.fail(POOL_FULL)
        return null
    }
  }

  /** Answers the number of the frame in the dataset; null: it is not there. */
  async #frame(fire: Fire, slot: number): Promise<number | null> {
    const { losses, owner, world } = this.#parts
    let readings = world.readings()
    try {
      const exposure = await owner.expose(slot, () => (readings = world.readings()), this.#abort.signal)
      this.#failuresInARow = 0
      losses.add('cameraGap', exposure.lostBefore, 'the camera lost frames')
      return keepFrame(this.#parts, this.#host, { fire, slot, exposure, readings }, () => {
        this.#underWay = 0
      })
    } catch (error) {
      owner.pool.release(slot)
      this.#failed(fire, error)
      return null
    }
  }

  #failed({ source }: Fire, error: unknown): void {
    const { losses } = this.#parts
    const failure = toFailure(error)
    const asked = source === 'pretrigger' ? 0 : 1
    if (this.#host.writerFailed) return losses.add('writeFailure', asked, failure.message)
    if (this.#abort.signal.aborted) {
      return losses.add('policy', asked, 'the run ended in the middle of an exposure')
    }
    losses.add('transport', asked, failure.message)
    this.#failuresInARow += 1
    // A record that can't be written or a bug will not get better; a camera may.
    const hopeless = ['internal', 'argument.invalid', 'frame.mismatch'].includes(failure.code)
    if (hopeless || this.#failuresInARow >= MOST_FAILURES) this.#host.fail(failure)
  }
}
