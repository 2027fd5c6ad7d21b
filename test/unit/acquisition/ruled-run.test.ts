import { expect, it } from 'vitest'
import { Acquisition } from '../../../src-main/acquisition/service'
import type { RunPlan, RunWorld } from '../../../src-main/acquisition/run-plan'
import type { Reading } from '../../../src-main/devices/device'
import { createFramePool } from '../../../src-main/formats/frame-pool'
import type { RuleAction } from '../../../src-preload/contract/rule'
import { FakeCamera, type FakeStream, planOf, until, worldOf } from './fakes'
import { ruleOf } from './rules/rule-of'

function setUp() {
  const streams: FakeStream[] = []
  const hear = new Set<(readings: readonly Reading[]) => void>()
  const told: string[] = []
  let now: readonly Reading[] = []
  const camera = new FakeCamera()
  const world: { -readonly [K in keyof RunWorld]: RunWorld[K] } = {
    ...worldOf(streams, () => now),
    onReadings: (listener: (readings: readonly Reading[]) => void) => (
      hear.add(listener),
      () => hear.delete(listener)
    ),
    notify: (text: string) => void told.push(text)
  }
  const acquisition = new Acquisition(camera, (format) => createFramePool(format, 64 * 40), world, {
    onRun: () => undefined,
    onCamera: () => undefined,
    onLiveProblem: () => undefined
  })
  const temperature = (value: number): void => {
    now = [{ key: { key: 'temperature', type: 'number' }, value, at: process.hrtime.bigint(), stale: false }]
    for (const listener of hear) listener(now)
  }
  const start = async (plan: Partial<RunPlan>): Promise<FakeStream> => {
    await acquisition.start(planOf(plan))
    return streams[streams.length - 1] as FakeStream
  }
  return { acquisition, camera, start, temperature, told, world }
}

it('a threshold keeps the frames from before it, takes a burst and ends the run (M6)', async () => {
  const { acquisition, start, temperature, told } = setUp()
  const actions: RuleAction[] = [
    { kind: 'keep ring' },
    { kind: 'burst', frames: 6, seconds: null, everyMs: 4 },
    { kind: 'notify', text: 'warm' },
    { kind: 'stop' }
  ]
  const stream = await start({ rules: [ruleOf({}, actions)], ring: { frames: 5, everyMs: 4 } })
  temperature(37)
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect(stream.records).toHaveLength(0)
  expect(acquisition.status().seen).toBe(0)
  temperature(38.4)
  await until(() => acquisition.status().phase === 'finished')
  const { receipt } = acquisition.status()
  expect(receipt).toMatchObject({ dropped: 0, end: 'completed', complete: true })
  const before = stream.records.filter(({ pretrigger }) => pretrigger === true)
  const after = stream.records.slice(before.length)
  expect(before).toHaveLength(5)
  expect(after).toHaveLength(6)
  for (const [i, record] of stream.records.entries()) {
    expect(record).toMatchObject({
      trigger_source: 'rule',
      rule: 'Warm',
      trigger_value: 38.4,
      burst_index: i
    })
    if (i > 0) expect(record.delta_t).toBeGreaterThan(stream.records[i - 1]?.delta_t as number)
  }
  for (const record of before) expect(record.delta_t).toBeLessThan(record.trigger_time as number)
  for (const record of after) expect(record.trigger_latency_ms).toBeGreaterThan(0)
  expect(told).toEqual(['warm'])
  expect(stream.keys.get('pretrigger')?.type).toBe('boolean')
  expect(acquisition.rules().fires).toMatchObject([{ outcome: 'acted', frames: 11, value: 38.4 }])
  expect(stream.events.filter(({ kind }) => kind === 'trigger')).toHaveLength(1)
  expect(acquisition.status().poolFill).toBe(0)
})

it('what the end of the run cuts off is in its log all the same, and so is a fire that was waiting', async () => {
  const { acquisition, start, temperature } = setUp()
  const long = ruleOf({ whenBusy: 'queue one' }, [{ kind: 'burst', frames: 1000, seconds: null, everyMs: 4 }])
  const stream = await start({ rules: [long] })
  temperature(38.4)
  await until(() => stream.records.length > 2)
  temperature(30)
  temperature(39)
  await acquisition.stop()
  const fires = stream.events.filter(({ kind }) => kind === 'trigger')
  expect(fires.map(({ text }) => text)).toEqual(['Warm: acted, the run ended', 'Warm: busy, the run ended'])
  expect(fires[0]?.data).toMatchObject({ value: 38.4 })
  expect(fires[0]?.data?.['frames']).toBeGreaterThan(2)
  expect(stream.events[stream.events.length - 1]?.kind).toBe('stop')
  expect(acquisition.rules().fires).toHaveLength(2)
})

it('a rule that watches pictures sees every frame, also those that are not saved', async () => {
  const { acquisition, camera, start } = setUp()
  const bright = ruleOf(
    {
      source: { kind: 'frame', metric: 'mean', level: 0, everyNth: 1 },
      condition: {
        ...ruleOf().condition,
        test: { kind: 'above', value: 257 * 10, hysteresis: 0 },
        mostFires: 1
      }
    },
    [{ kind: 'note', text: 'bright' }, { kind: 'snap' }]
  )
  acquisition.setLive(true)
  const stream = await start({ rules: [bright] })
  await until(() => stream.records.length === 1)
  // The fake camera counts its exposures into every byte.
  expect(camera.exposures).toBeGreaterThan(10)
  expect(stream.events.filter(({ kind }) => kind === 'note')).toHaveLength(1)
  acquisition.setLive(false)
  await acquisition.stop()
})

it('a ring that does not fit into the memory is refused before anything is on disk', async () => {
  const { acquisition, camera, start } = setUp()
  const plan = { trigger: { kind: 'interval', everyMs: 3 }, ring: { frames: 1000, everyMs: 10 } } as const
  await expect(start(plan)).rejects.toMatchObject({
    code: 'argument.invalid'
  })
  expect(acquisition.recording).toBe(false)
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect(camera.exposures).toBe(0)
})

it('a rule sets a preset of devices, and the log says which values that were', async () => {
  const { acquisition, start, temperature, world } = setUp()
  const set: string[] = []
  world.set = (device, property, value) => (
    set.push(`${device}.${property}=${String(value)}`),
    Promise.resolve(property !== 'y')
  )
  const settings = [
    { device: 'lamp', property: 'on', value: true },
    { device: 'stage', property: 'y', value: 3 }
  ]
  const bright = ruleOf({}, [
    { kind: 'preset', preset: 'b' },
    { kind: 'snap' },
    { kind: 'preset', preset: 'gone' },
    { kind: 'snap' }
  ])
  const stream = await start({ rules: [bright], devicePresets: [{ id: 'b', name: 'Bright', settings }] })
  temperature(38.4)
  await until(() => acquisition.rules().fires.length > 0)
  expect(set).toEqual(['stage.y=3', 'lamp.on=true'])
  const told = stream.events.filter(({ kind }) => kind === 'device')
  expect(told.map(({ text }) => text)).toEqual(['preset Bright is set', 'y did not settle'])
  expect(told[0]?.data).toMatchObject({ preset: 'Bright', settings })
  // A preset that is gone ends the rule's actions, and is told.
  expect(stream.records).toHaveLength(1)
  expect(acquisition.rules().fires).toMatchObject([{ outcome: 'failed' }])
  await acquisition.stop()
})
