// Every way of laying out an OME-Zarr, written by the sink alone and put before the judges.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { resumeZarrSink } from '../../src-main/formats/ome-zarr/zarr-resume'
import type { Compression } from '../../src-main/formats/settings'
import { complaints, judge } from '../support/judge'
import { C, P, T, YX, Z } from '../support/zarr-axes'
import { eventDriven, scratchFolder, ZarrRun, type Layout } from '../support/zarr-run'

let folder: ReturnType<typeof scratchFolder>
beforeEach(() => {
  folder = scratchFolder()
})
afterEach(() => {
  folder.remove()
})

const layouts: readonly Layout[] = [
  {
    name: 'event-driven: t, y, x in shards, frames of whole pages',
    settings: eventDriven(256, 256),
    run: (run) => run.frames(11)
  },
  {
    name: 'a file for each frame, odd size',
    settings: { dtype: 'uint8', dimensions: [T({ chunkSize: 1 }), ...YX(79, 33)] },
    run: (run) => run.frames(5)
  },
  {
    name: 'three frames to a chunk, two chunks to a shard, on an open axis, last chunk half full',
    settings: { dtype: 'uint16', dimensions: [T({ chunkSize: 3, shardSizeChunks: 2 }), ...YX(64, 64)] },
    run: (run) => run.frames(8)
  },
  {
    name: 'chunks that cut the frame unevenly, in shards smaller than a frame',
    settings: {
      dtype: 'int16',
      dimensions: [
        T({ chunkSize: 2, shardSizeChunks: 2 }),
        ...YX(100, 90, { chunkSize: 32, shardSizeChunks: 2 }, { chunkSize: 40, shardSizeChunks: 1 })
      ]
    },
    run: (run) => run.frames(7)
  },
  {
    name: 'cut frames, a file for each chunk',
    settings: { dtype: 'float32', dimensions: [T(), ...YX(50, 70, { chunkSize: 16 }, { chunkSize: 70 })] },
    run: (run) => run.frames(3)
  },
  {
    name: 'index at the start of the shard',
    settings: {
      dtype: 'uint16',
      shardIndex: 'start',
      dimensions: [T({ chunkSize: 1, shardSizeChunks: 4 }), ...YX(64, 64)]
    },
    run: (run) => run.frames(6)
  },
  {
    name: 't, z, c stored as t, c, z and stopped in the middle of a step',
    settings: { dtype: 'uint16', dimensions: [T(), Z(), C(), ...YX(32, 32)] },
    run: (run) => run.frames(10)
  },
  {
    name: 'z outermost, chunks over c and z',
    settings: {
      dtype: 'uint32',
      dimensions: [
        Z({ count: null, chunkSize: 2, shardSizeChunks: 1 }),
        T({ count: 3 }),
        C({ chunkSize: 2, shardSizeChunks: 2 }),
        ...YX(16, 24)
      ]
    },
    run: (run) => run.frames(22)
  },
  {
    name: 'positions between t and c, the second short of a step',
    settings: { dtype: 'uint16', dimensions: [T(), P, C(), ...YX(32, 32)] },
    run: (run) => run.frames(9)
  },
  {
    name: 'positions outermost, the second never reached',
    settings: { dtype: 'uint8', dimensions: [P, T({ count: 4 }), ...YX(32, 32)] },
    run: (run) => run.frames(3)
  },
  {
    name: 'a plate with two fields in one well, one well never reached',
    settings: {
      dtype: 'uint16',
      plate: { rowNames: ['A', 'B'], columnNames: ['1', '2'], name: 'screen' },
      dimensions: [
        {
          name: 'p',
          count: 4,
          type: 'position',
          coords: [
            { name: 'f0', plateRow: 'A', plateColumn: '1' },
            { name: 'f1', plateRow: 'A', plateColumn: '1' },
            { name: 'f0', plateRow: 'A', plateColumn: '2' },
            { name: 'f0', plateRow: 'B', plateColumn: '2' }
          ]
        },
        T({ count: 2 }),
        ...YX(32, 32)
      ]
    },
    run: (run) => run.frames(5)
  },
  {
    name: 'skipped planes, also whole chunks of them',
    settings: { dtype: 'uint16', dimensions: [T({ chunkSize: 2, shardSizeChunks: 2 }), C(), ...YX(32, 32)] },
    run: (run) => run.frames(4).skip(3).frames(1).skip(30).frames(7)
  },
  {
    name: 'more shards under way than files that may be open',
    settings: {
      dtype: 'uint8',
      dimensions: [T({ chunkSize: 1, shardSizeChunks: 3 }), C(), Z({ count: 60 }), ...YX(8, 8)]
    },
    run: (run) => run.frames(3 * 60 * 4 + 7)
  },
  {
    name: 'one frame without any axis but y and x',
    settings: { dtype: 'float64', dimensions: YX(40, 20) },
    run: (run) => run.frames(1)
  }
]

it('the judges see a pixel, a value and a record that are not as expected', async () => {
  const run = new ZarrRun(folder.path, eventDriven(32, 32)).frames(3).finish()
  const wrong = JSON.parse(JSON.stringify(run.expectation())) as {
    frames: { sha256: string; metadata: Record<string, unknown> }[]
  }
  if (wrong.frames[0]) wrong.frames[0].sha256 = '0'.repeat(64)
  if (wrong.frames[1]) wrong.frames[1].metadata['temperature'] = 36.5
  wrong.frames.pop()
  const { failed } = await judge(run.path, { expect: wrong, bioformats: 'off' })
  expect(failed.map(({ rule }) => rule)).toEqual(
    expect.arrayContaining(['exp.pixels', 'exp.values', 'exp.frames'])
  )
}, 60_000)

describe('S10 and S11: layouts before the judges', () => {
  it.each(layouts)(
    '$name',
    async ({ settings, run }) => {
      const done = run(new ZarrRun(folder.path, settings)).finish()
      expect(complaints(await judge(done.path, { expect: done.expectation(), bioformats: 'off' }))).toEqual(
        []
      )
    },
    60_000
  )

  it.each([
    'uint8',
    'int8',
    'int16',
    'uint32',
    'int32',
    'uint64',
    'int64',
    'float16',
    'float32',
    'float64'
  ] as const)(
    'pixels of type %s',
    async (dtype) => {
      const done = new ZarrRun(folder.path, eventDriven(21, 17, { dtype })).frames(4).finish()
      expect(complaints(await judge(done.path, { expect: done.expectation(), bioformats: 'off' }))).toEqual(
        []
      )
    },
    60_000
  )
})

const compressedLayouts: readonly Layout[] = [
  {
    name: 'three frames to a chunk, the last one partly filled, skips',
    settings: {
      dtype: 'uint16',
      compression: 'blosc-lz4',
      dimensions: [T({ chunkSize: 3, shardSizeChunks: 2 }), C(), ...YX(40, 50)]
    },
    run: (run) => run.frames(10).skip(4).frames(12)
  },
  {
    name: 'cut frames, two of them to a chunk, shards smaller than a frame',
    settings: {
      dtype: 'uint16',
      compression: 'zstd',
      dimensions: [
        T({ chunkSize: 2, shardSizeChunks: 2 }),
        ...YX(100, 90, { chunkSize: 32, shardSizeChunks: 2 }, { chunkSize: 40, shardSizeChunks: 1 })
      ]
    },
    run: (run) => run.frames(7)
  },
  {
    name: 'cut frames, a file for each chunk, two positions',
    settings: {
      dtype: 'uint8',
      compression: 'gzip',
      dimensions: [T({ chunkSize: 1 }), P, ...YX(50, 70, { chunkSize: 16 })]
    },
    run: (run) => run.frames(5)
  },
  {
    name: 'index at the start',
    settings: {
      dtype: 'uint16',
      compression: 'blosc-zstd',
      shardIndex: 'start',
      dimensions: [T({ chunkSize: 1, shardSizeChunks: 4 }), ...YX(64, 64)]
    },
    run: (run) => run.frames(6)
  }
]

describe('S10: compressed', () => {
  it.each(compressedLayouts)(
    '$name',
    async ({ settings, run }) => {
      const done = run(new ZarrRun(folder.path, settings)).finish()
      expect(complaints(await judge(done.path, { expect: done.expectation(), bioformats: 'off' }))).toEqual(
        []
      )
    },
    60_000
  )

  it.each(['blosc-lz4', 'blosc-zstd', 'zstd', 'gzip'] as const)(
    '%s, in shards and as files',
    async (compression) => {
      const sharded = new ZarrRun(folder.path, eventDriven(300, 301, { compression })).frames(13).finish()
      expect(
        complaints(await judge(sharded.path, { expect: sharded.expectation(), bioformats: 'off' }))
      ).toEqual([])
      folder.remove()
      folder = scratchFolder()
      const dimensions = [T({ chunkSize: 1 }), ...YX(30, 41)]
      const files = new ZarrRun(folder.path, { dtype: 'float32', compression, dimensions }).frames(5).finish()
      expect(complaints(await judge(files.path, { expect: files.expectation(), bioformats: 'off' }))).toEqual(
        []
      )
    },
    60_000
  )
})

describe('S10: compressed by threads', () => {
  it.each([
    ['whole frames', [T({ chunkSize: 1, shardSizeChunks: 16 }), ...YX(300, 301)]],
    [
      'cut frames, more tasks than fit',
      [T({ chunkSize: 1, shardSizeChunks: 16 }), ...YX(1024, 1030, { chunkSize: 100 })]
    ]
  ])(
    '%s',
    async (_, dimensions) => {
      const settings = { dtype: 'uint16', compression: 'blosc-lz4', dimensions } as const
      const run = new ZarrRun(folder.path, settings, undefined, 16, 2).frames(40).finish()
      expect(complaints(await judge(run.path, { expect: run.expectation(), bioformats: 'off' }))).toEqual([])
    },
    60_000
  )
})

describe('S2: recovered with fewer records than pixels', () => {
  it.each([
    ['in shards', { chunkSize: 1, shardSizeChunks: 4 }],
    ['with three frames to a chunk', { chunkSize: 3, shardSizeChunks: 2 }],
    ['with a file for each frame', { chunkSize: 1 }],
    ['compressed in shards', { chunkSize: 1, shardSizeChunks: 4 }, 'blosc-lz4'],
    ['compressed with three frames to a chunk', { chunkSize: 3, shardSizeChunks: 2 }, 'blosc-lz4'],
    ['with smaller levels', { chunkSize: 3, shardSizeChunks: 2 }, 'blosc-lz4', 2]
  ] as const)(
    '%s, nothing is left of the others',
    async (_, t, compression: Compression = 'none', pyramidLevels: number = 0) => {
      const dimensions = [T(t), ...YX(64, 64)]
      const settings = { dtype: 'uint16', compression, pyramidLevels, dimensions } as const
      const run = new ZarrRun(folder.path, settings).frames(10)
      run.sink.abandon()
      run.keep(4)
      const resumed = resumeZarrSink(run.plan, { memory: run.memory, disk: run.disk })
      for (const frame of run.located) if (resumed.pixels(frame) !== null) resumed.adopt(frame)
      resumed.finish(run.records())
      run.removeJournal()
      expect(complaints(await judge(run.path, { expect: run.expectation(), bioformats: 'off' }))).toEqual([])
    },
    60_000
  )
})
