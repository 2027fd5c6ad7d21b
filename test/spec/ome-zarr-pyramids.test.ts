// Smaller levels beside the full one, before the judges and numpy.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { complaints, judge, runPython } from '../support/judge'
import { C, P, T, YX } from '../support/zarr-axes'
import { eventDriven, scratchFolder, ZarrRun, type Layout } from '../support/zarr-run'

let folder: ReturnType<typeof scratchFolder>
beforeEach(() => {
  folder = scratchFolder()
})
afterEach(() => {
  folder.remove()
})

const pyramids: readonly Layout[] = [
  {
    name: 'odd sizes, three smaller levels',
    settings: { ...eventDriven(75, 61), pyramidLevels: 3 },
    run: (run) => run.frames(11)
  },
  {
    name: 'compressed and cut, two positions, channels, the second position short of a step',
    settings: {
      dtype: 'float32',
      compression: 'blosc-lz4',
      pyramidLevels: 2,
      dimensions: [
        T({ chunkSize: 2, shardSizeChunks: 2 }),
        P,
        C(),
        ...YX(100, 90, { chunkSize: 32 }, { chunkSize: 40 })
      ]
    },
    run: (run) => run.frames(9).skip(2).frames(3)
  },
  {
    name: 'a file for each frame down to one pixel',
    settings: { dtype: 'uint8', pyramidLevels: 5, dimensions: [T({ chunkSize: 1 }), ...YX(16, 9)] },
    run: (run) => run.frames(4)
  }
]

describe('pyramids', () => {
  it.each(pyramids)(
    '$name',
    async ({ settings, run }) => {
      const done = run(new ZarrRun(folder.path, settings)).finish()
      expect(complaints(await judge(done.path, { expect: done.expectation(), bioformats: 'off' }))).toEqual(
        []
      )
    },
    60_000
  )

  it('a level is the mean of two by two pixels of the one before, as numpy sees it', async () => {
    const run = new ZarrRun(folder.path, { ...eventDriven(64, 48), pyramidLevels: 2 }).frames(5).finish()
    const script = `
import sys, numpy as np, zarr
a = [np.asarray(zarr.open_array(sys.argv[1] + '/' + str(k), mode='r')[:]).astype(np.int64) for k in range(3)]
for fine, coarse in zip(a, a[1:]):
    t, y, x = fine.shape
    mean = (fine.reshape(t, y // 2, 2, x // 2, 2).sum(axis=(2, 4)) + 2) // 4
    print((mean == coarse).all(), coarse.any())
`
    const { stdout } = await runPython(['-c', script, run.path])
    expect(stdout.trim().split('\n')).toEqual(['True True', 'True True'])
  }, 60_000)
})
