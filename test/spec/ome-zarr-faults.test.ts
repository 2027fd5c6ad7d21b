// A disk that fills up, or fails, at every single write of an OME-Zarr: what is finished or recovered after it holds right frames and nothing else.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { realDisk, type Disk } from '../../src-main/formats/disk'
import { resumeZarrSink } from '../../src-main/formats/ome-zarr/zarr-resume'
import type { Dimension } from '../../src-main/formats/settings'
import { judgesPython } from '../support/judge'
import { eventDriven, scratchFolder, ZarrRun, type Settings } from '../support/zarr-run'

let folder: ReturnType<typeof scratchFolder>
beforeEach(() => {
  folder = scratchFolder()
})
afterEach(() => {
  folder.remove()
})

/** Fails from write number `from` on, after half of it was written, until it is healed. */
class FailingDisk implements Disk {
  left: number
  failed = false
  healed = false
  constructor(
    from: number,
    private readonly code: string
  ) {
    this.left = from
  }
  open = realDisk.open
  close = realDisk.close
  read = realDisk.read
  size = realDisk.size
  truncate = realDisk.truncate
  datasync = realDisk.datasync
  sync = realDisk.sync
  rename = realDisk.rename
  unlink = realDisk.unlink
  makeFolder = realDisk.makeFolder
  makeFolders = realDisk.makeFolders
  removeFolder = realDisk.removeFolder
  exists = realDisk.exists
  list = realDisk.list
  write(fd: number, bytes: Uint8Array, position: number): number {
    if (this.left-- > 0 || this.healed) return realDisk.write(fd, bytes, position)
    const half = Math.floor(bytes.length / 8192) * 4096
    if (!this.failed && half > 0) {
      this.failed = true
      this.left = 0
      return realDisk.write(fd, bytes.subarray(0, half), position)
    }
    this.failed = true
    throw Object.assign(new Error(`${this.code}: injected`), { code: this.code })
  }
}

const T = (chunkSize: number, shardSizeChunks?: number): Dimension => ({
  name: 't',
  count: null,
  type: 'time',
  chunkSize,
  ...(shardSizeChunks === undefined ? {} : { shardSizeChunks })
})
const side = (name: string, more: Partial<Dimension> = {}): Dimension => ({
  name,
  count: 64,
  type: 'space',
  ...more
})
const settings = (t: Dimension, more: Partial<Settings> = {}, y = side('y'), x = side('x')): Settings => ({
  dtype: 'uint16',
  dimensions: [t, y, x],
  ...more
})

const layouts: readonly [string, Settings][] = [
  ['default', eventDriven(64, 64)],
  ['small shards', settings(T(1, 4))],
  ['index at the start', settings(T(1, 4), { shardIndex: 'start' })],
  ['three frames to a chunk', settings(T(3, 2))],
  ['a file for each frame', settings(T(1))],
  [
    'cut frames',
    settings(T(2, 2), {}, side('y', { chunkSize: 40 }), side('x', { chunkSize: 24, shardSizeChunks: 2 }))
  ],
  ['blosc-lz4', settings(T(1, 4), { compression: 'blosc-lz4' })],
  ['zstd, three frames to a chunk', settings(T(3, 2), { compression: 'zstd' })],
  ['gzip, cut frames', settings(T(1, 4), { compression: 'gzip' }, side('y', { chunkSize: 40 }))]
]

const FRAMES = 13
const MOST_WRITES = 140

/** What tensorstore says to all of them at once. */
function complaints(runs: readonly ZarrRun[]): string[] {
  const input = JSON.stringify(runs.map((run) => ({ path: run.path, expect: run.expectation() })))
  const output = execFileSync(judgesPython(), [join(import.meta.dirname, '../support/read-zarr.py')], {
    input
  })
  const found = JSON.parse(output.toString()) as string[][]
  return found.flatMap((list, n) => list.map((text) => `failure ${n}: ${text}`))
}

/** Runs that fail at one write each, up to the first that does not get that far; `after` makes a dataset of what is left. */
function failing(
  layout: Settings,
  code: string,
  after: (run: ZarrRun, disk: FailingDisk) => void
): ZarrRun[] {
  const left: ZarrRun[] = []
  for (let from = 0; from < MOST_WRITES; from++) {
    const disk = new FailingDisk(from, code)
    let run: ZarrRun
    try {
      run = new ZarrRun(join(folder.path, String(from)), layout, disk, 3)
    } catch {
      continue // at a document of the empty dataset: there is none then
    }
    try {
      run.frames(FRAMES)
      run.sink.checkpoint()
      run.sink.sync()
    } catch (error) {
      expect(error).toMatchObject({ code: code === 'ENOSPC' ? 'disk.full' : 'disk.io' })
    }
    if (!disk.failed) {
      run.sink.abandon()
      return left
    }
    disk.healed = true
    if (run.entries.length === 0) {
      run.sink.remove()
      continue
    }
    after(run, disk)
    run.removeJournal()
    left.push(run)
  }
  throw new Error(`more than ${MOST_WRITES} writes`)
}

it('the reader sees another pixel, a missing record and a frame too many', () => {
  const run = new ZarrRun(folder.path, eventDriven(64, 64)).frames(5).finish()
  run.hashes[0] = '0'.repeat(64)
  run.entries.pop()
  expect(complaints([run])).toEqual([
    'failure 0: (0,): other pixels',
    'failure 0: (4,): pixels without a record',
    'failure 0: 5 records, wanted 4, or others'
  ])
})

describe.each(layouts)('%s', (_, layout) => {
  it('a full disk ends in a valid, shorter dataset', () => {
    const runs = failing(layout, 'ENOSPC', (run) => {
      run.sink.finish(run.records())
    })
    expect(runs.length).toBeGreaterThan(3)
    expect(complaints(runs)).toEqual([])
  }, 120_000)

  it('S1 and S2: after an error of the disk, recovery brings every frame that was written', () => {
    const runs = failing(layout, 'EIO', (run) => {
      run.sink.abandon()
      const resumed = resumeZarrSink(run.plan, { memory: run.memory, disk: realDisk })
      for (const frame of run.located) {
        expect(resumed.pixels(frame)).not.toBeNull()
        resumed.adopt(frame)
      }
      resumed.finish(run.records())
    })
    expect(runs.length).toBeGreaterThan(3)
    expect(complaints(runs)).toEqual([])
  }, 120_000)
})
