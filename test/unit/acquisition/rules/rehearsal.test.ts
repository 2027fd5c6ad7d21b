import { describe, expect, it } from 'vitest'
import { rehearse, thinned, type RehearsalSample } from '../../../../src-main/acquisition/rules/rehearsal'
import type { Rule } from '../../../../src-preload/contract/rule'

const rule = (patch: Partial<Rule['condition']> = {}): Rule => ({
  id: 'r',
  name: 'Warm',
  enabled: true,
  dryRun: false,
  priority: 0,
  whenBusy: 'ignore',
  source: { kind: 'reading', key: 'temperature' },
  condition: {
    test: { kind: 'above', value: 38, hysteresis: 0.5 },
    holdMs: 0,
    refractoryMs: 0,
    mostFires: null,
    armedFromSeconds: 0,
    armedUntilSeconds: null,
    ...patch
  },
  actions: [{ kind: 'snap' }]
})
const samples = (...values: number[]): RehearsalSample[] =>
  values.map((value, frame) => ({ time: frame, value, frame }))

describe('a rehearsal of a rule', () => {
  it('decides as the run would have: hysteresis, and one fire a crossing', async () => {
    const found = await rehearse(rule(), samples(37, 38.2, 37.8, 38.3, 37.2, 38.4))
    expect(found.fires).toEqual([
      { time: 1, value: 38.2, frame: 1, outcome: 'fire' },
      { time: 5, value: 38.4, frame: 5, outcome: 'fire' }
    ])
    expect(found).toMatchObject({ from: 0, to: 5, samples: 6, unknown: 0, fired: 2 })
  })

  it('tells what fell into the rest after a fire or past the count', async () => {
    const rest = await rehearse(rule({ refractoryMs: 3_000 }), samples(39, 30, 39, 30, 39))
    expect(rest.fires.map(({ outcome }) => outcome)).toEqual(['fire', 'refractory', 'fire'])
    const count = await rehearse(rule({ mostFires: 1 }), samples(39, 30, 39))
    expect(count.fires.map(({ outcome }) => outcome)).toEqual(['fire', 'count reached'])
    expect(count.fired).toBe(1)
  })

  it('unknown values fire nothing and are counted', async () => {
    const found = await rehearse(rule({ holdMs: 1_500 }), samples(39, NaN, 39, 39, 39))
    expect(found.unknown).toBe(1)
    expect(found.fires.map(({ time }) => time)).toEqual([4])
    expect(found.trace).toHaveLength(4)
  })

  it('of no samples says so', async () => {
    expect(await rehearse(rule(), [])).toMatchObject({ samples: 0, fired: 0, trace: [] })
  })

  it('thins a long trace without losing its peaks or its order', () => {
    const points = Array.from({ length: 50_000 }, (_, i) => [i, i === 31_234 ? 99 : Math.sin(i)] as const)
    const kept = thinned(points, 1000)
    expect(kept.length).toBeLessThanOrEqual(1000)
    expect(kept.some(([time, value]) => time === 31_234 && value === 99)).toBe(true)
    expect(kept.every(([time], i) => i === 0 || time > (kept[i - 1]?.[0] ?? 0))).toBe(true)
  })
})
