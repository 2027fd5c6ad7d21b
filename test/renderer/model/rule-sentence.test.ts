import { expect, it } from 'vitest'
import {
  newAction,
  newRule,
  newSource,
  newTest,
  ruleSentence
} from '../../../src-renderer/model/rule-sentence'
import { ruleCheck, type Rule, type RuleAction } from '../../../src-preload/contract/rule'

const names = {
  reading: (key: string) => ({ label: key, unit: key === 'temperature' ? '°C' : '' }),
  device: (id: string) => `the ${id}`,
  preset: (id: string) => id.toUpperCase()
}
const rule = newRule('r', 'Warm', 'temperature', 38)

it('a rule reads as a sentence', () => {
  expect(ruleSentence(rule, names)).toBe('When temperature rises above 38 °C: take 20 frames every 50 ms.')
  const busy: Rule = {
    ...rule,
    condition: { ...rule.condition, holdMs: 1500, refractoryMs: 60_000, mostFires: 3 },
    actions: [
      { kind: 'keep ring' },
      { kind: 'burst', frames: null, seconds: null, everyMs: 0 },
      { kind: 'set', device: 'laser', property: 'power', value: 5 },
      { kind: 'stop' }
    ]
  }
  expect(ruleSentence(busy, names)).toBe(
    'When temperature rises above 38 °C for 1.5 s: keep the frames from before, then take frames as fast as the camera goes ' +
      'until it lets go, then set the laser power to 5, then end the run; then rest for 60 s; at most 3 times.'
  )
  expect(ruleSentence({ ...rule, source: { kind: 'clock', everySeconds: 5 }, actions: [] }, names)).toBe(
    'Every 5 s: do nothing yet.'
  )
})

it('whatever the editor starts from is a legal rule', () => {
  const kinds: RuleAction['kind'][] = [
    'snap',
    'burst',
    'keep ring',
    'set',
    'wait',
    'note',
    'notify',
    'pause',
    'resume',
    'stop'
  ]
  const actions = kinds.map((kind) => newAction(kind, 'laser', 'power'))
  for (const source of ['reading', 'frame', 'line', 'clock'] as const) {
    for (const test of ['above', 'below', 'between', 'changed', 'always'] as const) {
      const made: Rule = {
        ...rule,
        source: newSource(source, 'temperature', 'line'),
        condition: { ...rule.condition, test: newTest(test) },
        actions
      }
      expect(ruleCheck(made, 'rule')).toEqual(made)
    }
  }
})
