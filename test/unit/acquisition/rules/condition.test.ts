import { describe, expect, it } from 'vitest'
import { Condition, type Decision } from '../../../../src-main/acquisition/rules/condition'
import { FrameMeter } from '../../../../src-main/acquisition/rules/frame-metric'
import { ruleOf } from './rule-of'
import type { RuleCondition, RuleTest } from '../../../../src-preload/contract/rule'
import { ruleCheck } from '../../../../src-preload/contract/rule'

const condition = (test: RuleTest, more: Partial<RuleCondition> = {}): Condition =>
  new Condition({
    test,
    holdMs: 0,
    refractoryMs: 0,
    mostFires: null,
    armedFromSeconds: 0,
    armedUntilSeconds: null,
    ...more
  })

/** One sample each 0.1 s; the decisions in short. */
const run = (it: Condition, values: readonly (number | null)[], from = 0): string =>
  values
    .map((value, i) => it.sample({ value: value ?? 0, time: from + i / 10, stale: value === null }))
    .map((decision: Decision) => ({ fire: 'F', release: 'r', ignored: 'i', nothing: '.' })[decision.kind])
    .join('')

describe('a condition', () => {
  it('fires once at the crossing, and again only after the hysteresis was left', () => {
    const above = condition({ kind: 'above', value: 38, hysteresis: 0.5 })
    expect(run(above, [37, 38, 38.1, 38.2, 37.9, 37.6, 38.1, 37.5, 38, 38.1])).toBe('..F....r.F')
    const below = condition({ kind: 'below', value: 10, hysteresis: 1 })
    expect(run(below, [11, 9, 10.5, 9, 11, 9])).toBe('.F..rF')
    const between = condition({ kind: 'between', low: 1, high: 2, hysteresis: 0.1 })
    expect(run(between, [0, 1, 2.05, 2.2, 1.5])).toBe('.F.rF')
  })

  it('waits until the test has held for its time, and starts anew after a gap', () => {
    const held = condition({ kind: 'above', value: 1, hysteresis: 0 }, { holdMs: 200 })
    expect(run(held, [2, 2, 2, 2])).toBe('..F.')
    const gap = condition({ kind: 'above', value: 1, hysteresis: 0 }, { holdMs: 200 })
    expect(run(gap, [2, 2, 0, 2, 2, 2])).toBe('.....F')
  })

  it('stale or missing values are unknown and never fire (M2)', () => {
    expect(run(condition({ kind: 'above', value: -5, hysteresis: 0 }), [null, null])).toBe('..')
    const held = condition({ kind: 'above', value: 1, hysteresis: 0 }, { holdMs: 200 })
    expect(run(held, [2, 2, null, 2, 2, 2])).toBe('.....F')
    const nan = condition({ kind: 'above', value: 1, hysteresis: 0 })
    expect(run(nan, [NaN, Infinity, 2])).toBe('..F')
  })

  it('refractory time and count ignore what would have fired, and say so', () => {
    const test = { kind: 'above', value: 1, hysteresis: 0 } as const
    expect(run(condition(test, { refractoryMs: 450 }), [2, 0, 2, 0, 2, 0, 2])).toBe('Fri.' + 'i.F')
    expect(run(condition(test, { mostFires: 2 }), [2, 0, 2, 0, 2])).toBe('FrFri')
  })

  it('is armed in its window only', () => {
    const test = { kind: 'always' } as const
    const window = condition(test, { armedFromSeconds: 0.2, armedUntilSeconds: 0.4 })
    expect(run(window, [1, 1, 1, 1, 1, 1])).toBe('..FFFr')
  })

  it('a change fires by its size, against the last value that fired', () => {
    expect(run(condition({ kind: 'changed', by: 1 }), [5, 5.5, 6, 6.5, 7.6, 5])).toBe('...FFF')
  })
})

describe('a frame metric', () => {
  const pixels = Uint16Array.from([0, 10, 20, 30, 40, 50])
  it.each([
    ['mean', 1, 25],
    ['mean', 2, 20],
    ['max', 1, 50],
    ['above', 1, 0.5]
  ] as const)('%s of every %i. pixel is %d', (metric, everyNth, value) => {
    expect(new FrameMeter({ metric, everyNth, level: 20 }).measure(pixels)).toBe(value)
  })

  it('difference is the mean change since the frame before', () => {
    const meter = new FrameMeter({ metric: 'difference', everyNth: 1, level: 0 })
    expect(meter.measure(pixels)).toBeNaN()
    expect(meter.measure(pixels.map((value) => value + 3))).toBe(3)
    expect(meter.measure(Uint16Array.of(1))).toBeNaN()
  })
})

describe('the check of a rule', () => {
  const rule = ruleOf()

  it('takes a right one and names what is wrong in another', () => {
    expect(ruleCheck(rule, 'rule')).toEqual(rule)
    expect(() => ruleCheck({ ...rule, actions: [{ kind: 'explode' }] }, 'rule')).toThrow(
      'rule.actions[0].kind is "explode"'
    )
    expect(() => ruleCheck({ ...rule, source: { kind: 'reading' } }, 'rule')).toThrow('rule.source.key')
  })
})
