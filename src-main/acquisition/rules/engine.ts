/** Watches the sources of all rules and lets them act: priority, busy policy, dry run, and a line in the log for every fire, also for those that led to nothing. */
import { toFailure } from '../../../src-preload/contract/failure'
import type { RunEvent } from '../../../src-preload/contract/record'
import type { Rule, RuleFire, RuleState } from '../../../src-preload/contract/rule'
import type { MonoNs, Reading, Undo } from '../../devices/device'
import type { FramePixels } from '../frame-pixels'
import { ActionChain, type RuleCause, type RuleHands } from './actions'
import { Condition, type Decision } from './condition'
import { FrameMeter } from './frame-metric'

/** Where samples come from; each answers its undo. */
export interface RuleSenses {
  onReadings(listener: (readings: readonly Reading[]) => void): Undo
  onFrame(listener: (pixels: FramePixels, at: MonoNs) => void): Undo
  onLine(device: string, listener: (at: MonoNs) => void): Undo
}

export interface EngineOutput {
  event(event: Omit<RunEvent, 'time'>): void
  fired(fire: RuleFire): void
}

interface Watched {
  readonly rule: Rule
  readonly condition: Condition
  value: number | null
  stale: boolean
  chain: ActionChain | null
  queued: RuleCause | null
}

export class RuleEngine {
  readonly #watched: readonly Watched[]
  readonly #hands: RuleHands
  readonly #output: EngineOutput
  readonly #seconds: (at: MonoNs) => number
  readonly #undo: Undo[] = []
  #stopped = false

  constructor(
    rules: readonly Rule[],
    hands: RuleHands,
    output: EngineOutput,
    seconds: (at: MonoNs) => number
  ) {
    this.#hands = hands
    this.#output = output
    this.#seconds = seconds
    this.#watched = [...rules]
      .filter(({ enabled }) => enabled)
      .sort((a, b) => b.priority - a.priority)
      .map((rule) => ({
        rule,
        condition: new Condition(rule.condition),
        value: null,
        stale: false,
        chain: null,
        queued: null
      }))
  }

  start(senses: RuleSenses): void {
    for (const watched of this.#watched) this.#undo.push(this.#watch(watched, senses))
  }

  /** No rule acts after this; what is under way is cut off, and logged now: after this the run takes no more events. */
  stop(): void {
    this.#stopped = true
    for (const undo of this.#undo.splice(0)) undo()
    for (const watched of this.#watched) {
      const { chain, queued } = watched
      if (chain === null) continue
      watched.chain = watched.queued = null
      chain.stop()
      const { at, value } = chain.cause
      this.#log(watched, at, value, 'acted', chain.frames, RUN_ENDED)
      if (queued !== null) this.#log(watched, queued.at, queued.value, 'busy', 0, RUN_ENDED)
    }
  }

  states(): readonly RuleState[] {
    return this.#watched.map(({ rule, condition, value, stale }) => ({
      id: rule.id,
      value,
      stale,
      holds: condition.holds,
      fires: condition.fires
    }))
  }

  #watch(watched: Watched, senses: RuleSenses): Undo {
    const { source } = watched.rule
    switch (source.kind) {
      case 'reading':
        return senses.onReadings((readings) => {
          const found = readings.find(({ key }) => key.key === source.key)
          if (found === undefined) this.#sample(watched, NaN, this.#hands.now(), true)
          else this.#sample(watched, asNumber(found.value), found.at, found.stale)
        })
      case 'frame': {
        const meter = new FrameMeter(source)
        return senses.onFrame((pixels, at) => this.#sample(watched, meter.measure(pixels), at, false))
      }
      case 'line':
        return senses.onLine(source.device, (at) => this.#sample(watched, 1, at, false))
      case 'clock': {
        const tick = (): void => this.#sample(watched, 1, this.#hands.now(), false)
        const timer = setInterval(tick, source.everySeconds * 1000)
        return () => clearInterval(timer)
      }
    }
  }

  #sample(watched: Watched, value: number, at: MonoNs, stale: boolean): void {
    if (this.#stopped) return
    watched.value = Number.isFinite(value) ? value : null
    watched.stale = stale
    const decision = watched.condition.sample({ value, time: this.#seconds(at), stale })
    this.#decided(watched, decision, at)
  }

  #decided(watched: Watched, decision: Decision, at: MonoNs): void {
    switch (decision.kind) {
      case 'nothing':
        return
      case 'release':
        watched.chain?.release()
        return
      case 'ignored':
        this.#log(watched, at, decision.value, decision.why, 0)
        return
      case 'fire':
        this.#fire(watched, { rule: watched.rule.name, value: decision.value, at })
    }
  }

  #fire(watched: Watched, cause: RuleCause): void {
    const { rule, chain } = watched
    if (rule.dryRun) return this.#log(watched, cause.at, cause.value, 'dry run', 0)
    if (chain === null) return this.#act(watched, cause)
    switch (rule.whenBusy) {
      case 'ignore':
        return this.#log(watched, cause.at, cause.value, 'busy', 0)
      case 'queue one':
        if (watched.queued !== null) return this.#log(watched, cause.at, cause.value, 'busy', 0)
        watched.queued = cause
        return
      case 'restart':
        watched.queued = cause
        chain.stop()
        return
      case 'extend':
        chain.extend()
        return this.#log(watched, cause.at, cause.value, 'acted', 0)
    }
  }

  #act(watched: Watched, cause: RuleCause): void {
    const chain = new ActionChain(this.#hands, cause)
    watched.chain = chain
    const ended = (outcome: RuleFire['outcome'], why?: string): void => {
      if (watched.chain !== chain) return // the run ended first
      watched.chain = null
      this.#log(watched, cause.at, cause.value, outcome, chain.frames, why)
      const next = watched.queued
      watched.queued = null
      if (next !== null && !this.#stopped) this.#act(watched, next)
    }
    chain.run(watched.rule).then(
      () => ended('acted'),
      (error: unknown) => ended('failed', toFailure(error).message)
    )
  }

  #log(
    { rule }: Watched,
    at: MonoNs,
    value: number | null,
    outcome: RuleFire['outcome'],
    frames: number,
    why?: string
  ): void {
    const time = this.#seconds(at)
    const decidedAfterMs = Math.round((this.#seconds(this.#hands.now()) - time) * 1e6) / 1e3
    this.#output.fired({ rule: rule.id, time, value, outcome, frames })
    this.#output.event({
      kind: 'trigger',
      text: `${rule.name}: ${outcome}${why === undefined ? '' : `, ${why}`}`,
      data: {
        rule: rule.name,
        outcome,
        frames,
        source_time: time,
        logged_after_ms: decidedAfterMs,
        ...(value === null ? {} : { value })
      }
    })
  }
}

const RUN_ENDED = 'the run ended'

const asNumber = (value: number | string | boolean): number =>
  typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : NaN
