/** Runs whose frames the camera makes at its own pace: recorded with what held when each exposure began, and every loss counted under its cause. */
import { afterEach, describe, expect, it } from 'vitest'
import { Acquisition } from '../../../src-main/acquisition/service'
import type { RunPlan, RunWorld } from '../../../src-main/acquisition/run-plan'
import type { ExposureReport, PaceSink, Reading } from '../../../src-main/devices/device'
import { createFramePool } from '../../../src-main/formats/frame-pool'
import { Failed } from '../../../src-preload/contract/failure'
import { FakeCamera, type FakeStream, planOf, until, worldOf } from './fakes'

/** Makes a frame when the test says so. */
class PacedCamera extends FakeCamera {
  sink: PaceSink | null = null
  starts = 0
  number = 0
  refuses = false
  least = 5
  everyMs = 0
  readonly pacing = {
    intervalsMs: () => ({ min: this.least, max: 1000 }),
    onCommandFromMs: 100,
    start: (everyMs: number, sink: PaceSink) => {
      if (this.refuses) throw new Failed('device.lost', 'The camera is gone.')
      this.starts += 1
      this.everyMs = everyMs
      this.sink = sink
      return Promise.resolve(() => {
        this.sink = null
        return Promise.resolve()
      })
    }
  }

  frame(startedAt: bigint, more: Partial<ExposureReport> = {}): void {
    const place = this.sink?.place() ?? null
    this.number += 1
    if (place === null) return this.sink?.lost('no place')
    place.pixels.fill(this.number)
    this.sink?.frame(place.slot, {
      startedAt,
      exposureMs: this.settings.exposureMs,
      lostBefore: 0,
      cameraFrame: this.number,
      clock: 'camera',
      ...more
    })
  }
}

const value = (temperature: number): readonly Reading[] => [
  { key: { key: 'temperature', type: 'number' }, value: temperature, at: 0n, stale: false }
]

const ms = (count: number): bigint => BigInt(count) * 1_000_000n

describe('a run at the pace of the camera', () => {
  const opened: Acquisition[] = []
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close()
  })

  function setUp(budget = 1 << 16) {
    const camera = new PacedCamera()
    const streams: FakeStream[] = []
    const world: { -readonly [K in keyof RunWorld]: RunWorld[K] } = worldOf(streams)
    let tell: (readings: readonly Reading[]) => void = () => undefined
    let now: readonly Reading[] = []
    world.readings = () => now
    world.onReadings = (listener) => {
      tell = listener
      return () => (tell = () => undefined)
    }
    const acquisition = new Acquisition(camera, (format) => createFramePool(format, budget), world, {
      onRun: () => undefined,
      onCamera: () => undefined,
      onLiveProblem: () => undefined
    })
    opened.push(acquisition)
    const start = async (plan: Partial<RunPlan> = {}): Promise<FakeStream> => {
      await acquisition.start(planOf({ trigger: { kind: 'interval', everyMs: 10 }, ...plan }))
      return streams[streams.length - 1] as FakeStream
    }
    const reads = (readings: readonly Reading[]): void => {
      now = readings
      tell(readings)
    }
    return { camera, acquisition, start, reads }
  }

  it('is what a short interval means to a camera that can; a long one is a command for each frame', async () => {
    const { camera, acquisition, start } = setUp()
    await start({ trigger: { kind: 'interval', everyMs: 100 }, frames: 1 })
    await until(() => acquisition.status().phase === 'finished')
    expect(camera.starts).toBe(0)
    await start()
    expect([camera.starts, camera.everyMs]).toEqual([1, 10])
  })

  it('records each frame with its pixels, its own time and what was known when its exposure began (M2)', async () => {
    const { camera, acquisition, start, reads } = setUp()
    const stream = await start()
    reads(value(20))
    const first = process.hrtime.bigint()
    await new Promise((resolve) => setTimeout(resolve, 5))
    reads(value(21)) // while the first frame is on its way
    camera.frame(first)
    camera.frame(process.hrtime.bigint())
    expect(stream.firstBytes).toEqual([1, 2])
    expect(stream.records.map(({ temperature }) => temperature)).toEqual([20, 21])
    expect(stream.records[0]).toMatchObject({
      trigger_source: 'interval',
      timestamp_source: 'camera',
      camera_frame_id: 1
    })
    expect(stream.records[0]).not.toHaveProperty('late_ms')
    expect(await acquisition.stop()).toMatchObject({ seen: 2, written: 2, dropped: 0, complete: true })
    expect(camera.sink).toBeNull()
  })

  it('counts gaps, broken frames and a full pool, each under its cause, and tells the next record (T5)', async () => {
    const { camera, acquisition, start } = setUp(1)
    const stream = await start()
    const at = process.hrtime.bigint()
    camera.frame(at, { lostBefore: 3 })
    camera.sink?.lost('transport')
    camera.frame(at + ms(10))
    stream.stuck = true
    for (let i = 2; i < 8; i++) camera.frame(at + ms(10 * i))
    stream.unstick()
    camera.frame(at + ms(80))
    const { losses, seen } = acquisition.status()
    expect(losses).toMatchObject({ cameraGap: 3, transport: 1, poolFull: 2, policy: 0 })
    expect(stream.records.map((record) => record.dropped_before)).toEqual([
      3,
      1,
      undefined,
      undefined,
      undefined,
      undefined,
      2
    ])
    expect(seen).toBe(13)
  })

  it('ends where the policy says so when the pool is full', async () => {
    const { camera, acquisition, start } = setUp(1)
    const stream = await start({ fullPool: 'stop' })
    stream.stuck = true
    for (let i = 0; i < 6; i++) camera.frame(process.hrtime.bigint())
    await until(() => acquisition.status().phase === 'failed')
    expect(acquisition.status().failure?.code).toBe('frame.lost')
  })

  it('gives who asks for a frame the next that began after it was asked', async () => {
    const { camera, acquisition, start } = setUp()
    const stream = await start()
    const before = process.hrtime.bigint()
    await acquisition.snap()
    camera.frame(before)
    camera.frame(process.hrtime.bigint())
    camera.frame(process.hrtime.bigint())
    expect(stream.records.map((record) => record.trigger_source)).toEqual(['interval', 'manual', 'interval'])
  })

  it('stops by itself after the frames that were asked for, and takes none more', async () => {
    const { camera, acquisition, start } = setUp()
    const stream = await start({ frames: 2 })
    for (let i = 0; i < 4; i++) camera.frame(process.hrtime.bigint())
    await until(() => acquisition.status().phase === 'finished')
    expect(stream.records).toHaveLength(2)
    expect(acquisition.status()).toMatchObject({ seen: 2, poolFill: 0 })
  })

  it('lets go of the camera in a pause, which is no loss', async () => {
    const { camera, acquisition, start } = setUp()
    const stream = await start()
    camera.frame(process.hrtime.bigint())
    acquisition.pause()
    await until(() => camera.sink === null)
    await acquisition.snap() // not recorded, and the camera is free for it
    acquisition.resume()
    await until(() => camera.starts === 2)
    camera.frame(process.hrtime.bigint() + ms(1000))
    expect(stream.records).toHaveLength(2)
    expect(acquisition.status().dropped).toBe(0)
  })

  it('a change of the exposure interrupts it, and the frames that were asked for meanwhile are counted', async () => {
    const { camera, acquisition, start } = setUp()
    const stream = await start()
    const at = process.hrtime.bigint()
    camera.frame(at)
    await acquisition.configure({ exposureMs: 4 })
    expect(camera.starts).toBe(2)
    camera.frame(at + ms(50))
    expect(stream.records.map((record) => [record.exposure_time, record.dropped_before])).toEqual([
      [0.001, undefined],
      [0.004, 4]
    ])
    expect(acquisition.status().losses.policy).toBe(4)
  })

  it('an interval that the camera can not keep is kept as well as it can, and the rest counted', async () => {
    const { camera, acquisition, start } = setUp()
    camera.least = 25
    await start()
    expect(camera.everyMs).toBe(25)
    const at = process.hrtime.bigint()
    for (let i = 0; i < 5; i++) camera.frame(at + ms(25 * i))
    expect(acquisition.status().losses.policy).toBe(6) // 11 were asked for in 100 ms
  })

  it('ends loudly when the camera stops, or does not start', async () => {
    const { camera, acquisition, start } = setUp()
    await start()
    camera.sink?.failed(new Failed('device.lost', 'The camera does not answer any more.'))
    await until(() => acquisition.status().phase === 'failed')
    expect(acquisition.status().failure?.code).toBe('device.lost')
    camera.refuses = true
    await expect(start()).rejects.toMatchObject({ code: 'device.lost' })
    expect(acquisition.recording).toBe(false)
    camera.refuses = false
    await acquisition.snap() // and the camera can be used as before
  })
})
