import { describe, expect, it } from 'vitest'
import { Acquisition } from '../../../src-main/acquisition/service'
import { createFramePool } from '../../../src-main/formats/frame-pool'
import { FakeCamera, type FakeStream, planOf, until, worldOf } from './fakes'

async function running() {
  const streams: FakeStream[] = []
  const acquisition = new Acquisition(
    new FakeCamera(),
    (format) => createFramePool(format, 1),
    worldOf(streams),
    {
      onRun: () => undefined,
      onCamera: () => undefined,
      onLiveProblem: () => undefined
    }
  )
  await acquisition.start(planOf())
  const stream = streams[0] as FakeStream
  const snap = async (): Promise<void> => {
    const before = stream.records.length
    await acquisition.snap()
    await until(() => stream.records.length > before)
  }
  const cell = (frame: number, key: string): unknown => {
    const { keys, rows } = acquisition.rows(frame, 1)
    return rows[0]?.cells[keys.indexOf(key)] ?? null
  }
  return { acquisition, stream, snap, cell }
}

describe('marks and tags', () => {
  it('belong to the newest frame, become columns, and are in the event log', async () => {
    const { acquisition, stream, snap, cell } = await running()
    await snap()
    expect(await acquisition.mark(null, 'Ada')).toEqual({ frame: 0 })
    await snap()
    expect(await acquisition.mark('drift', 'Ada')).toEqual({ frame: 1 })
    expect([cell(0, 'mark'), cell(1, 'mark'), cell(1, 'tags')]).toEqual([true, null, 'drift'])
    expect(stream.events.filter(({ kind }) => kind === 'mark')).toMatchObject([
      { text: 'mark', frame: 0 },
      { text: 'drift', frame: 1 }
    ])
    await acquisition.stop()
  })

  it('tags of one frame add up, however fast they come, and none stands there twice', async () => {
    const { acquisition, snap, cell } = await running()
    await snap()
    await Promise.all(['a', 'b', 'a', 'c'].map((tag) => acquisition.mark(tag, '')))
    expect(cell(0, 'tags')).toBe('a, b, c')
    await acquisition.stop()
  })

  it('without a frame or a run there is nothing to mark, and that is said', async () => {
    const { acquisition } = await running()
    expect(() => acquisition.mark(null, '')).toThrow('There is no frame to mark yet.')
    await acquisition.stop()
    expect(() => acquisition.mark(null, '')).toThrow('none is under way')
  })
})
