/** The writer's core without its thread: a disk that fails at every single call, one after the other. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Failed, type Failure } from '../../src-preload/contract/failure'
import { realDisk, type Disk } from '../../src-main/formats/disk'
import { faultyDisk, type Faults } from '../../src-main/formats/faulty-disk'
import { createFramePool } from '../../src-main/formats/frame-pool'
import { planStream } from '../../src-main/formats/plan'
import { recover } from '../../src-main/formats/recover'
import type { AcquisitionSettings } from '../../src-main/formats/settings'
import type { StreamReport } from '../../src-main/formats/sink'
import { Writer } from '../../src-main/formats/writer'
import { readTiff, type TiffPage } from '../support/read-tiff'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-writer-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const W = 64
const H = 32
const FRAMES = 12

interface Outcome {
  readonly refused: Failure | null
  readonly failure: Failure | null
  readonly report: StreamReport | null
  readonly written: number
  readonly slotsFreed: number
}

/** Records twelve frames in small batches with a checkpoint and a sync after each. */
function record(root: string, more: Partial<AcquisitionSettings>, disk: Disk): Outcome {
  const dimensions = [
    { name: 't', count: null },
    { name: 'y', count: H },
    { name: 'x', count: W }
  ]
  const plan = planStream({ rootPath: root, dimensions, dtype: 'uint16', format: 'ome-tiff', ...more })
  const pool = createFramePool(plan.frame, 1)
  let freed = 0
  let now = 0
  let failure: Failure | null = null
  let writer: Writer
  try {
    writer = Writer.create(plan, {
      disk,
      memory: pool.memory,
      layout: pool.layout,
      free: () => (freed += 1),
      failed: (first) => (failure = first),
      now: () => now
    })
  } catch (error) {
    if (!(error instanceof Failed)) throw error
    return { refused: error, failure: null, report: null, written: 0, slotsFreed: 0 }
  }
  for (let n = 0; n < FRAMES; n++) {
    const slot = n % pool.slots
    pool.pixels(slot).fill(n + 1)
    writer.frame(slot, Buffer.from(`{"n":${n}}`))
    now += 1000
    writer.tick(true)
  }
  let report: StreamReport | null = null
  try {
    report = writer.close()
  } catch (error) {
    if (!(error instanceof Failed)) throw error
  }
  return { refused: null, failure, report, written: writer.written, slotsFreed: freed }
}

/** Planes and records of the TIFF, if there is one: plane n must hold n + 1 everywhere. */
function framesIn(root: string): number {
  const tiff = readTiff(`${root}.ome.tiff`)
  tiff.pages.forEach((_, n) => {
    // Smaller levels of a plane that is the same everywhere are, too; all planes have them or none.
    for (const level of [tiff.pages[n] as TiffPage, ...(tiff.pages[n]?.levels ?? [])])
      expect(tiff.picture(level).every((byte) => byte === n + 1)).toBe(true)
    expect(tiff.pages[n]?.levels.length).toBe(tiff.pages[0]?.levels.length)
  })
  expect([...tiff.xml.matchAll(/<M K="n">(\d+)</g)].map((found) => Number(found[1]))).toEqual(
    tiff.pages.map((_, n) => n)
  )
  return tiff.pages.length
}

/** How many calls of a kind a whole recording makes. */
function callsOf(on: Faults['on'], more: Partial<AcquisitionSettings>): number {
  let calls = 0
  const counting: Disk = {
    ...realDisk,
    open: (path, flags) => (on === 'open' && calls++, realDisk.open(path, flags)),
    write: (fd, bytes, position) => (on === 'write' && calls++, realDisk.write(fd, bytes, position)),
    datasync: (fd) => (on === 'sync' && calls++, realDisk.datasync(fd)),
    sync: (fd) => (on === 'sync' && calls++, realDisk.sync(fd)),
    rename: (from, to) => (on === 'rename' && calls++, realDisk.rename(from, to))
  }
  record(join(folder, 'counted'), more, counting)
  return calls
}

const formats: readonly Partial<AcquisitionSettings>[] = [
  { format: 'ome-tiff' },
  { format: 'ome-tiff', compression: 'deflate' },
  { format: 'ome-tiff', tileSize: 16, pyramidLevels: 2 },
  { format: 'both' }
]

describe.each(formats)('%o', (more) => {
  test('S4 ENOSPC at every write, once: a whole dataset of what was written, or a clear failure that recovery ends', async () => {
    const calls = callsOf('write', more)
    expect(calls).toBeGreaterThan(30)
    for (let after = 0; after < calls; after++) {
      const root = join(folder, `full-${after}`)
      const faults: Faults = { on: 'write', after, code: 'ENOSPC', once: true }
      const { refused, failure, report, written, slotsFreed } = record(
        root,
        more,
        faultyDisk(realDisk, faults)
      )
      if (refused !== null) {
        expect(refused.code).toBe('disk.full')
        expect(readdirSync(folder).filter((name) => name.startsWith(`full-${after}.`))).toEqual([])
        continue
      }
      expect(failure).toMatchObject({ code: 'disk.full' })
      expect(slotsFreed).toBe(FRAMES)
      if (report === null) {
        // The disk filled up in the middle of finishing: nothing is lost, recovery finishes.
        expect((await recover(`${root}.journal`)).frames).toBe(FRAMES)
        expect(framesIn(root)).toBe(FRAMES)
      } else {
        expect(report).toMatchObject({ end: 'disk full', state: 'complete' })
        expect(report.frames).toBeGreaterThanOrEqual(written === FRAMES ? FRAMES : Math.max(0, written))
        if (report.frames > 0) expect(framesIn(root)).toBe(report.frames)
      }
      expect(readdirSync(folder).filter((name) => name.startsWith(`full-${after}.journal`))).toEqual([])
    }
  })

  test.each(['write', 'sync', 'open', 'rename'] as const)(
    'S3 EIO at every %s, from then on: told, and recovery keeps what was written',
    async (on) => {
      const calls = callsOf(on, more)
      for (let after = 0; after < calls; after++) {
        const root = join(folder, `io-${on}-${after}`)
        const { refused, failure, report, written, slotsFreed } = record(
          root,
          more,
          faultyDisk(realDisk, { on, after, code: 'EIO' })
        )
        if (refused !== null) continue
        expect(failure).toMatchObject({ code: 'disk.io' })
        expect(report).toBeNull()
        expect(slotsFreed).toBe(FRAMES)
        const recovered = await recover(`${root}.journal`)
        if (recovered.action === 'nothing to do') {
          expect(framesIn(root)).toBe(FRAMES) // only the journal's folder could not be removed
          continue
        }
        expect(recovered.frames).toBeGreaterThanOrEqual(written)
        if (recovered.frames > 0) expect(framesIn(root)).toBe(recovered.frames)
        expect(readdirSync(folder).filter((name) => name === `io-${on}-${after}.journal`)).toEqual([])
      }
    }
  )
})
