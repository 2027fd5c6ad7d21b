// The process dies at every single change it makes to the disk, in recording, in closing and in recovery: a recovery after it brings all that was journaled.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { realDisk, type Disk } from '../../src-main/formats/disk'
import { resumeZarrSink } from '../../src-main/formats/ome-zarr/zarr-resume'
import type { Dimension } from '../../src-main/formats/settings'
import { DyingDisk } from '../support/dying-disk'
import { judgesPython } from '../support/judge'
import { scratchFolder, ZarrRun, type Settings } from '../support/zarr-run'

let folder: ReturnType<typeof scratchFolder>
beforeEach(() => {
  folder = scratchFolder()
})
afterEach(() => {
  folder.remove()
})

const layout = (
  t: Partial<Dimension>,
  more: Partial<Settings> = {},
  y: Partial<Dimension> = {}
): Settings => ({
  dtype: 'uint16',
  dimensions: [
    { name: 't', count: null, type: 'time', ...t },
    { name: 'y', count: 64, type: 'space', ...y },
    { name: 'x', count: 64, type: 'space' }
  ],
  ...more
})

const layouts: readonly [string, Settings][] = [
  ['smaller levels', layout({ chunkSize: 2, shardSizeChunks: 2 }, { pyramidLevels: 2 })],
  ['small shards', layout({ chunkSize: 1, shardSizeChunks: 4 })],
  ['index at the start', layout({ chunkSize: 1, shardSizeChunks: 4 }, { shardIndex: 'start' })],
  ['three frames to a chunk', layout({ chunkSize: 3, shardSizeChunks: 2 })],
  ['a file for each frame', layout({ chunkSize: 1 })],
  ['blosc-lz4', layout({ chunkSize: 1, shardSizeChunks: 4 }, { compression: 'blosc-lz4' })],
  [
    'blosc-lz4, three frames to a chunk',
    layout({ chunkSize: 3, shardSizeChunks: 2 }, { compression: 'blosc-lz4' })
  ],
  [
    'blosc-lz4, cut frames',
    layout({ chunkSize: 1, shardSizeChunks: 4 }, { compression: 'blosc-lz4' }, { chunkSize: 40 })
  ]
]

const FRAMES = 11

function complaints(runs: readonly ZarrRun[]): string[] {
  const input = JSON.stringify(runs.map((run) => ({ path: run.path, expect: run.expectation() })))
  const output = execFileSync(judgesPython(), [join(import.meta.dirname, '../support/read-zarr.py')], {
    input
  })
  return (JSON.parse(output.toString()) as string[][]).flatMap((list, n) =>
    list.map((text) => `death ${n}: ${text}`)
  )
}

function recover(run: ZarrRun, disk: Disk): void {
  const resumed = resumeZarrSink(run.plan, { memory: run.memory, disk })
  try {
    for (const frame of run.located) {
      if (resumed.pixels(frame) === null) throw new Error(`frame ${frame.frame} has no pixels`)
      resumed.adopt(frame)
    }
    resumed.finish(run.records())
  } finally {
    resumed.abandon()
  }
}

/** Lives through `life` on a disk that dies at change 0, 1, 2 …, until one time it does not die; each time a recovery follows. */
function deaths(settings: Settings, life: (run: ZarrRun, disk: DyingDisk) => void): ZarrRun[] {
  const runs: ZarrRun[] = []
  for (let n = 0; ; n++) {
    const disk = new DyingDisk(Infinity)
    const run = new ZarrRun(join(folder.path, String(n)), settings, disk, 3)
    disk.at = disk.count + n
    try {
      life(run, disk)
    } catch (error) {
      if (!disk.died) throw error
      run.sink.abandon()
    }
    if (run.entries.length > 0) {
      recover(run, realDisk)
      run.removeJournal()
      runs.push(run)
    }
    if (!disk.died) return runs
  }
}

describe.each(layouts)('S1 and S2: %s', (_, settings) => {
  it('dies while it records and closes', () => {
    const runs = deaths(settings, (run) => {
      run.frames(FRAMES)
      run.sink.checkpoint()
      run.sink.sync()
      run.sink.finish(run.records())
    })
    expect(runs.length).toBeGreaterThan(20)
    expect(complaints(runs)).toEqual([])
  }, 120_000)

  it('dies while it recovers fewer frames than have pixels', () => {
    const runs = deaths(settings, (run, disk) => {
      const { at } = disk
      disk.at = Infinity
      const before = disk.count
      run.frames(FRAMES)
      run.sink.sync()
      run.sink.abandon()
      run.keep(7)
      disk.at = at + disk.count - before
      recover(run, disk)
    })
    expect(runs.length).toBeGreaterThan(10)
    expect(complaints(runs)).toEqual([])
  }, 120_000)
})
