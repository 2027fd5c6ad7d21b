// An OME-Zarr that tensorstore opens while it is being recorded.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runPython } from '../support/judge'
import { T, YX } from '../support/zarr-axes'
import { scratchFolder, ZarrRun } from '../support/zarr-run'

let folder: ReturnType<typeof scratchFolder>
beforeEach(() => {
  folder = scratchFolder()
})
afterEach(() => {
  folder.remove()
})

describe('S2 and S16: read by others while it is recorded', () => {
  it.each([
    ['index at the end: complete shards', { shardIndex: 'end' }, 4],
    ['index at the start: all that is synced', { shardIndex: 'start' }, 6],
    ['compressed, index at the start', { shardIndex: 'start', compression: 'blosc-lz4' }, 6]
  ] as const)(
    '%s',
    async (_, more, shown) => {
      const dimensions = [T({ chunkSize: 1, shardSizeChunks: 4 }), ...YX(64, 64)]
      const run = new ZarrRun(folder.path, { dtype: 'uint16', dimensions, ...more }).frames(6)
      run.sink.checkpoint()
      run.sink.sync()
      const script = `
import sys, hashlib, numpy as np, tensorstore
spec = {'driver': 'zarr3', 'kvstore': {'driver': 'file', 'path': sys.argv[1] + '/0'}}
pixels = np.asarray(tensorstore.open(spec, read=True, write=False).result().read().result())
for plane in pixels:
    print(hashlib.sha256(plane.tobytes()).hexdigest())
`
      const { stdout } = await runPython(['-c', script, run.path])
      expect(stdout.trim().split('\n')).toEqual(run.hashes.slice(0, shown))
      run.sink.abandon()
    },
    60_000
  )
})
