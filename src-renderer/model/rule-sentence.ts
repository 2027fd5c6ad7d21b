/** A rule as a sentence that a person would say, and the ones that a new rule starts from. */
import type { Rule, RuleAction, RuleSource, RuleTest } from '../../src-preload/contract/rule'

export interface Names {
  /** How a reading's key and unit are called; the key itself where nobody knows. */
  readonly reading: (key: string) => { readonly label: string; readonly unit: string }
  readonly device: (id: string) => string
  /** A preset of devices. */
  readonly preset: (id: string) => string
}

const withUnit = (value: number, unit: string): string => (unit === '' ? String(value) : `${value} ${unit}`)
const duration = (ms: number): string => (ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`)

export function watched(source: RuleSource, names: Names): { what: string; unit: string } {
  switch (source.kind) {
    case 'reading': {
      const { label, unit } = names.reading(source.key)
      return { what: label, unit }
    }
    case 'frame': {
      const what = {
        mean: 'the mean of the picture',
        max: 'the brightest pixel',
        difference: 'the change of the picture',
        above: `the fraction of pixels above ${source.level}`
      }[source.metric]
      return { what, unit: '' }
    }
    case 'line':
      return { what: `a trigger of ${names.device(source.device)}`, unit: '' }
    case 'clock':
      return { what: `every ${source.everySeconds} s`, unit: '' }
  }
}

function tested(test: RuleTest, unit: string): string {
  switch (test.kind) {
    case 'above':
      return `rises above ${withUnit(test.value, unit)}`
    case 'below':
      return `falls below ${withUnit(test.value, unit)}`
    case 'between':
      return `is between ${test.low} and ${withUnit(test.high, unit)}`
    case 'changed':
      return `changes by more than ${withUnit(test.by, unit)}`
    case 'always':
      return 'arrives'
  }
}

function acted(action: RuleAction, names: Names): string {
  switch (action.kind) {
    case 'snap':
      return 'take a frame'
    case 'burst': {
      const pace = action.everyMs === 0 ? 'as fast as the camera goes' : `every ${duration(action.everyMs)}`
      if (action.frames !== null) return `take ${action.frames} frames ${pace}`
      if (action.seconds !== null) return `take frames ${pace} for ${action.seconds} s`
      return `take frames ${pace} until it lets go`
    }
    case 'keep ring':
      return 'keep the frames from before'
    case 'set':
      return `set ${names.device(action.device)} ${action.property} to ${String(action.value)}`
    case 'preset':
      return `set the preset “${names.preset(action.preset)}”`
    case 'wait':
      return `wait ${duration(action.ms)}`
    case 'note':
      return `note “${action.text}”`
    case 'notify':
      return `tell me “${action.text}”`
    case 'pause':
      return 'pause the run'
    case 'resume':
      return 'go on with the run'
    case 'stop':
      return 'end the run'
  }
}

export function ruleSentence({ source, condition, actions }: Rule, names: Names): string {
  const { what, unit } = watched(source, names)
  const when =
    source.kind === 'clock'
      ? `Every ${source.everySeconds} s`
      : `When ${what} ${tested(condition.test, unit)}`
  const held = condition.holdMs > 0 && source.kind !== 'clock' ? ` for ${duration(condition.holdMs)}` : ''
  const then =
    actions.length === 0 ? 'do nothing yet' : actions.map((action) => acted(action, names)).join(', then ')
  const rest = condition.refractoryMs > 0 ? `; then rest for ${duration(condition.refractoryMs)}` : ''
  const most =
    condition.mostFires === null
      ? ''
      : `; at most ${condition.mostFires} ${condition.mostFires === 1 ? 'time' : 'times'}`
  return `${when}${held}: ${then}${rest}${most}.`
}

export function newRule(id: string, name: string, key: string, value: number): Rule {
  return {
    id,
    name,
    enabled: true,
    dryRun: false,
    priority: 0,
    whenBusy: 'ignore',
    source: { kind: 'reading', key },
    condition: {
      test: { kind: 'above', value, hysteresis: 0 },
      holdMs: 0,
      refractoryMs: 0,
      mostFires: null,
      armedFromSeconds: 0,
      armedUntilSeconds: null
    },
    actions: [{ kind: 'burst', frames: 20, seconds: null, everyMs: 50 }]
  }
}

/** A source of another kind, with what a person would expect to start from. */
export function newSource(kind: RuleSource['kind'], key: string, device: string): RuleSource {
  switch (kind) {
    case 'reading':
      return { kind, key }
    case 'frame':
      return { kind, metric: 'mean', level: 1000, everyNth: 16 }
    case 'line':
      return { kind, device }
    case 'clock':
      return { kind, everySeconds: 60 }
  }
}

export function newTest(kind: RuleTest['kind']): RuleTest {
  switch (kind) {
    case 'above':
    case 'below':
      return { kind, value: 0, hysteresis: 0 }
    case 'between':
      return { kind, low: 0, high: 1, hysteresis: 0 }
    case 'changed':
      return { kind, by: 1 }
    case 'always':
      return { kind }
  }
}

export function newAction(kind: RuleAction['kind'], device: string, property: string): RuleAction {
  switch (kind) {
    case 'burst':
      return { kind, frames: 20, seconds: null, everyMs: 50 }
    case 'set':
      return { kind, device, property, value: 0 }
    case 'preset':
      return { kind, preset: '' }
    case 'wait':
      return { kind, ms: 1000 }
    case 'note':
    case 'notify':
      return { kind, text: 'it happened' }
    default:
      return { kind }
  }
}
