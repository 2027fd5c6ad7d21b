import { describe, expect, it } from 'vitest'
import { Acquisition } from '../../../src-main/acquisition/service'
import { createFramePool } from '../../../src-main/formats/frame-pool'
import { FakeCamera, type FakeStream, planOf, until, worldOf } from './fakes'

async function running() {
  const streams: FakeStream[] = []
  const camera = new FakeCamera()
  const acquisition = new Acquisition(camera, (format) => createFramePool(format, 1), worldOf(streams), {
    onRun: () => undefined,
    onCamera: () => undefined,
    onLiveProblem: () => undefined
  })
  await acquisition.start(planOf())
  return { acquisition, camera, stream: streams[0] as FakeStream }
}

describe('a burst for another program', () => {
  it('answers the numbers of its frames, which say who asked, when and how late (M6)', async () => {
    const { acquisition, stream } = await running()
    await acquisition.snap()
    await until(() => stream.records.length === 1)
    expect(await acquisition.burst({ program: 'analysis', frames: 3, everyMs: 0 })).toEqual([1, 2, 3])
    await acquisition.stop()
    expect(stream.records.slice(1)).toMatchObject(
      [0, 1, 2].map((burst_index) => ({
        trigger_source: 'program',
        trigger_program: 'analysis',
        burst_index,
        trigger_time: expect.any(Number) as number,
        trigger_latency_ms: expect.any(Number) as number
      }))
    )
    expect(stream.events).toContainEqual(
      expect.objectContaining({ kind: 'trigger', data: { program: 'analysis', frames: 3, everyMs: 0 } })
    )
  })

  it('keeps its rhythm', async () => {
    const { acquisition, stream } = await running()
    expect(await acquisition.burst({ program: 'p', frames: 4, everyMs: 15 })).toHaveLength(4)
    await acquisition.stop()
    const times = stream.records.map(({ delta_t }) => delta_t as number)
    expect((times[3] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(0.03)
  })

  it('leaves out frames that the camera could not deliver, and they are counted as losses (T5)', async () => {
    const { acquisition, camera, stream } = await running()
    camera.behaviour = 'fails'
    expect(await acquisition.burst({ program: 'p', frames: 2, everyMs: 0 })).toEqual([])
    expect(acquisition.status().losses.transport).toBe(2)
    await acquisition.stop()
    expect(stream.records).toHaveLength(0)
  })

  it('ends with the run, and is refused without one', async () => {
    const { acquisition } = await running()
    const burst = acquisition.burst({ program: 'p', frames: 1000, everyMs: 5 })
    await until(() => acquisition.status().seen > 2)
    await acquisition.stop()
    expect((await burst).length).toBeLessThan(1000)
    expect(() => acquisition.burst({ program: 'p', frames: 1, everyMs: 0 })).toThrow(/it takes no frames/)
  })

  it('is heard frame by frame, until the listener is let go', async () => {
    const { acquisition } = await running()
    const heard: number[] = []
    const undo = acquisition.onFrame((frame) => heard.push(frame))
    await acquisition.burst({ program: 'p', frames: 2, everyMs: 0 })
    undo()
    await acquisition.burst({ program: 'p', frames: 1, everyMs: 0 })
    await acquisition.stop()
    expect(heard).toEqual([0, 1])
  })
})
