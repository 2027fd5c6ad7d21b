/** Tiles and smaller levels in an OME-TIFF: what a reader of nothing but TIFF finds, after a run, a kill, a full disk, and a run too fast to make levels in. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { AcquisitionSettings, Dimension } from '../../../../src-main/formats/settings'
import { realDisk, type Disk } from '../../../../src-main/formats/disk'
import { createFramePool } from '../../../../src-main/formats/frame-pool'
import { planStream } from '../../../../src-main/formats/plan'
import { recover } from '../../../../src-main/formats/recover'
import type { AppendStream, StreamOptions } from '../../../../src-main/formats/stream'
import { Writer } from '../../../../src-main/formats/writer'
import { DyingDisk } from '../../../support/dying-disk'
import { readTiff, type TiffPage } from '../../../support/read-tiff'
import { smallStreams } from '../../../support/small-stream'

const streams = smallStreams()
const WIDTH = 75
const HEIGHT = 61
const t: Dimension = { name: 't', count: null }
const yx: Dimension[] = [
  { name: 'y', count: HEIGHT },
  { name: 'x', count: WIDTH }
]

const open = (more: Partial<AcquisitionSettings>, options: StreamOptions = {}): Promise<AppendStream> =>
  streams.open({ dimensions: [t, ...yx], ...more }, options)

const pixels = (n: number): Uint16Array =>
  Uint16Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i * 31 + n * 977 + (i >> 6) * 5) & 0xffff)

/** The mean of two by two, rounded half up; an odd last row or column counts twice. */
function halved(fine: Uint16Array, width: number, height: number): Uint16Array {
  const at = (y: number, x: number): number =>
    fine[Math.min(y, height - 1) * width + Math.min(x, width - 1)] ?? 0
  const out = Math.ceil(width / 2)
  return Uint16Array.from({ length: out * Math.ceil(height / 2) }, (_, i) => {
    const y = 2 * Math.floor(i / out)
    const x = 2 * (i % out)
    return Math.floor((at(y, x) + at(y, x + 1) + at(y + 1, x) + at(y + 1, x + 1) + 2) / 4)
  })
}

function levelsOf(full: Uint16Array, count: number): Uint16Array[] {
  const levels = [full]
  for (let k = 0; k < count; k++)
    levels.push(halved(levels[k] as Uint16Array, Math.ceil(WIDTH / 2 ** k), Math.ceil(HEIGHT / 2 ** k)))
  return levels
}

/** Every level of every page, against what frames with these numbers give; null: a plane of zeros. `records`: of the whole set. */
function expectLevels(
  path: string,
  frames: readonly (number | null)[],
  count: number,
  records?: number
): void {
  const tiff = readTiff(path)
  expect(tiff.pages).toHaveLength(frames.length)
  expect(tiff.xml.match(/<Plane /g)).toHaveLength(records ?? frames.filter((n) => n !== null).length)
  const shown = (page: TiffPage): Buffer => Buffer.from(tiff.picture(page))
  frames.forEach((n, i) => {
    const page = tiff.pages[i] as TiffPage
    const full = n === null ? new Uint16Array(WIDTH * HEIGHT) : pixels(n)
    const wanted = levelsOf(full, count).map((level) => Buffer.from(level.buffer))
    const found = [page, ...page.levels]
    expect(found.length).toBe(count + 1)
    found.forEach((level, k) => expect(shown(level).equals(wanted[k] as Buffer)).toBe(true))
    for (const level of page.levels) expect(level.tags.get(254)).toBe(1)
  })
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n)
const file = (name = 'run.ome.tiff'): string => join(streams.folder, name)

describe('tiles', () => {
  test.each(['none', 'deflate'] as const)('of a plane, the last ones whole, with %s', async (compression) => {
    const stream = await open({ tileSize: 32, compression })
    for (let n = 0; n < 130; n++) await stream.append(pixels(n))
    await stream.close()
    expectLevels(file(), numbers(130), 0)
    const { tags } = readTiff(file()).pages[0] as TiffPage
    expect([322, 323, 273, 278, 279, 330].map((tag) => tags.get(tag))).toEqual([
      32,
      32,
      undefined,
      undefined,
      undefined,
      undefined
    ])
  })

  test('a tile is no larger than it must be, and a plane that fits into one is a strip', async () => {
    const flat = await open({
      rootPath: file('flat'),
      tileSize: 64,
      dimensions: [t, { name: 'y', count: 20 }, { name: 'x', count: 100 }]
    })
    await flat.append(new Uint16Array(2000))
    await flat.close()
    const { tags } = readTiff(file('flat.ome.tiff')).pages[0] as TiffPage
    expect([tags.get(322), tags.get(323)]).toEqual([64, 32])
    const small = await open({ rootPath: file('small'), tileSize: 128 })
    await small.append(pixels(0))
    await small.close()
    expect(readTiff(file('small.ome.tiff')).pages[0]?.tags.has(322)).toBe(false)
  })

  test('are refused where no tile can be so large, and for OME-Zarr alone', async () => {
    await expect(open({ tileSize: 100 })).rejects.toMatchObject({
      message: expect.stringMatching(/tileSize.*multiple of 16/) as string
    })
    await expect(open({ tileSize: 64, format: 'ome-zarr' })).rejects.toMatchObject({
      message: expect.stringMatching(/tileSize.*chunkSize/) as string
    })
  })
})

describe('smaller levels', () => {
  test.each([
    ['none', 32, 1],
    ['none', 16, 3],
    ['none', undefined, 2],
    ['deflate', 32, 2],
    ['deflate', undefined, 7]
  ] as const)('with %s, tiles of %s, %i levels', async (compression, tileSize, pyramidLevels) => {
    const stream = await open({ compression, pyramidLevels, ...(tileSize === undefined ? {} : { tileSize }) })
    for (let n = 0; n < 70; n++) await stream.append(pixels(n))
    await stream.close()
    expectLevels(file(), numbers(70), pyramidLevels)
  })

  test('of skipped planes and of those that fill up a step are zeros', async () => {
    const stream = await open({
      pyramidLevels: 2,
      tileSize: 32,
      dimensions: [t, { name: 'c', count: 3 }, ...yx]
    })
    await stream.append(pixels(0))
    stream.skip(2)
    await stream.append(pixels(3))
    await stream.close()
    expectLevels(file(), [0, null, null, 3, null, null], 2)
  })

  test('of every file of a set', async () => {
    const stream = await open({
      pyramidLevels: 1,
      tileSize: 32,
      dimensions: [t, { name: 'p', count: 3, type: 'position' }, ...yx]
    })
    for (let n = 0; n < 7; n++) await stream.append(pixels(n))
    await stream.close()
    expectLevels(join(file('run'), 'run_p000.ome.tiff'), [0, 3, 6], 1, 7)
    expectLevels(join(file('run'), 'run_p002.ome.tiff'), [2, 5], 1, 7)
  })
})

/** A writer without its thread, on a disk and in a hurry of the test's choice. */
function writerOf(
  more: Partial<AcquisitionSettings>,
  deps: { disk?: Disk; hurried?: () => boolean; warn?: (sentence: string) => void } = {}
): { writer: Writer; add: (n: number) => void } {
  const plan = planStream({
    rootPath: file('run'),
    dimensions: [t, ...yx],
    dtype: 'uint16',
    format: 'ome-tiff',
    tileSize: 32,
    pyramidLevels: 2,
    ...more
  })
  const pool = createFramePool(plan.frame, 160 * 12_288)
  let now = 0
  const writer = Writer.create(plan, {
    disk: realDisk,
    memory: pool.memory,
    layout: pool.layout,
    free: () => undefined,
    failed: () => undefined,
    now: () => (now += 400), // each look at the clock finds a checkpoint or a sync due
    ...deps
  })
  const add = (n: number): void => {
    pool.pixels(n).set(new Uint8Array(pixels(n).buffer))
    writer.frame(n, Buffer.from(`{"n":${n}}`))
    writer.keys([]) // whatever comes after a frame writes it
    for (let i = 0; i < 3; i++) writer.tick(false)
  }
  return { writer, add }
}

const shownLevels = (): number[] => readTiff(file()).pages.map(({ levels }) => levels.length)

describe.each(['none', 'deflate'] as const)('levels, %s', (compression) => {
  test('are there as soon as the plane is, where there is time', () => {
    const { writer, add } = writerOf({ compression }, { hurried: () => false })
    numbers(5).forEach(add)
    writer.tick(true)
    writer.tick(true)
    expect(shownLevels()).toEqual([2, 2, 2, 2, 2])
    writer.close()
    expectLevels(file(), numbers(5), 2)
  })

  test('wait for the end where there is none, and readers see whole planes meanwhile', () => {
    const { writer, add } = writerOf({ compression }, { hurried: () => true })
    numbers(150).forEach(add)
    expect(shownLevels().length).toBeGreaterThan(100)
    expect(new Set(shownLevels())).toEqual(new Set([0]))
    writer.close()
    expectLevels(file(), numbers(150), 2)
  })

  test('are caught up with between two frames', () => {
    let hurried = true
    const { writer, add } = writerOf({ compression }, { hurried: () => hurried })
    numbers(20).forEach(add)
    hurried = false
    let steps = 0
    while (writer.tick(true) === 0) steps += 1
    expect(steps).toBe(20)
    add(20)
    expect(writer.tick(true)).toBeGreaterThan(0)
    writer.close()
    expectLevels(file(), numbers(21), 2)
  })

  test('a disk too full for them leaves a whole dataset without any, and says so', () => {
    const warnings: string[] = []
    let end = Infinity
    const disk: Disk = {
      ...realDisk,
      write: (fd, bytes, position) => {
        // There is no room for anything behind the final metadata.
        if (position > end) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
        if (position > 20_000 && Buffer.from(bytes).includes('</OME>')) end = position + bytes.byteLength
        return realDisk.write(fd, bytes, position)
      }
    }
    const warn = (sentence: string): void => void warnings.push(sentence)
    const { writer, add } = writerOf({ compression }, { disk, hurried: () => true, warn })
    numbers(3).forEach(add)
    expect(writer.close()).toMatchObject({ frames: 3, end: 'completed' })
    expect(end).toBeLessThan(Infinity)
    expectLevels(file(), numbers(3), 0)
    expect(warnings).toEqual([
      expect.stringMatching(/run\.ome\.tiff has no smaller levels: .*full/) as string
    ])
  })

  test('S1 S2 are whole or not there, wherever a process dies; a recovery makes all of them', async () => {
    const frames = 66
    const runs = new DyingDisk(Infinity)
    const live = (disk: DyingDisk): void => {
      const { writer, add } = writerOf(
        { compression },
        { disk, hurried: () => Math.floor(disk.count / 7) % 2 === 0 }
      )
      numbers(frames).forEach(add)
      writer.tick(true)
      writer.close()
    }
    live(runs)
    const recovered: number[] = []
    for (let at = 40; at < runs.count; at += 37) {
      rmSync(file(), { force: true })
      const disk = new DyingDisk(at)
      try {
        live(disk)
      } catch (error) {
        if (!disk.died) throw error
      }
      if (!existsSync(file('run.journal'))) continue // it died while it removed the last of it
      const tiff = existsSync(file()) ? readTiff(file()) : null
      for (const page of tiff?.pages ?? [])
        for (const level of [page, ...page.levels]) expect(tiff?.picture(level).length).toBeGreaterThan(0)
      const report = await recover(file('run.journal'))
      recovered.push(report.frames)
      if (report.frames > 0) expectLevels(file(), numbers(report.frames), 2)
    }
    expect(recovered.length).toBeGreaterThan(10)
    expect(Math.max(...recovered)).toBe(frames)
  }, 30_000)
})

test('a plane that can no longer be read costs the levels of its file, not the recovery', async () => {
  const dying = new DyingDisk(Infinity)
  const { writer, add } = writerOf({ compression: 'deflate' }, { disk: dying, hurried: () => true })
  numbers(3).forEach(add)
  dying.at = 0
  expect(() => writer.close()).toThrow()
  const { pages } = readTiff(file())
  const second = pages[1] as TiffPage
  const bytes = readFileSync(file())
  bytes.fill(0, (second.tags.get(324) ?? 0) + 16 * 6 + 20, (second.tags.get(324) ?? 0) + 16 * 6 + 60)
  writeFileSync(file(), bytes)
  const report = await recover(file('run.journal'))
  expect(report.frames).toBe(3)
  expect(report.notes).toEqual([expect.stringContaining("plane 1 can't be read") as string])
  expect(shownLevels()).toEqual([0, 0, 0])
})
