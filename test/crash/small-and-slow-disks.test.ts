/** Disks that are slow or small: back-pressure, and a run that a full disk ends. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Faults } from '../../src-main/formats/faulty-disk'
import { readTiff } from '../support/read-tiff'
import { appendAll, planes, smallStreams } from '../support/small-stream'

const streams = smallStreams()
const open: typeof streams.open = (more, options) => streams.open(more, options)

test('S4 a slow disk brakes, and close waits for all of it', { timeout: 60_000 }, async () => {
  const faults: Faults = { on: 'rename', after: 1e9, code: 'EIO', slowMs: 50, path: 'none' }
  const stream = await open({}, { faults, poolBytes: 1, rhythm: { syncMs: 5000 } })
  const least = stream.pool.slots
  expect(await appendAll(stream, 200)).toBe(200)
  expect(stream.counters.accepted - stream.counters.written).toBeLessThanOrEqual(200)
  expect(least).toBe(4)
  const seen: number[] = []
  expect(await stream.close((written) => seen.push(written))).toMatchObject({ frames: 200 })
  expect(seen[seen.length - 1]).toBe(200)
  expect(planes(join(streams.folder, 'run.ome.tiff'))).toEqual(Array.from({ length: 200 }, (_, i) => i + 1))
})

test('on a disk that is never idle frames become durable all the same', { timeout: 60_000 }, async () => {
  const faults: Faults = { on: 'rename', after: 1e9, code: 'EIO', slowMs: 50, path: 'none' }
  const large = [
    { name: 't', count: null, type: 'time' },
    { name: 'y', count: 512, type: 'space' },
    { name: 'x', count: 512, type: 'space' }
  ] as const
  const rhythm = { flushMs: 50, checkpointMs: 250, syncMs: 100 }
  const stream = await open({ dimensions: large }, { faults, poolBytes: 40 * 2 * 512 * 512, rhythm })
  for (let i = 0; i < 150; i++) await stream.append(new Uint16Array(512 * 512))
  const { durable } = stream.counters
  await stream.close()
  expect(durable).toBeGreaterThan(20)
})

const canMount = ((): boolean => {
  if (process.getuid?.() !== 0) return false
  const at = mkdtempSync(join(tmpdir(), 'benchframe-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', at])
    execFileSync('umount', [at])
    return true
  } catch {
    return false
  } finally {
    rmSync(at, { recursive: true })
  }
})()

describe.skipIf(!canMount)('a disk that fills up (needs root for a small tmpfs)', () => {
  test.each([
    ['ome-tiff', 2],
    ['ome-zarr', 2],
    ['both', 3],
    ['both', 7]
  ] as const)('%s on %i MB ends as a whole, shorter dataset without a journal', async (format, megabytes) => {
    const small = join(streams.folder, 'small')
    mkdirSync(small)
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', small])
    try {
      const stream = await open({ format, rootPath: join(small, 'run') }, { poolBytes: 1024 * 1024 })
      const taken = await appendAll(stream, 5000)
      expect(taken).toBeLessThan(5000)
      expect(stream.failure?.code).toBe('disk.full')
      const report = await stream.close()
      expect(report).toMatchObject({ end: 'disk full', state: 'complete' })
      expect(report.frames).toBeGreaterThan(20)
      expect(report.frames).toBeLessThanOrEqual(taken)
      expect(readdirSync(small).filter((name) => name.includes('journal'))).toEqual([])
      if (format === 'ome-zarr') return
      const tiff = readTiff(join(small, 'run.ome.tiff'))
      expect(tiff.pages.length).toBe(report.frames)
      expect(tiff.xml.match(/<Plane /g)?.length).toBe(report.frames)
      expect(planes(join(small, 'run.ome.tiff'))).toEqual(
        Array.from({ length: report.frames }, (_, i) => (i + 1) & 255)
      )
    } finally {
      execFileSync('umount', ['-l', small])
    }
  })
})
