/** Rules of an event-driven run: a source is watched, a condition decides, actions follow. Plain data, kept in the settings and in each dataset. */
import {
  filledText,
  integer,
  list,
  nullable,
  number,
  oneOf,
  scalar,
  shape,
  text,
  truth,
  type Check
} from './check'

/** What is watched. */
export type RuleSource =
  /** A value of a device, by the key it has in the records. */
  | { readonly kind: 'reading'; readonly key: string }
  /** A number made from each frame, from every `everyNth` pixel. `above` counts pixels over `level`, as a fraction. */
  | {
      readonly kind: 'frame'
      readonly metric: FrameMetric
      readonly level: number
      readonly everyNth: number
    }
  /** A trigger line; each edge is an event. */
  | { readonly kind: 'line'; readonly device: string }
  /** The clock; each period is an event. */
  | { readonly kind: 'clock'; readonly everySeconds: number }

export const FRAME_METRICS = ['mean', 'max', 'difference', 'above'] as const
export type FrameMetric = (typeof FRAME_METRICS)[number]

/** When the watched value is an event. Lines and clocks are events by themselves: `always`. */
export type RuleTest =
  | { readonly kind: 'above'; readonly value: number; readonly hysteresis: number }
  | { readonly kind: 'below'; readonly value: number; readonly hysteresis: number }
  | { readonly kind: 'between'; readonly low: number; readonly high: number; readonly hysteresis: number }
  | { readonly kind: 'changed'; readonly by: number }
  | { readonly kind: 'always' }

export interface RuleCondition {
  readonly test: RuleTest
  /** How long the test must hold before it counts. */
  readonly holdMs: number
  /** After a fire, further ones are ignored for so long. */
  readonly refractoryMs: number
  /** Fires at most so often in a run; null: as often as it likes. */
  readonly mostFires: number | null
  /** Armed from and until these seconds of the run; null: to its end. */
  readonly armedFromSeconds: number
  readonly armedUntilSeconds: number | null
}

export type RuleAction =
  | { readonly kind: 'snap' }
  /** Frames at an interval: so many, or so long, or (both null) until the condition lets go. */
  | {
      readonly kind: 'burst'
      readonly frames: number | null
      readonly seconds: number | null
      readonly everyMs: number
    }
  /** Keeps the frames from before the event. */
  | { readonly kind: 'keep ring' }
  | {
      readonly kind: 'set'
      readonly device: string
      readonly property: string
      readonly value: number | string | boolean
    }
  /** Sets a preset of devices, by its id. */
  | { readonly kind: 'preset'; readonly preset: string }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'notify'; readonly text: string }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'stop' }

/** What happens when a rule fires while its actions still run. */
export const BUSY_POLICIES = ['ignore', 'queue one', 'restart', 'extend'] as const
export type BusyPolicy = (typeof BUSY_POLICIES)[number]

export interface Rule {
  readonly id: string
  readonly name: string
  readonly enabled: boolean
  /** Fires are logged and nothing is done. */
  readonly dryRun: boolean
  /** Higher goes first when several fire at once. */
  readonly priority: number
  readonly whenBusy: BusyPolicy
  readonly source: RuleSource
  readonly condition: RuleCondition
  readonly actions: readonly RuleAction[]
}

/** One line of the time line: a rule fired, and what came of it. */
export interface RuleFire {
  readonly rule: string
  /** Seconds of the run. */
  readonly time: number
  readonly value: number | null
  readonly outcome: 'acted' | 'dry run' | 'busy' | 'refractory' | 'count reached' | 'failed'
  readonly frames: number
}

/** What the rule view shows of a rule while it is watched. */
export interface RuleState {
  readonly id: string
  readonly value: number | null
  readonly stale: boolean
  /** Whether the test holds now. */
  readonly holds: boolean
  readonly fires: number
}

export interface RunRules {
  readonly states: readonly RuleState[]
  /** The latest, newest last. */
  readonly fires: readonly RuleFire[]
}

/** What a rule's condition would have decided on values that are already there. What its actions would have changed is not known. */
export interface Rehearsal {
  /** Seconds of the first and the last sample. */
  readonly from: number
  readonly to: number
  readonly samples: number
  /** Samples without a usable value: missing, stale, or no number. */
  readonly unknown: number
  /** `[seconds, value]` in order; of many samples the lowest and highest of each stretch. */
  readonly trace: readonly (readonly [number, number])[]
  readonly fires: readonly RehearsedFire[]
  /** All fires, also those past the most that are listed. */
  readonly fired: number
  /** What was left out, in one sentence. */
  readonly note: string | null
}

export interface RehearsedFire {
  readonly time: number
  readonly value: number
  readonly outcome: 'fire' | 'refractory' | 'count reached'
  /** The frame whose record or pixels set it off; null on live values. */
  readonly frame: number | null
}

const kindOf = (value: unknown): unknown => (value as { kind?: unknown } | null | undefined)?.kind

/** A check that looks at `kind` first, so that the message names the field of that kind. */
function byKind<T extends { readonly kind: string }>(kinds: {
  readonly [K in T['kind']]: Check<unknown>
}): Check<T> {
  const names = Object.keys(kinds)
  return (value, name) => {
    const kind = oneOf(...names)(kindOf(value), `${name}.kind`) as T['kind']
    return kinds[kind](value, name) as T
  }
}

const days = 86_400_000
const kind = <const K extends string>(name: K): Check<K> => oneOf<readonly [K]>(name)
const anyNumber = number()

const source = byKind<RuleSource>({
  reading: shape({ kind: kind('reading'), key: filledText(200) }),
  frame: shape({
    kind: kind('frame'),
    metric: oneOf(...FRAME_METRICS),
    level: anyNumber,
    everyNth: integer(1, 4096)
  }),
  line: shape({ kind: kind('line'), device: filledText(500) }),
  clock: shape({ kind: kind('clock'), everySeconds: number(0.001, 1e7) })
})

const test = byKind<RuleTest>({
  above: shape({ kind: kind('above'), value: anyNumber, hysteresis: number(0) }),
  below: shape({ kind: kind('below'), value: anyNumber, hysteresis: number(0) }),
  between: shape({ kind: kind('between'), low: anyNumber, high: anyNumber, hysteresis: number(0) }),
  changed: shape({ kind: kind('changed'), by: number(0) }),
  always: shape({ kind: kind('always') })
})

const action = byKind<RuleAction>({
  snap: shape({ kind: kind('snap') }),
  burst: shape({
    kind: kind('burst'),
    frames: nullable(integer(1, 1e6)),
    seconds: nullable(number(0.001, 1e6)),
    everyMs: number(0, days)
  }),
  'keep ring': shape({ kind: kind('keep ring') }),
  set: shape({ kind: kind('set'), device: filledText(500), property: filledText(200), value: scalar }),
  preset: shape({ kind: kind('preset'), preset: text(100) }),
  wait: shape({ kind: kind('wait'), ms: number(0, days) }),
  note: shape({ kind: kind('note'), text: filledText(10_000) }),
  notify: shape({ kind: kind('notify'), text: filledText(1_000) }),
  pause: shape({ kind: kind('pause') }),
  resume: shape({ kind: kind('resume') }),
  stop: shape({ kind: kind('stop') })
})

export const ruleCheck: Check<Rule> = shape({
  id: filledText(100),
  name: filledText(200),
  enabled: truth,
  dryRun: truth,
  priority: integer(-100, 100),
  whenBusy: oneOf(...BUSY_POLICIES),
  source,
  condition: shape({
    test,
    holdMs: number(0, days),
    refractoryMs: number(0, days),
    mostFires: nullable(integer(1, 1e9)),
    armedFromSeconds: number(0, 1e8),
    armedUntilSeconds: nullable(number(0, 1e8))
  }),
  actions: list(action, 100)
})

/** Frames from before an event: how many are kept ready, and how often one is taken. 0 frames: no ring. */
export const ringCheck = shape({ frames: integer(0, 2_000), everyMs: number(1, days) })
