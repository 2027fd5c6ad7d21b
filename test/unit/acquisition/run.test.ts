import { describe, expect, it } from 'vitest'
import { Acquisition } from '../../../src-main/acquisition/service'
import type { RunPlan, RunWorld } from '../../../src-main/acquisition/run-plan'
import type { Reading } from '../../../src-main/devices/device'
import { createFramePool } from '../../../src-main/formats/frame-pool'
import type { RunStatus } from '../../../src-preload/contract/run'
import { FakeCamera, type FakeStream, planOf, until, worldOf } from './fakes'

function setUp(readings: () => readonly Reading[] = () => []) {
  const camera = new FakeCamera()
  const streams: FakeStream[] = []
  const told: RunStatus[] = []
  const world: { -readonly [K in keyof RunWorld]: RunWorld[K] } = worldOf(streams, readings)
  const acquisition = new Acquisition(camera, (format) => createFramePool(format, 1), world, {
    onRun: (status) => told.push(status),
    onCamera: () => undefined,
    onLiveProblem: () => undefined
  })
  const start = async (plan: Partial<RunPlan> = {}): Promise<FakeStream> => {
    await acquisition.start(planOf(plan))
    return streams[streams.length - 1] as FakeStream
  }
  return { camera, acquisition, start, told, world }
}

const temperature = (value: number, stale = false): Reading => ({
  key: { key: 'temperature', type: 'number', unit: '°C', source: 'thermometer' },
  value,
  at: process.hrtime.bigint(),
  stale
})

describe('a run', () => {
  it('records one frame for each manual trigger, in order, with its own pixels', async () => {
    const { acquisition, start } = setUp()
    const stream = await start()
    for (let i = 0; i < 5; i++) await acquisition.snap()
    await until(() => stream.records.length === 5)
    const receipt = await acquisition.stop()
    expect(stream.firstBytes).toEqual([1, 2, 3, 4, 5])
    expect(receipt).toMatchObject({ seen: 5, written: 5, dropped: 0, end: 'stopped', complete: true })
    expect(acquisition.status().phase).toBe('finished')
  })

  it('takes the readings at the moment the exposure is commanded, and leaves stale ones out (M2, M3)', async () => {
    let now = 20
    const { acquisition, start } = setUp(() => (now > 21 ? [temperature(now, true)] : [temperature(now)]))
    const stream = await start()
    for (const value of [20, 21, 22]) {
      now = value
      await acquisition.snap()
      await until(() => stream.records.length === value - 19)
    }
    expect(stream.records.map((record) => record.temperature)).toEqual([20, 21, undefined])
    expect(stream.records[2]?.error_flags).toEqual(['temperature stale'])
    expect(stream.keys.get('temperature')?.unit).toBe('°C')
    expect(stream.keys.get('delta_t')?.unit).toBe('s')
    expect(stream.keys.get('error_flags')?.type).toBe('json')
    // A key that no frame has is no column.
    expect(stream.keys.has('rule')).toBe(false)
    await acquisition.stop()
  })

  it('plane keys come first, in seconds, and the added keys last', async () => {
    const { acquisition, start } = setUp(() => [temperature(37)])
    const stream = await start({ frameMetadata: { batch: 7 } })
    await acquisition.snap()
    await until(() => stream.records.length === 1)
    const [record] = stream.records
    expect(Object.keys(record ?? {}).slice(0, 3)).toEqual(['delta_t', 'exposure_time', 'temperature'])
    expect(Object.keys(record ?? {}).pop()).toBe('batch')
    expect(record?.exposure_time).toBe(0.001)
    expect(record?.trigger_source).toBe('manual')
    await acquisition.stop()
  })

  it('stops by itself after the number of frames that was asked for', async () => {
    const { acquisition, start, told } = setUp()
    const stream = await start({ trigger: { kind: 'interval', everyMs: 3 }, frames: 7 })
    await until(() => acquisition.status().phase === 'finished')
    expect(stream.records).toHaveLength(7)
    expect(told[told.length - 1]?.receipt?.end).toBe('completed')
  })

  it('interval frames carry the monotonic time of their exposure (M1)', async () => {
    const { acquisition, start } = setUp()
    const stream = await start({ trigger: { kind: 'interval', everyMs: 10 }, frames: 5 })
    await until(() => acquisition.status().phase === 'finished')
    const times = stream.records.map((record) => record.delta_t as number)
    for (const [i, time] of times.entries()) if (i > 0) expect(time).toBeGreaterThan(times[i - 1] ?? 0)
    expect((times[4] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(0.03)
  })

  it('counts triggers that come while the camera is busy, and says so in the next record (T5)', async () => {
    const { acquisition, start } = setUp()
    const stream = await start()
    await Promise.all(Array.from({ length: 180 }, () => acquisition.snap()))
    await until(() => stream.records.length >= 128)
    await acquisition.snap()
    await until(
      () =>
        acquisition.status().seen === 181 &&
        acquisition.status().written + acquisition.status().dropped === 181
    )
    const { losses, dropped } = acquisition.status()
    expect(dropped).toBeGreaterThan(0)
    expect(losses.policy).toBe(dropped)
    const told = stream.records.reduce(
      (sum, record) => sum + ((record.dropped_before as number | undefined) ?? 0),
      0
    )
    expect(told).toBe(dropped)
    const receipt = await acquisition.stop()
    expect(receipt).toMatchObject({ seen: 181, written: 181 - dropped, dropped })
  })

  it('a full pool holds the source, drops or stops, as the policy says (T1)', async () => {
    for (const fullPool of ['hold', 'drop newest', 'stop'] as const) {
      const { acquisition, start } = setUp()
      const stream = await start({ fullPool })
      stream.stuck = true
      for (let i = 0; i < 6; i++) await acquisition.snap()
      await until(() => stream.records.length === 4)
      if (fullPool === 'hold') {
        stream.unstick()
        await until(() => stream.records.length === 6)
        expect(acquisition.status().losses.poolFull).toBe(0)
      } else if (fullPool === 'drop newest') {
        await until(() => acquisition.status().losses.poolFull === 2)
        expect(acquisition.status().phase).toBe('running')
      } else {
        await until(() => acquisition.status().phase === 'failed')
        expect(acquisition.status().failure?.code).toBe('frame.lost')
      }
      await acquisition.stop()
    }
  })

  it('ends loudly at the first failure of the writer (S3)', async () => {
    const { acquisition, start } = setUp()
    const stream = await start()
    await acquisition.snap()
    await until(() => stream.records.length === 1)
    stream.fail({ code: 'disk.io', message: 'The disk gave up.' })
    await until(() => acquisition.status().phase === 'failed')
    expect(acquisition.status().failure?.message).toBe('The disk gave up.')
    expect(stream.closed).toBe(true)
  })

  it('a camera that fails three times in a row ends the run with a complete dataset (S7)', async () => {
    const { acquisition, start, camera } = setUp()
    const stream = await start()
    await acquisition.snap()
    await until(() => stream.records.length === 1)
    camera.behaviour = 'fails'
    for (let i = 0; i < 3; i++) await acquisition.snap()
    await until(() => acquisition.status().phase === 'failed')
    expect(acquisition.status().receipt).toMatchObject({ written: 1, dropped: 3, complete: true })
    expect(acquisition.status().losses.transport).toBe(3)
  })

  it('Stop takes at most a second, also when the camera hangs (D4)', async () => {
    const { acquisition, start, camera } = setUp()
    await start()
    camera.behaviour = 'hangs'
    await acquisition.snap()
    const began = performance.now()
    const receipt = await acquisition.stop()
    expect(performance.now() - began).toBeLessThan(1000)
    expect(receipt).toMatchObject({ written: 0, dropped: 1, losses: { policy: 1 } })
  })

  it('files that can not be opened again fail the run and still end it (S4, S5)', async () => {
    const { acquisition, start, world } = setUp()
    const stream = await start()
    await acquisition.snap()
    await until(() => stream.records.length === 1)
    world.verify = () => Promise.reject(new Error('gone'))
    const receipt = await acquisition.stop()
    expect(receipt).toMatchObject({ written: 1, files: [], complete: false })
    expect(acquisition.status()).toMatchObject({
      phase: 'failed',
      failure: { message: expect.stringContaining('gone') as string }
    })
  })

  it('a second start while one is under way is refused and harms nothing (D8)', async () => {
    const { acquisition, start } = setUp()
    const first = acquisition.start(planOf())
    await expect(acquisition.start(planOf())).rejects.toMatchObject({ code: 'state.wrong' })
    await first
    await expect(start()).rejects.toMatchObject({ code: 'state.wrong' })
    await acquisition.stop()
  })

  it('pause takes no frames, and stop twice gives the same receipt', async () => {
    const { acquisition, start } = setUp()
    const stream = await start({ trigger: { kind: 'interval', everyMs: 4 } })
    await until(() => stream.records.length > 2)
    acquisition.pause()
    await new Promise((resolve) => setTimeout(resolve, 30))
    const paused = stream.records.length
    await new Promise((resolve) => setTimeout(resolve, 40))
    expect(stream.records.length).toBe(paused)
    acquisition.resume()
    await until(() => stream.records.length > paused)
    const [one, two] = await Promise.all([acquisition.stop(), acquisition.stop()])
    expect(one).toBe(two)
  })

  it('notes belong to the newest frame and show in the table', async () => {
    const { acquisition, start } = setUp()
    const stream = await start()
    await acquisition.snap()
    await until(() => stream.records.length === 1)
    expect(await acquisition.note('divides?')).toEqual({ frame: 0 })
    await acquisition.note('yes')
    const { keys, rows } = acquisition.rows(0, 10)
    expect(rows[0]?.cells[keys.indexOf('note')]).toBe('divides?\nyes')
    expect(stream.events.filter(({ kind }) => kind === 'note')).toMatchObject([
      { frame: 0, text: 'divides?' },
      { frame: 0, text: 'yes' }
    ])
    await acquisition.stop()
    await expect(acquisition.note('late')).rejects.toMatchObject({ code: 'state.wrong' })
  })

  it('what people typed goes to the stream under its reserved name', async () => {
    const { acquisition, start } = setUp()
    const stream = await start({ globals: { dataset: { project: 'p' } } })
    expect(stream.globals.get('benchframe/form')).toEqual({
      sample: 's',
      done: 'd',
      operator: 'o',
      notes: '',
      fields: { dose: '3' }
    })
    expect(stream.globals.get('dataset')).toEqual({ project: 'p' })
    await acquisition.stop()
  })
})

describe('live view', () => {
  it('shows frames that are not recorded and gives way to a shot', async () => {
    const { acquisition, camera } = setUp()
    camera.settings = { ...camera.settings, exposureMs: 2 }
    acquisition.setLive(true)
    const first = await acquisition.picture(-1, 64)
    expect(first?.recorded).toBeNull()
    await acquisition.start(planOf({ frames: 1 }))
    await acquisition.snap()
    await until(() => acquisition.status().phase === 'finished')
    expect(acquisition.status().receipt).toMatchObject({ seen: 1, written: 1 })
    acquisition.setLive(false)
    await acquisition.close()
  })

  it('a snap without a run is shown, also when it is asked for later', async () => {
    const { acquisition } = setUp()
    await acquisition.snap()
    const picture = await acquisition.picture(-1, 64)
    expect(picture).toMatchObject({ recorded: null, width: 8, height: 4 })
    expect(await acquisition.picture(picture?.frame ?? 0, 64)).toBeNull()
  })
})

describe('cells changed by hand', () => {
  it('are kept with who and what was there before; what was measured is refused', async () => {
    const { acquisition, start } = setUp()
    const stream = await start({})
    await acquisition.snap()
    await until(() => stream.records.length === 1)
    await acquisition.edit([{ frame: 0, key: 'alive', value: true }], 'Ada')
    await acquisition.edit([{ frame: 0, key: 'alive', value: true }], 'Ada') // is so already
    const { keys, free, rows } = acquisition.rows(0, 1)
    expect(rows[0]?.cells[keys.indexOf('alive')]).toBe(true)
    expect(free).toContain('alive')
    expect(free).not.toContain('delta_t')
    expect(stream.events.filter(({ kind }) => kind === 'edit')).toMatchObject([
      { edits: { who: 'Ada', cells: [{ frame: 0, key: 'alive', before: null, after: true }] } }
    ])
    await expect(acquisition.edit([{ frame: 0, key: 'delta_t', value: 0 }], '')).rejects.toThrow('measured')
    await expect(acquisition.edit([{ frame: 9, key: 'a', value: 0 }], '')).rejects.toThrow('not there yet')
    await acquisition.stop()
    await expect(acquisition.edit([{ frame: 0, key: 'a', value: 0 }], '')).rejects.toMatchObject({
      next: expect.stringContaining('Review') as string
    })
  })
})
