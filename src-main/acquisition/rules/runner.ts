/** The rules of one run at work: joins the engine to the run's devices, frames and ring of frames from before an event. */
import { Failed } from '../../../src-preload/contract/failure'
import type { FrameRecord, RunEvent } from '../../../src-preload/contract/record'
import type { RuleFire, RunRules } from '../../../src-preload/contract/rule'
import type { Undo } from '../../devices/device'
import { applySettings, type SettingHands } from '../apply-settings'
import type { CameraOwner } from '../camera-owner'
import type { RunClock } from '../clock'
import { ruleKeys } from '../frame-record'
import { PretriggerRing } from '../pretrigger-ring'
import type { RunPlan, RunWorld } from '../run-plan'
import { intervalTrigger, type Fire } from '../triggers'
import type { RuleCause, RuleHands } from './actions'
import { RuleEngine } from './engine'

/** Fires that are kept for the time line; the dataset has them all. */
const MOST_FIRES_SHOWN = 500

/** What the rules may do to the run they belong to. */
export interface RuledRun {
  readonly setting: SettingHands
  readonly clock: RunClock
  fire(fire: Fire): void
  /** Records a frame that is taken already. */
  submit(slot: number, record: FrameRecord): void
  note(text: string): Promise<unknown>
  pause(): void
  resume(): void
  end(): void
  event(event: Omit<RunEvent, 'time'>): void
}

export class RuleRunner {
  readonly #plan: RunPlan
  readonly #world: RunWorld
  readonly #owner: CameraOwner
  readonly #run: RuledRun
  readonly #ring: PretriggerRing
  readonly #fires: RuleFire[] = []
  #engine: RuleEngine | null = null

  constructor(plan: RunPlan, world: RunWorld, owner: CameraOwner, run: RuledRun) {
    this.#plan = plan
    this.#world = world
    this.#owner = owner
    this.#run = run
    this.#ring = new PretriggerRing(plan.ring?.frames ?? 0, (slot) => owner.pool.release(slot))
  }

  /** Answers the undo, which also gives the ring's slots back. */
  start(): Undo {
    const undo = [this.#startRing(), this.#startEngine()]
    return () => {
      for (const one of undo) one()
    }
  }

  /** Takes a frame over that may become worth keeping. */
  keepReady(slot: number, record: FrameRecord): void {
    this.#ring.push({ slot, record })
  }

  clear(): void {
    this.#ring.clear()
  }

  /** The rules as they stand, and what they did lately, newest last. */
  status(): RunRules {
    return { states: this.#engine?.states() ?? [], fires: [...this.#fires] }
  }

  #startRing(): Undo {
    const { ring } = this.#plan
    if (ring === null || ring.frames === 0) return () => undefined
    const { slots } = this.#owner.pool
    if (ring.frames > slots / 2) {
      throw new Failed(
        'argument.invalid',
        `The ring of ${ring.frames} frames is too large: the memory holds ${slots} frames of this size.`,
        {
          next: `Keep at most ${Math.floor(slots / 2)} frames ready, or make the frames smaller.`
        }
      )
    }
    return intervalTrigger(ring.everyMs, this.#world.clocks.mono).start((fire) =>
      this.#run.fire({ ...fire, source: 'pretrigger', lostBefore: 0 })
    )
  }

  #startEngine(): Undo {
    const { clock } = this.#run
    const output = {
      event: (event: Omit<RunEvent, 'time'>) => this.#run.event(event),
      fired: (fire: RuleFire) => this.#fired(fire)
    }
    const engine = new RuleEngine(this.#plan.rules, this.#hands(), output, (at) => clock.seconds(at))
    this.#engine = engine
    const { onReadings, triggerLine } = this.#world
    engine.start({
      onReadings,
      onFrame: (listener) => this.#owner.watch((pixels) => listener(pixels, clock.now())),
      onLine: (device, listener) => triggerLine(device).onEdge(({ receivedAt }) => listener(receivedAt))
    })
    return () => engine.stop()
  }

  #fired(fire: RuleFire): void {
    this.#fires.push(fire)
    if (this.#fires.length > MOST_FIRES_SHOWN) this.#fires.shift()
  }

  #hands(): RuleHands {
    const run = this.#run
    const now = (): bigint => run.clock.now()
    return {
      frame: (rule) =>
        new Promise((done) =>
          run.fire({ source: 'rule', wantedAt: now(), lostBefore: 0, rule, done: () => done() })
        ),
      keepRing: (cause) => this.#keepRing(cause),
      set: (device, property, value) => run.setting.set(device, property, value),
      applyPreset: (preset) => this.#applyPreset(preset),
      note: (text) => run.note(text),
      notify: (text) => this.#world.notify(text),
      pause: () => run.pause(),
      resume: () => run.resume(),
      stop: () => run.end(),
      now
    }
  }

  async #applyPreset(id: string): Promise<void> {
    const preset = this.#plan.devicePresets?.find((one) => one.id === id)
    if (preset === undefined)
      throw new Failed('argument.invalid', 'The preset of a rule is gone.', {
        next: 'Choose another one in the rule.'
      })
    // What was set is kept in the dataset: the preset may be another one later.
    this.#run.event({
      kind: 'device',
      text: `preset ${preset.name} is set`,
      data: { preset: preset.name, settings: preset.settings }
    })
    const late = await applySettings(preset.settings, this.#run.setting)
    for (const { device, property } of late)
      this.#run.event({ kind: 'device', text: `${property} did not settle`, data: { device, property } })
  }

  /** The frames of the ring are recorded as they were taken and in their order; they say what made them worth keeping. */
  #keepRing(cause: RuleCause): number {
    const frames = this.#ring.take()
    for (const [burstIndex, { slot, record }] of frames.entries()) {
      const { trigger_latency_ms: _, ...keys } = ruleKeys({ ...cause, burstIndex }, this.#run.clock, cause.at)
      try {
        this.#run.submit(slot, { ...record, trigger_source: 'rule', ...keys, pretrigger: true })
      } catch (error) {
        for (const rest of frames.slice(burstIndex)) this.#owner.pool.release(rest.slot)
        throw error
      }
    }
    return frames.length
  }
}
