import { describe, expect, it } from 'vitest'
import { RuleEngine, type RuleSenses } from '../../../../src-main/acquisition/rules/engine'
import type { RuleFrame, RuleHands } from '../../../../src-main/acquisition/rules/actions'
import type { Reading } from '../../../../src-main/devices/device'
import type { Rule, RuleAction, RuleFire } from '../../../../src-preload/contract/rule'
import { until } from '../fakes'
import { ruleOf } from './rule-of'

function setUp(rules: readonly Rule[]) {
  const start = process.hrtime.bigint()
  const done: string[] = []
  const frames: RuleFrame[] = []
  const fires: RuleFire[] = []
  const events: string[] = []
  const readings = new Set<(readings: readonly Reading[]) => void>()
  let line: (at: bigint) => void = () => undefined
  let broken = false
  const hands: RuleHands = {
    frame: (frame) => {
      frames.push(frame)
      done.push(`frame ${frame.rule}`)
      return Promise.resolve()
    },
    keepRing: () => {
      done.push('ring')
      return 5
    },
    set: (device, property, value) => {
      if (broken) return Promise.reject(new Error('no answer'))
      done.push(`${device}.${property}=${String(value)}`)
      return Promise.resolve()
    },
    applyPreset: (preset) => (done.push(`preset ${preset}`), Promise.resolve()),
    note: (text) => Promise.resolve(done.push(`note ${text}`)),
    notify: (text) => void done.push(`notify ${text}`),
    pause: () => void done.push('pause'),
    resume: () => void done.push('resume'),
    stop: () => void done.push('stop'),
    now: () => process.hrtime.bigint()
  }
  const senses: RuleSenses = {
    onReadings: (listener) => (readings.add(listener), () => readings.delete(listener)),
    onFrame: () => () => undefined,
    onLine: (_, listener) => ((line = listener), () => (line = () => undefined))
  }
  const engine = new RuleEngine(
    rules,
    hands,
    { event: ({ text }) => void events.push(text ?? ''), fired: (fire) => void fires.push(fire) },
    (at) => Number(at - start) / 1e9
  )
  engine.start(senses)
  const temperature = (value: number, stale = false): void => {
    for (const listener of readings) {
      listener([{ key: { key: 'temperature', type: 'number' }, value, at: process.hrtime.bigint(), stale }])
    }
  }
  return {
    engine,
    done,
    frames,
    fires,
    events,
    temperature,
    edge: () => line(process.hrtime.bigint()),
    breakDevices: () => (broken = true)
  }
}

describe('rules', () => {
  it('act in order when their condition fires, and every fire is logged', async () => {
    const actions: RuleAction[] = [
      { kind: 'keep ring' },
      { kind: 'set', device: 'laser', property: 'power', value: 20 },
      { kind: 'burst', frames: 3, seconds: null, everyMs: 2 },
      { kind: 'note', text: 'warm' },
      { kind: 'stop' }
    ]
    const { done, frames, fires, events, temperature } = setUp([ruleOf({}, actions)])
    temperature(37)
    temperature(38.5)
    await until(() => fires.length === 1)
    expect(done).toEqual([
      'ring',
      'laser.power=20',
      'frame Warm',
      'frame Warm',
      'frame Warm',
      'note warm',
      'stop'
    ])
    expect(frames.map(({ burstIndex, value }) => [burstIndex, value])).toEqual([
      [5, 38.5],
      [6, 38.5],
      [7, 38.5]
    ])
    expect(fires[0]).toMatchObject({ rule: 'warm', outcome: 'acted', frames: 8, value: 38.5 })
    expect(events).toEqual(['Warm: acted'])
  })

  it('a burst without an end goes on until the condition lets go', async () => {
    const { frames, fires, temperature } = setUp([
      ruleOf({}, [{ kind: 'burst', frames: null, seconds: null, everyMs: 2 }])
    ])
    temperature(39)
    await until(() => frames.length > 5)
    temperature(37)
    await until(() => fires.length === 1)
    const count = frames.length
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(frames.length).toBe(count)
  })

  it('a dry run logs and does nothing; a disabled rule does not even watch', () => {
    const { done, fires, temperature, engine } = setUp([
      ruleOf({ dryRun: true }),
      ruleOf({ id: 'off', enabled: false })
    ])
    temperature(39)
    expect(done).toEqual([])
    expect(fires.map(({ outcome }) => outcome)).toEqual(['dry run'])
    expect(engine.states()).toEqual([{ id: 'warm', value: 39, stale: false, holds: true, fires: 1 }])
  })

  it('a fire while busy is ignored, queued, restarts or extends, as the rule says', async () => {
    const burst: RuleAction = { kind: 'burst', frames: 4, seconds: null, everyMs: 15 }
    const count = async (whenBusy: Rule['whenBusy']): Promise<number> => {
      const { frames, edge, fires } = setUp([
        ruleOf(
          {
            whenBusy,
            source: { kind: 'line', device: 'd' },
            condition: { ...ruleOf().condition, test: { kind: 'always' } }
          },
          [burst]
        )
      ])
      edge()
      await until(() => frames.length === 2)
      edge()
      await until(() => fires.length === 2)
      await new Promise((resolve) => setTimeout(resolve, 90))
      return frames.length
    }
    expect(await count('ignore')).toBe(4)
    expect(await count('queue one')).toBe(8)
    expect(await count('restart')).toBe(6)
    expect(await count('extend')).toBe(8)
  })

  it('an action that fails is told, and the actions after it are not done', async () => {
    const actions: RuleAction[] = [{ kind: 'set', device: 'x', property: 'y', value: 1 }, { kind: 'snap' }]
    const { breakDevices, done, events, fires, temperature } = setUp([ruleOf({}, actions)])
    breakDevices()
    temperature(39)
    await until(() => fires.length === 1)
    expect(done).toEqual([])
    expect(fires[0]?.outcome).toBe('failed')
    expect(events[0]).toContain('no answer')
  })

  it('the higher priority goes first, and nothing acts after stop', async () => {
    const { done, engine, temperature } = setUp([
      ruleOf({ id: 'b', name: 'B', priority: 1 }),
      ruleOf({ id: 'a', name: 'A', priority: 9 })
    ])
    temperature(39)
    await until(() => done.length === 2)
    expect(done).toEqual(['frame B', 'frame A'].reverse())
    engine.stop()
    temperature(37)
    temperature(39)
    expect(done).toHaveLength(2)
  })
})
