/** Decides when a watched value is an event: threshold with hysteresis, hold, refractory time, arming window and count. Pure; time is handed in. */
import type { RuleCondition, RuleTest } from '../../../src-preload/contract/rule'

export interface Sample {
  readonly value: number
  /** Seconds of the run, monotonic. */
  readonly time: number
  /** Too old, or of a lost device: unknown, which never fires. */
  readonly stale: boolean
}

export type Decision =
  | { readonly kind: 'fire'; readonly value: number }
  /** It fired earlier, and the test holds no more. */
  | { readonly kind: 'release' }
  /** It would have fired. */
  | { readonly kind: 'ignored'; readonly value: number; readonly why: 'refractory' | 'count reached' }
  | { readonly kind: 'nothing' }

const NOTHING: Decision = { kind: 'nothing' }

export class Condition {
  readonly #spec: RuleCondition
  /** Whether the test holds, with hysteresis. */
  #holds = false
  /** When it began to hold; null: not, or the decision of this time is made. */
  #since: number | null = null
  #fired = false
  #lastFire = -Infinity
  #fires = 0
  #reference: number | null = null

  constructor(spec: RuleCondition) {
    this.#spec = spec
  }

  get holds(): boolean {
    return this.#holds
  }

  get fires(): number {
    return this.#fires
  }

  sample(sample: Sample): Decision {
    if (sample.stale || !Number.isFinite(sample.value)) return this.#unknown()
    if (!this.#armed(sample.time)) return this.#disarm()
    if (this.#isEvent(sample.value)) return this.#decide(sample)
    const held = this.#holds
    this.#holds = holdsNow(this.#spec.test, sample.value, held)
    if (!this.#holds) return this.#end()
    if (!held) this.#since = sample.time
    if (this.#since === null || sample.time - this.#since < this.#spec.holdMs / 1000) return NOTHING
    this.#since = null
    return this.#decide(sample)
  }

  /** Tests that have no "while": each event stands for itself. */
  #isEvent(value: number): boolean {
    const { test } = this.#spec
    if (test.kind === 'always') return true
    if (test.kind !== 'changed') return false
    const before = this.#reference
    if (before !== null && Math.abs(value - before) <= test.by) return false
    this.#reference = value
    return before !== null
  }

  #decide({ value, time }: Sample): Decision {
    const { mostFires, refractoryMs } = this.#spec
    if (mostFires !== null && this.#fires >= mostFires)
      return { kind: 'ignored', value, why: 'count reached' }
    if (time - this.#lastFire < refractoryMs / 1000) return { kind: 'ignored', value, why: 'refractory' }
    this.#lastFire = time
    this.#fires += 1
    this.#fired = true
    return { kind: 'fire', value }
  }

  #end(): Decision {
    this.#since = null
    if (!this.#fired) return NOTHING
    this.#fired = false
    return { kind: 'release' }
  }

  /** What is not known holds nothing up: the time for which the test must hold starts anew. */
  #unknown(): Decision {
    if (this.#since !== null) {
      this.#since = null
      this.#holds = false
    }
    return NOTHING
  }

  #armed(time: number): boolean {
    const { armedFromSeconds, armedUntilSeconds } = this.#spec
    return time >= armedFromSeconds && (armedUntilSeconds === null || time <= armedUntilSeconds)
  }

  #disarm(): Decision {
    this.#holds = false
    return this.#end()
  }
}

/** With hysteresis: what holds goes on holding until the value is past the threshold by that much. */
export function holdsNow(test: RuleTest, value: number, held: boolean): boolean {
  switch (test.kind) {
    case 'above':
      return value > test.value - (held ? test.hysteresis : 0)
    case 'below':
      return value < test.value + (held ? test.hysteresis : 0)
    case 'between': {
      const slack = held ? test.hysteresis : 0
      return value >= test.low - slack && value <= test.high + slack
    }
    case 'changed':
    case 'always':
      return false
  }
}
