import { describe, expect, it } from 'vitest'
import { stepsOf } from '../../../src-main/acquisition/multi-d/steps'
import { Acquisition } from '../../../src-main/acquisition/service'
import type { RunWorld } from '../../../src-main/acquisition/run-plan'
import { Failed } from '../../../src-preload/contract/failure'
import { createFramePool } from '../../../src-main/formats/frame-pool'
import {
  frameCount,
  leastSeconds,
  multiDCheck,
  multiDProblem,
  usualMultiD,
  zOffsets,
  type MultiD
} from '../../../src-preload/contract/multi-d'
import { FakeCamera, type FakeStream, planOf, until, worldOf } from './fakes'

const plan = (patch: Partial<MultiD> = {}): MultiD => ({
  order: ['t', 'p', 'c', 'z'],
  time: { on: true, count: 2, everyMs: 0 },
  positions: {
    on: true,
    list: [
      { name: 'A', x: 10, y: 20, z: 5 },
      { name: 'B', x: 30, y: 40, z: null }
    ]
  },
  channels: {
    on: true,
    list: [
      {
        name: 'DAPI',
        color: '#0000ff',
        exposureMs: 2,
        set: [{ device: 'laser', property: 'power', value: 5 }]
      },
      {
        name: 'GFP',
        color: '#00ff00',
        exposureMs: null,
        set: [{ device: 'laser', property: 'power', value: 9 }]
      }
    ]
  },
  z: { on: true, from: -1, to: 1, step: 1 },
  ...patch
})

describe('a Multi-D plan', () => {
  it('counts its frames and planes, without rounding noise', () => {
    expect(frameCount(plan())).toBe(2 * 2 * 2 * 3)
    expect(zOffsets({ on: true, from: 0, to: 0.3, step: 0.1 })).toEqual([0, 0.1, 0.2, 0.3])
    expect(zOffsets({ on: true, from: 5, to: -5, step: 4 })).toEqual([5, 1, -3])
    expect(leastSeconds(plan({ time: { on: true, count: 11, everyMs: 2_000 } }), 10)).toBe(20)
    expect(leastSeconds(plan(), 10)).toBeCloseTo(12 * 0.012)
  })

  it.each(['tpcz', 'pztc', 'cztp', 'zctp'])(
    'goes through its frames in the order %s, outermost first',
    (order) => {
      const axes = [...order] as MultiD['order'][number][]
      const places = [...stepsOf(plan({ order: axes }))].map(({ at }) => axes.map((axis) => at[axis]))
      expect(places).toHaveLength(24)
      expect(places).toEqual(
        [...places].sort((a, b) => (a.findIndex((x, i) => x !== b[i]) < 0 ? 0 : compare(a, b)))
      )
    }
  )

  it('says what is wrong with it', () => {
    expect(multiDProblem(plan())).toBeNull()
    expect(multiDProblem(plan({ positions: { on: true, list: [] } }))).toBe('The position list is empty.')
    const twice = { name: 'A', x: 0, y: 0, z: null }
    expect(multiDProblem(plan({ positions: { on: true, list: [twice, twice] } }))).toBe(
      'Two positions are called A.'
    )
    expect(() => multiDCheck({ ...usualMultiD(), order: ['t', 't', 'c', 'z'] }, 'plan')).toThrow(/each once/)
  })
})

const compare = (a: readonly number[], b: readonly number[]): number => {
  const i = a.findIndex((x, at) => x !== b[at])
  return (a[i] ?? 0) - (b[i] ?? 0)
}

async function start(wanted: MultiD) {
  const streams: FakeStream[] = []
  const done: string[] = []
  const camera = new FakeCamera()
  const world: { -readonly [K in keyof RunWorld]: RunWorld[K] } = worldOf(streams)
  world.place = () => ({ x: 1, y: 2, z: 100 })
  world.moveTo = (place) => {
    done.push(`move ${JSON.stringify(place)}`)
    return Promise.resolve()
  }
  world.set = (_, property, value) => {
    done.push(`${property} ${value}`)
    return Promise.resolve(true)
  }
  const acquisition = new Acquisition(camera, (format) => createFramePool(format, 1), world, {
    onRun: () => undefined,
    onCamera: () => undefined,
    onLiveProblem: () => undefined
  })
  const before = camera.expose.bind(camera)
  camera.expose = (...args) => {
    done.push(`frame ${camera.settings.exposureMs}`)
    return before(...args)
  }
  await acquisition.start(planOf({ trigger: { kind: 'multi-d', plan: wanted } }))
  return { acquisition, camera, done, stream: streams[0] as FakeStream }
}

describe('a Multi-D run', () => {
  it('moves, sets and exposes in order, touches only what changes, and ends by itself', async () => {
    const { acquisition, camera, done, stream } = await start(
      plan({ time: { on: false, count: 1, everyMs: 0 } })
    )
    expect(acquisition.status().planned).toBe(12)
    await until(() => acquisition.status().phase === 'finished')
    expect(done.slice(0, 12)).toEqual([
      'move {"x":10,"y":20,"z":4}',
      'power 5',
      'frame 2',
      'move {"z":5}',
      'frame 2',
      'move {"z":6}',
      'frame 2',
      'move {"z":4}',
      'power 9',
      'frame 1',
      'move {"z":5}',
      'frame 1'
    ])
    // Position B has no z of its own: its stack lies around where the stage stood.
    expect(done).toContain('move {"x":30,"y":40,"z":99}')
    expect(stream.records).toHaveLength(12)
    expect(stream.records[0]).toMatchObject({
      trigger_source: 'multi-d',
      position_name: 'A',
      channel: 'DAPI'
    })
    expect(stream.records[11]).toMatchObject({ position_name: 'B', channel: 'GFP' })
    expect(acquisition.status().receipt).toMatchObject({ end: 'completed', complete: true, dropped: 0 })
    await until(() => camera.settings.exposureMs === 1)
  })

  it('keeps its time points', async () => {
    const only = { on: false, list: [] }
    const { acquisition, stream } = await start(
      plan({
        time: { on: true, count: 4, everyMs: 30 },
        positions: only,
        channels: only,
        z: { ...plan().z, on: false }
      })
    )
    await until(() => acquisition.status().phase === 'finished')
    const times = stream.records.map(({ delta_t }) => delta_t as number)
    for (const [i, time] of times.entries()) expect(time).toBeGreaterThanOrEqual(i * 0.03)
  })

  it('takes a lost frame again, so that no plane is missing, and counts the loss (T5)', async () => {
    const { acquisition, camera, stream } = await start(plan())
    const well = camera.expose.bind(camera)
    let calls = 0
    camera.expose = (...args) =>
      ++calls === 2 || calls === 9
        ? Promise.reject(new Failed('device.timeout', 'No frame came.'))
        : well(...args)
    await until(() => acquisition.status().phase === 'finished')
    expect(acquisition.status().losses.transport).toBe(2)
    expect(stream.records).toHaveLength(24)
    const order = stream.records.map(
      ({ position_name, channel }) => `${String(position_name)} ${String(channel)}`
    )
    expect(order.filter((_, i) => i % 3 === 0)).toEqual(
      [1, 2].flatMap(() => ['A DAPI', 'A GFP', 'B DAPI', 'B GFP'])
    )
  })

  it('waits in a pause, takes no snap in between, and can be stopped at any moment', async () => {
    const { acquisition, stream } = await start(plan({ time: { on: true, count: 500, everyMs: 0 } }))
    await until(() => stream.records.length >= 5)
    acquisition.pause()
    await until(() => acquisition.status().written === stream.records.length)
    await new Promise((done) => setTimeout(done, 30))
    const there = stream.records.length
    await new Promise((done) => setTimeout(done, 50))
    expect(stream.records.length).toBe(there)
    acquisition.resume()
    await acquisition.snap()
    await until(() => stream.records.length > there + 3)
    await acquisition.stop()
    expect(stream.records.every(({ trigger_source }) => trigger_source === 'multi-d')).toBe(true)
    expect(acquisition.status().receipt).toMatchObject({ end: 'stopped', complete: true })
  })

  it('stays where it is in a pause, and goes back there after it, whoever moved the stage', async () => {
    const none = { on: false, list: [] }
    const { acquisition, done, stream } = await start(
      plan({ time: { on: true, count: 50, everyMs: 150 }, channels: none, z: { ...plan().z, on: false } })
    )
    await until(() => stream.records.length === 4)
    acquisition.pause()
    await new Promise((done) => setTimeout(done, 220))
    expect(done.filter((what) => what.startsWith('move'))).toHaveLength(4)
    expect(acquisition.status().focus?.position).toBe('B')
    acquisition.resume()
    await until(() => stream.records.length >= 5)
    expect(done.filter((what) => what.startsWith('move'))[4]).toBe('move {"x":10,"y":20,"z":5}')
    await acquisition.stop()
  })

  it('a stage that fails ends the run and says why; what was taken is kept', async () => {
    const streams: FakeStream[] = []
    const world: { -readonly [K in keyof RunWorld]: RunWorld[K] } = worldOf(streams)
    let moves = 0
    world.moveTo = () => (++moves > 2 ? Promise.reject(new Error('the stage is stuck')) : Promise.resolve())
    const acquisition = new Acquisition(new FakeCamera(), (format) => createFramePool(format, 1), world, {
      onRun: () => undefined,
      onCamera: () => undefined,
      onLiveProblem: () => undefined
    })
    await acquisition.start(planOf({ trigger: { kind: 'multi-d', plan: plan() } }))
    await until(() => acquisition.status().phase === 'failed')
    expect(acquisition.status().failure?.message).toContain('the stage is stuck')
    expect(acquisition.status().receipt?.written).toBe(2)
  })
})

describe('the focus offset of a position', () => {
  const off = { on: false, list: [] }
  const single = (patch: Partial<MultiD>): MultiD =>
    plan({ time: { on: true, count: 2, everyMs: 0 }, channels: off, z: { ...plan().z, on: false }, ...patch })

  it('is added to every z there, told in each record, and never left behind for the next position', async () => {
    const positions = {
      on: true,
      list: [
        { name: 'A', x: 10, y: 20, z: 5, focusOffset: 1.5 },
        { name: 'B', x: 30, y: 40, z: null }
      ]
    }
    const { acquisition, done, stream } = await start(single({ positions }))
    await until(() => acquisition.status().phase === 'finished')
    expect(done.filter((what) => what.startsWith('move')).slice(0, 2)).toEqual([
      'move {"x":10,"y":20,"z":6.5}',
      // B has no z of its own: back to where the stage stood at the start, not to A's.
      'move {"x":30,"y":40,"z":100}'
    ])
    expect(stream.records.map(({ position_name, focus_offset }) => [position_name, focus_offset])).toEqual([
      ['A', 1.5],
      ['B', 0],
      ['A', 1.5],
      ['B', 0]
    ])
  })

  it('takes effect with the next frame, is logged, and moves where nothing else would', async () => {
    const positions = { on: true, list: [{ name: 'A', x: 10, y: 20, z: 5 }] }
    const { acquisition, done, stream } = await start(
      single({ positions, time: { on: true, count: 500, everyMs: 0 } })
    )
    await until(() => stream.records.length >= 3)
    acquisition.pause()
    await until(() => acquisition.status().written === stream.records.length)
    await new Promise((done) => setTimeout(done, 20))
    const there = stream.records.length
    expect(acquisition.status().focus).toEqual({ position: 'A', offsetUm: 0 })
    const checked: MultiD[] = []
    expect(acquisition.focus({ position: 'A', offsetUm: -0.25 }, (wanted) => checked.push(wanted))).toEqual({
      position: 'A',
      offsetUm: -0.25
    })
    expect(checked[0]?.positions.list[0]).toMatchObject({ z: 5, focusOffset: -0.25 })
    // The fake stage always says that it stands at 100.
    expect(acquisition.focus({ position: 'A', offsetUm: null }, () => undefined).offsetUm).toBe(95)
    acquisition.resume()
    await until(() => stream.records.length > there + 2)
    await acquisition.stop()
    const moves = done.filter((what) => what.startsWith('move'))
    // After a pause nothing is taken to be where it was.
    expect(moves).toEqual(['move {"x":10,"y":20,"z":5}', 'move {"x":10,"y":20,"z":100}'])
    expect(stream.records.slice(0, there).every((record) => !('focus_offset' in record))).toBe(true)
    expect(stream.records.slice(there).every(({ focus_offset }) => focus_offset === 95)).toBe(true)
    expect(stream.events.filter(({ text }) => text?.startsWith('Focus')).map(({ data }) => data)).toEqual([
      { position: 'A', focusOffsetUm: -0.25, beforeUm: 0, how: 'typed' },
      { position: 'A', focusOffsetUm: 95, beforeUm: -0.25, how: 'in focus where the stage stood' }
    ])
  })

  it('is not taken for a position that the stage has left, nor where the stage can’t follow', async () => {
    const { acquisition, stream } = await start(single({ time: { on: true, count: 500, everyMs: 0 } }))
    await until(() => stream.records.length >= 3)
    acquisition.pause()
    await new Promise((done) => setTimeout(done, 20))
    const other = acquisition.status().focus?.position === 'A' ? 'B' : 'A'
    expect(() => acquisition.focus({ position: other, offsetUm: null }, () => undefined)).toThrow(/moved on/)
    const refuse = (): void => {
      throw new Failed('argument.invalid', 'out of reach')
    }
    expect(() => acquisition.focus({ position: other, offsetUm: 9 }, refuse)).toThrow('out of reach')
    await acquisition.stop()
    expect(stream.events.some(({ text }) => text?.startsWith('Focus'))).toBe(false)
    expect(() => acquisition.focus({ position: 'A', offsetUm: 1 }, () => undefined)).toThrow(
      /none is under way/
    )
  })
})
