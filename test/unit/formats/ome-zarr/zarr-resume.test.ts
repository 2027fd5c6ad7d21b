import { existsSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { realDisk } from '../../../../src-main/formats/disk'
import { resumeZarrSink } from '../../../../src-main/formats/ome-zarr/zarr-resume'
import type { Dimension } from '../../../../src-main/formats/settings'
import { eventDriven, scratchFolder, ZarrRun, type Settings } from '../../../support/zarr-run'

let folder: ReturnType<typeof scratchFolder>
beforeEach(() => {
  folder = scratchFolder()
})
afterEach(() => {
  folder.remove()
})

const side = (count: number, chunkSize?: number, shardSizeChunks?: number): Partial<Dimension> => ({
  count,
  ...(chunkSize === undefined ? {} : { chunkSize }),
  ...(shardSizeChunks === undefined ? {} : { shardSizeChunks })
})
const settings = (
  t: Partial<Dimension>,
  y = side(64),
  x = side(64),
  more: Partial<Settings> = {}
): Settings => ({
  dtype: 'uint16',
  dimensions: [
    { name: 't', count: null, type: 'time', ...t },
    { name: 'y', count: 64, type: 'space', ...y },
    { name: 'x', count: 64, type: 'space', ...x }
  ],
  ...more
})

const layouts: readonly [string, Settings][] = [
  ['default shards', eventDriven(64, 64)],
  ['small shards', settings({ chunkSize: 1, shardSizeChunks: 4 })],
  [
    'index at the start',
    settings({ chunkSize: 1, shardSizeChunks: 4 }, side(64), side(64), { shardIndex: 'start' })
  ],
  ['three frames to a chunk', settings({ chunkSize: 3, shardSizeChunks: 2 })],
  ['a file for each frame', settings({ chunkSize: 1 })],
  [
    'blosc-lz4',
    settings({ chunkSize: 1, shardSizeChunks: 4 }, side(64), side(64), { compression: 'blosc-lz4' })
  ],
  ['zstd, a file for each frame', settings({ chunkSize: 1 }, side(64), side(64), { compression: 'zstd' })],
  [
    'blosc-lz4, three frames to a chunk',
    settings({ chunkSize: 3, shardSizeChunks: 2 }, side(64), side(64), { compression: 'blosc-lz4' })
  ],
  [
    'gzip, two frames to a chunk and file',
    settings({ chunkSize: 2 }, side(64), side(64), { compression: 'gzip' })
  ],
  [
    'blosc-lz4, cut frames in shards smaller than a frame',
    settings({ chunkSize: 1, shardSizeChunks: 3 }, side(64, 40, 1), side(64, 24, 2), {
      compression: 'blosc-lz4'
    })
  ],
  [
    'blosc-zstd, cut frames, two of them to a chunk',
    settings({ chunkSize: 2, shardSizeChunks: 2 }, side(64, 30, 1), side(64, 24, 2), {
      compression: 'blosc-zstd'
    })
  ],
  [
    'smaller levels',
    settings({ chunkSize: 3, shardSizeChunks: 2 }, side(64, 40), side(64), { pyramidLevels: 2 })
  ],
  [
    'compressed smaller levels',
    settings({ chunkSize: 1, shardSizeChunks: 4 }, side(64), side(64), {
      compression: 'zstd',
      pyramidLevels: 1
    })
  ],
  ['cut frames', settings({ chunkSize: 2, shardSizeChunks: 2 }, side(64, 40, 1), side(64, 24, 2))]
]

/** Files below a folder with their bytes, so that two states of a dataset can be told apart. */
function contents(path: string, below = ''): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of readdirSync(join(path, below))) {
    const at = join(below, name)
    if (statSync(join(path, at)).isDirectory()) Object.assign(found, contents(path, at))
    else
      found[at] = createHash('sha256')
        .update(readFileSync(join(path, at)))
        .digest('hex')
  }
  return found
}

function recover(run: ZarrRun): void {
  const resumed = resumeZarrSink(run.plan, { memory: run.memory, disk: realDisk })
  for (const frame of run.located) {
    const pixels = resumed.pixels(frame)
    if (pixels === null) throw new Error(`frame ${frame.frame} has no pixels`)
    expect(createHash('sha256').update(pixels).digest('hex')).toBe(run.hashes[frame.frame])
    resumed.adopt(frame)
  }
  resumed.finish(run.records())
}

describe.each(layouts)('S2: a run that broke off, %s', (_, layout) => {
  it('becomes byte for byte what a clean close would have made of the same frames', () => {
    const whole = new ZarrRun(folder.path, layout).frames(9).finish()
    const wanted = contents(whole.path)
    folder.remove()
    folder = scratchFolder()

    const broken = new ZarrRun(folder.path, layout, realDisk, 4).frames(9)
    broken.sink.abandon()
    recover(broken)
    expect(contents(broken.path)).toEqual(normal(wanted, contents(broken.path)))
    const first = contents(broken.path)
    recover(broken)
    expect(contents(broken.path)).toEqual(first)
  })

  it('loses the pixels of frames without a record, not more', () => {
    const broken = new ZarrRun(folder.path, layout, realDisk, 4).frames(9)
    broken.sink.abandon()
    recover(broken.keep(5))
    const again = resumeZarrSink(broken.plan, { memory: broken.memory, disk: realDisk })
    const hashes = broken.located.map((frame) => {
      const pixels = again.pixels(frame)
      return pixels === null ? null : createHash('sha256').update(pixels).digest('hex')
    })
    again.abandon()
    expect(hashes).toEqual(broken.hashes)
    const { shape } = JSON.parse(readFileSync(join(broken.path, '0/zarr.json'), 'utf8')) as {
      shape: number[]
    }
    expect(shape[0]).toBe(5)
    expect(existsSync(join(broken.path, '0/c/8'))).toBe(false)
  })
})

/** The groups' documents tell when the acquisition began, which differs from run to run. */
function normal(wanted: Record<string, string>, found: Record<string, string>): Record<string, string> {
  const result = { ...wanted }
  for (const name of ['zarr.json', 'OME/METADATA.ome.xml'])
    if (name in wanted) result[name] = found[name] ?? 'missing'
  return result
}

describe('S17: a torn file', () => {
  it('has no pixels for the frames past its end', () => {
    const broken = new ZarrRun(folder.path, settings({ chunkSize: 1, shardSizeChunks: 4 })).frames(3)
    broken.sink.abandon()
    const shard = join(broken.path, '0/c/0/0/0')
    truncateSync(shard, statSync(shard).size - 1)
    const resumed = resumeZarrSink(broken.plan, { memory: broken.memory, disk: realDisk })
    expect(broken.located.map((frame) => resumed.pixels(frame) !== null)).toEqual([true, true, false])
    resumed.abandon()
  })
})
