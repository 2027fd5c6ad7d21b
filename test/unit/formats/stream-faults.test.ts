/** What a stream does when the disk or its caller fails. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Failure } from '../../../src-preload/contract/failure'
import { recover } from '../../../src-main/formats/recover'
import { readTiff } from '../../support/read-tiff'
import { appendAll, frame, H, planes, smallStreams, W } from '../../support/small-stream'

const streams = smallStreams()
const open: typeof streams.open = (more, options) => streams.open(more, options)

describe('targets', () => {
  test('S6 an existing file is refused and untouched', async () => {
    writeFileSync(join(streams.folder, 'run.ome.tiff'), 'mine')
    await expect(open()).rejects.toMatchObject({ code: 'target.exists' })
    expect(readFileSync(join(streams.folder, 'run.ome.tiff'), 'utf8')).toBe('mine')
    expect(readdirSync(streams.folder)).toEqual(['run.ome.tiff'])
  })

  test('S6 overwrite moves a dataset aside and never touches a foreign file', async () => {
    const first = await open()
    await first.append(frame(1))
    await first.close()
    const second = await open({ overwrite: true })
    await second.append(frame(7))
    await second.close()
    expect(planes(join(streams.folder, 'run.ome.tiff'))).toEqual([8])
    const aside = readdirSync(streams.folder).filter((name) => name.startsWith('run (replaced '))
    expect(aside.map((name) => planes(join(streams.folder, name)))).toEqual([[2]])
    rmSync(join(streams.folder, 'run.ome.tiff'))
    mkdirSync(join(streams.folder, 'run.ome.tiff'))
    writeFileSync(join(streams.folder, 'run.ome.tiff', 'letter.txt'), 'mine')
    await expect(open({ overwrite: true })).rejects.toMatchObject({ code: 'target.exists' })
    expect(readFileSync(join(streams.folder, 'run.ome.tiff', 'letter.txt'), 'utf8')).toBe('mine')
  })

  test('S6 of two streams on one target one is refused and the other is whole', async () => {
    const both = await Promise.allSettled([open(), open()])
    const won = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const lost = both.flatMap((one) => (one.status === 'rejected' ? [one.reason as Failure] : []))
    expect([won.length, lost.length]).toEqual([1, 1])
    expect(lost[0]?.code).toBe('target.exists')
    await won[0]?.append(frame(3))
    await won[0]?.close()
    expect(planes(join(streams.folder, 'run.ome.tiff'))).toEqual([4])
  })

  test('a running recording is not recovered', async () => {
    const stream = await open()
    await stream.append(frame(0))
    await expect(recover(join(streams.folder, 'run.journal'))).rejects.toMatchObject({ code: 'state.wrong' })
    await stream.close()
  })

  test('S15 a run without a frame leaves nothing, not even folders made for it', async () => {
    const stream = await open({ rootPath: join(streams.folder, 'a', 'b', 'run') })
    await stream.addEvent({ time: 0, kind: 'note', text: 'nothing came' })
    expect(await stream.close()).toMatchObject({ frames: 0, paths: [] })
    expect(readdirSync(streams.folder)).toEqual([])
  })
})

describe('frames', () => {
  test('a refused frame leaves the stream as it was', async () => {
    const stream = await open()
    await stream.append(frame(0), { metadata: { n: 0 } })
    const wrong: [ArrayBufferView, object][] = [
      [new Uint8Array(3), {}],
      [new Float32Array(W * H), {}],
      [new Uint16Array(W), {}],
      [frame(1), { storage_index: 1 }],
      [frame(1), { delta_t: 'soon' }],
      [frame(1), { f: () => 1 }],
      [frame(1), { '': 1 }]
    ]
    for (const [pixels, metadata] of wrong) {
      await expect(stream.append(pixels, { metadata: metadata as never })).rejects.toHaveProperty('code')
    }
    await stream.append(frame(5))
    expect(await stream.close()).toMatchObject({ frames: 2 })
    expect(planes(join(streams.folder, 'run.ome.tiff'))).toEqual([1, 6])
    expect(stream.pool.fill).toBe(0)
  })

  test('a caller may use its buffer again', async () => {
    const stream = await open({}, { poolBytes: 1 })
    const buffer = frame(0)
    for (let i = 0; i < 50; i++) {
      buffer.fill(i)
      await stream.append(buffer)
    }
    await stream.close()
    expect(planes(join(streams.folder, 'run.ome.tiff'))).toEqual(Array.from({ length: 50 }, (_, i) => i))
  })

  test('more frames than the dimensions hold are refused', async () => {
    const stream = await open({
      dimensions: [
        { name: 't', count: 2 },
        { name: 'y', count: H },
        { name: 'x', count: W }
      ]
    })
    expect(await appendAll(stream, 5)).toBe(2)
    expect(await stream.close()).toMatchObject({ frames: 2 })
    await expect(stream.append(frame(0))).rejects.toMatchObject({ code: 'state.wrong' })
  })

  test('records longer than the ring come through in order', async () => {
    const stream = await open({}, { ringBytes: 4096 })
    const long = 'x'.repeat(1_000_000)
    for (let i = 0; i < 30; i++)
      await stream.append(frame(i), { metadata: i % 3 === 0 ? { n: i, long } : { n: i } })
    await stream.close()
    const { xml } = readTiff(join(streams.folder, 'run.ome.tiff'))
    expect([...xml.matchAll(/<M K="n">(\d+)<\/M>/g)].map((m) => Number(m[1]))).toEqual(
      Array.from({ length: 30 }, (_, i) => i)
    )
    expect(xml.split(long).length - 1).toBe(10)
  })
})

test('a record of 100 000 keys', async () => {
  const stream = await open()
  const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key ${i}`, i]))
  await stream.append(frame(0), { metadata: many })
  await stream.append(frame(1))
  await stream.close()
  const { xml } = readTiff(join(streams.folder, 'run.ome.tiff'))
  expect(xml).toContain('<M K="key 99999">99999</M>')
  expect(planes(join(streams.folder, 'run.ome.tiff'))).toEqual([1, 2])
})

test.each(['ome-tiff', 'ome-zarr', 'both'] as const)(
  'a folder removed in mid-run ends a %s in a failure that names it and says what can be done',
  async (format) => {
    const inner = join(streams.folder, 'inner')
    const stream = await open(
      { format, rootPath: join(inner, 'run') },
      { rhythm: { syncMs: 20, checkpointMs: 20 } }
    )
    await stream.append(frame(0))
    rmSync(inner, { recursive: true })
    await stream.append(frame(1)).catch(() => undefined)
    await expect(stream.close()).rejects.toMatchObject({
      code: 'disk.io',
      message: expect.stringContaining(inner) as string,
      next: expect.stringContaining('recovered') as string
    })
    expect(existsSync(inner)).toBe(false)
  }
)

test('recovery takes a path however it is written', async () => {
  const stream = await open({}, { faults: { on: 'sync', after: 14, code: 'EIO' }, rhythm: { syncMs: 10 } })
  const end = performance.now() + 10_000
  while (stream.failure === null) {
    if (performance.now() > end) throw new Error('the stream never failed')
    await stream.append(frame(0)).catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await expect(stream.close()).rejects.toMatchObject({ code: 'disk.io' })
  const from = process.cwd()
  process.chdir(streams.folder)
  try {
    expect(await recover('./run.ome.tiff')).toMatchObject({ action: 'recovered' })
  } finally {
    process.chdir(from)
  }
})

describe.each(['ome-tiff', 'ome-zarr', 'both'] as const)('a failing disk under %s', (format) => {
  test.each([
    ['write', 12],
    ['write', 30],
    ['sync', 14]
  ] as const)(
    'S3 EIO on %s number %i is told at once, is final, and leaves the rest to recovery',
    async (on, after) => {
      const stream = await open(
        { format },
        { faults: { on, after, code: 'EIO' }, rhythm: { syncMs: 20, checkpointMs: 20 } }
      )
      const told = new Promise<Failure>((resolve) => stream.onFailure(resolve))
      let taken = 0
      const feed = (async () => {
        for (; stream.failure === null; taken++) {
          await stream.append(frame(taken), { metadata: { n: taken } }).catch(() => undefined)
          await new Promise((resolve) => setTimeout(resolve, 2))
        }
      })()
      expect(await told).toMatchObject({ code: 'disk.io' })
      await feed
      await expect(stream.append(frame(0))).rejects.toMatchObject({ code: 'disk.io' })
      await expect(stream.close()).rejects.toMatchObject({ code: 'disk.io' })
      expect(stream.pool.fill).toBe(0)
      const { durable } = stream.counters
      const report = await recover(join(streams.folder, 'run.journal'))
      expect(report.frames).toBeGreaterThanOrEqual(durable)
      if (report.frames > 0 && format !== 'ome-zarr') {
        expect(planes(join(streams.folder, 'run.ome.tiff'))).toEqual(
          Array.from({ length: report.frames }, (_, i) => (i + 1) & 255)
        )
      }
      expect(existsSync(join(streams.folder, 'run.journal'))).toBe(false)
    }
  )
})
