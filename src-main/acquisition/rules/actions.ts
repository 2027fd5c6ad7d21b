/** Carries out the actions of one rule, in order, with what they need handed in. A burst keeps its rhythm on the monotonic clock. */
import type { Rule, RuleAction } from '../../../src-preload/contract/rule'
import type { MonoNs } from '../../devices/device'

/** What made a rule fire; it goes into the record of every frame that follows from it. */
export interface RuleCause {
  readonly rule: string
  readonly value: number | null
  /** When the value was true. */
  readonly at: MonoNs
}

export interface RuleFrame extends RuleCause {
  /** Number of the frame in its burst, from 0. */
  readonly burstIndex: number
}

/** What actions may do to the world. */
export interface RuleHands {
  /** Asks for a frame; resolves when it is taken or lost. */
  frame(frame: RuleFrame): Promise<void>
  /** Records the frames from before the event; answers how many. */
  keepRing(cause: RuleCause): number
  set(device: string, property: string, value: number | string | boolean): Promise<unknown>
  /** Sets a preset of devices, by its id. */
  applyPreset(preset: string): Promise<void>
  note(text: string): Promise<unknown>
  notify(text: string): void
  pause(): void
  resume(): void
  stop(): void
  now(): MonoNs
}

/** A chain of actions under way. */
export class ActionChain {
  readonly #hands: RuleHands
  readonly cause: RuleCause
  readonly #abort = new AbortController()
  #frames = 0
  #released = false
  /** How often the burst under way was asked to go on for once more its length. */
  #extensions = 0
  #wake: () => void = () => undefined

  constructor(hands: RuleHands, cause: RuleCause) {
    this.#hands = hands
    this.cause = cause
  }

  get frames(): number {
    return this.#frames
  }

  /** Runs to the end; throws the first action's error, and then does no further ones. */
  async run({ actions }: Rule): Promise<void> {
    for (const action of actions) {
      if (this.#abort.signal.aborted) return
      await this.#one(action)
    }
  }

  /** The condition holds no more: a burst without an end of its own ends. */
  release(): void {
    this.#released = true
    this.#wake()
  }

  extend(): void {
    this.#extensions += 1
  }

  stop(): void {
    this.#abort.abort()
    this.#wake()
  }

  async #one(action: RuleAction): Promise<void> {
    switch (action.kind) {
      case 'snap':
        return this.#take()
      case 'burst':
        return this.#burst(action)
      case 'keep ring':
        this.#frames += this.#hands.keepRing(this.cause)
        return
      case 'set':
        await this.#hands.set(action.device, action.property, action.value)
        return
      case 'preset':
        return this.#hands.applyPreset(action.preset)
      case 'wait':
        return this.#pause(action.ms)
      case 'note':
        await this.#hands.note(action.text)
        return
      case 'notify':
        return this.#hands.notify(action.text)
      case 'pause':
        return this.#hands.pause()
      case 'resume':
        return this.#hands.resume()
      case 'stop':
        return this.#hands.stop()
    }
  }

  async #burst(burst: Extract<RuleAction, { kind: 'burst' }>): Promise<void> {
    const began = this.#hands.now()
    const everyNs = BigInt(Math.round(burst.everyMs * 1e6))
    let last = Promise.resolve()
    for (let i = 0; !this.#burstOver(burst, began, i); i++) {
      last = this.#take()
      // Without an interval the camera sets the pace; with one the plan does, and late frames do not push the others.
      if (everyNs === 0n) await last
      else await this.#pause(Number(began + BigInt(i + 1) * everyNs - this.#hands.now()) / 1e6)
    }
    // They are taken in order: what comes next, be it the end of the run, comes after all of them.
    await last
  }

  #burstOver(
    { frames, seconds }: Extract<RuleAction, { kind: 'burst' }>,
    began: MonoNs,
    taken: number
  ): boolean {
    if (this.#abort.signal.aborted) return true
    const times = 1 + this.#extensions
    if (frames !== null && taken >= frames * times) return true
    if (seconds !== null && Number(this.#hands.now() - began) / 1e9 >= seconds * times) return true
    return frames === null && seconds === null && this.#released
  }

  #take(): Promise<void> {
    return this.#hands.frame({ ...this.cause, burstIndex: this.#frames++ })
  }

  #pause(ms: number): Promise<void> {
    if (ms <= 0 || this.#abort.signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        if (!this.#abort.signal.aborted && !this.#released) return
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
