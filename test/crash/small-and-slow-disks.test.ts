/** Disks that are slow or small: back-pressure, and a run that a full disk ends. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Faults } from '../../src-main/formats/faulty-disk'
import type { AcquisitionSettings } from '../../src-main/formats/settings'
import { createStream, type AppendStream, type StreamOptions } from '../../src-main/formats/stream'
import { writerThread } from '../support/bundle'
import { readTiff } from '../support/read-tiff'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-disks-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const W = 64
const H = 32
const settings = (more: Partial<AcquisitionSettings> = {}): AcquisitionSettings => ({
  rootPath: join(folder, 'run'),
  dimensions: [
    { name: 't', count: null },
    { name: 'y', count: H },
    { name: 'x', count: W }
  ],
  dtype: 'uint16',
  format: 'ome-tiff',
  ...more
})

const open = async (
  more: Partial<AcquisitionSettings> = {},
  options: StreamOptions = {}
): Promise<AppendStream> => createStream(settings(more), { threadFile: await writerThread(), ...options })

const frame = (n: number): Uint16Array => new Uint16Array(W * H).fill(n + 1)
const planes = (path: string): number[] => {
  const tiff = readTiff(path)
  return tiff.pages.map((_, i) => tiff.plane(i)[0] ?? -1)
}

/** Appends until it fails or there are enough; answers how many were taken. */
async function appendAll(stream: AppendStream, frames: number): Promise<number> {
  for (let i = 0; i < frames; i++) {
    try {
      await stream.append(frame(i), { metadata: { n: i } })
    } catch {
      return i
    }
  }
  return frames
}

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
  expect(planes(join(folder, 'run.ome.tiff'))).toEqual(Array.from({ length: 200 }, (_, i) => i + 1))
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
    const small = join(folder, 'small')
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
