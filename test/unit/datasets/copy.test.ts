// Copies of datasets in the other format and in part: every pixel and value comes along, and a copy that did not end leaves nothing.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CopyReport, CopyRequest } from '../../../src-preload/contract/copy'
import type { FrameRecord } from '../../../src-preload/contract/record'
import { copyDataset, type CopyOptions } from '../../../src-main/datasets/copy/copy-dataset'
import type { Dataset } from '../../../src-main/datasets/dataset'
import { openDataset } from '../../../src-main/datasets/open-dataset'
import { planeBytes } from '../../../src-main/datasets/plane'
import type { AcquisitionSettings, Dimension } from '../../../src-main/formats/settings'
import { createStream } from '../../../src-main/formats/stream'
import { writerThread } from '../../support/bundle'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-copy-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const t: Dimension = { name: 't', count: null, type: 'time', unit: 's', scale: 0.5 }
const y: Dimension = { name: 'y', count: 12, unit: 'um', scale: 0.25 }
const x: Dimension = { name: 'x', count: 20, unit: 'um', scale: 0.25 }

const pixels = (n: number): Uint16Array =>
  Uint16Array.from({ length: 240 }, (_, k) => (k * 31 + n * 7919) & 0xffff)
const record = (i: number): FrameRecord => ({
  delta_t: i * 0.1,
  temperature: 37 + i / 7,
  ok: i % 2 === 0,
  name: i === 3 ? 17 : 'true',
  big: 9007199254740993n,
  list: [1, 'a', null, { deep: 0.5 }],
  none: null,
  'odd <&"': ' two\r\nlines ',
  ...(i === 4 ? { only_here: '12' } : {})
})

async function acquire(
  settings: Partial<AcquisitionSettings>,
  frames: number,
  skipped: readonly number[] = []
): Promise<void> {
  const stream = await createStream(
    { rootPath: join(folder, 'run'), format: 'both', dtype: 'uint16', dimensions: [t, y, x], ...settings },
    { threadFile: await writerThread(), startedAt: '2026-01-02T03:04:05.000006Z' }
  )
  stream.describeKeys([{ key: 'temperature', type: 'number', unit: '°C', source: 'thermometer' }])
  stream.setGlobalMetadata('my/lab', { grant: '42', list: [1, { a: null }], n: 5 })
  stream.setGlobalMetadata('benchframe/form', { sample: 'beads', operator: 'Ada L', fields: { dose: '5' } })
  for (let i = 0; i < frames; i++) {
    if (skipped.includes(i)) stream.skip(1)
    else await stream.append(pixels(i), { metadata: record(i) })
  }
  await stream.addEvent({ time: 1.5, kind: 'note', frame: 2, text: 'a <note>' })
  await stream.close()
}

const ALL: CopyRequest = { format: 'ome-zarr', compression: 'none', levels: 0, frames: null, image: null }

async function copy(
  source: string,
  to: string,
  request: Partial<CopyRequest> = {},
  options: CopyOptions = {}
): Promise<CopyReport> {
  const dataset = await openDataset(source)
  try {
    return await copyDataset(
      dataset,
      join(folder, to),
      { ...ALL, ...request },
      {
        threadFile: await writerThread(),
        ...options
      }
    )
  } finally {
    await dataset.close()
  }
}

async function using<T>(path: string, look: (dataset: Dataset) => Promise<T>): Promise<T> {
  const dataset = await openDataset(path)
  try {
    return await look(dataset)
  } finally {
    await dataset.close()
  }
}

const contentOf = (path: string) =>
  using(path, async (dataset) => ({
    images: dataset.images,
    rows: await dataset.rows(0, 100),
    keys: await dataset.keys(),
    events: await dataset.events(),
    planes: await Promise.all(
      (await dataset.rows(0, 100)).map(async ({ image, storageIndex }) => {
        const plane = await dataset.plane(image, storageIndex)
        return 'missing' in plane ? plane.reason : Buffer.from(planeBytes(plane)).toString('base64')
      })
    )
  }))

/** Colours and windows for display, and the count of planes without a frame, are the formats' own. */
const comparable = ({ images, ...others }: Awaited<ReturnType<typeof contentOf>>) => ({
  ...others,
  images: images.map(({ present: _present, channels, ...image }) => ({
    ...image,
    channels: channels.map(({ name }) => name)
  }))
})

describe('a whole copy', () => {
  it('goes from OME-TIFF to OME-Zarr and back with every value, type, unit, event and date', async () => {
    await acquire({}, 7)
    const there = await copy(join(folder, 'run.ome.tiff'), 'there', { compression: 'zstd' })
    expect(there).toMatchObject({ path: join(folder, 'there.ome.zarr'), frames: 7, samePlanes: 7, notes: [] })
    expect(there.sameValues).toBe(7 * 8 + 1)
    await copy(there.path, 'back', { format: 'ome-tiff' })
    const first = await contentOf(join(folder, 'run.ome.tiff'))
    const last = await contentOf(join(folder, 'back.ome.tiff'))
    expect(last).toEqual(first)
    expect(first.planes).toEqual(
      Array.from({ length: 7 }, (_, i) => Buffer.from(pixels(i).buffer).toString('base64'))
    )
    await using(join(folder, 'back.ome.tiff'), async ({ globals }) => {
      expect(globals.get('my/lab')).toEqual({ grant: '42', list: [1, { a: null }], n: 5 })
      expect(globals.get('benchframe/form')).toEqual({
        sample: 'beads',
        operator: 'Ada L',
        fields: { dose: '5' }
      })
      expect(globals.get('benchframe')).toMatchObject({
        settings: { startedAt: '2026-01-02T03:04:05.000006Z' }
      })
    })
  })

  it('keeps positions, channels and places where nothing was recorded', async () => {
    const c: Dimension = {
      name: 'c',
      count: 2,
      coords: [{ name: 'GFP', emissionWavelengthNm: 510 }, { name: 'BF' }]
    }
    const p: Dimension = {
      name: 'p',
      count: 2,
      type: 'position',
      coords: [{ name: 'A', xCoord: 5 }, { name: 'B' }]
    }
    await acquire({ dimensions: [t, p, c, y, x] }, 11, [2, 5])
    for (const from of ['run', 'run.ome.zarr']) {
      const format = from === 'run' ? 'ome-zarr' : 'ome-tiff'
      const report = await copy(join(folder, from), `copy-${format}`, { format })
      expect(report).toMatchObject({ frames: 9, samePlanes: 9, notes: [] })
      expect(comparable(await contentOf(report.path))).toEqual(
        comparable(await contentOf(join(folder, from)))
      )
    }
  })

  it('writes pyramids where they are asked for', async () => {
    await acquire({}, 3)
    const { path } = await copy(join(folder, 'run.ome.tiff'), 'levels', { levels: 2 })
    expect(readdirSync(path)).toEqual(expect.arrayContaining(['0', '1', '2']))
  })
})

describe('a part', () => {
  it('of a series keeps its axis, its notes and what a step is worth', async () => {
    await acquire({}, 7)
    const { path } = await copy(join(folder, 'run.ome.tiff'), 'part', {
      frames: [
        [2, 2],
        [4, 4],
        [6, 6]
      ]
    })
    const part = await contentOf(path)
    expect(part.rows.map((row) => row.record)).toEqual([2, 4, 6].map(record))
    expect(part.images[0]?.axes[0]).toEqual({ name: 't', size: 3, unit: 's', scale: 1, translation: 1 })
    expect(part.events).toEqual([{ time: 1.5, kind: 'note', frame: 0, text: 'a <note>' }])
  })

  it('that fills no grid becomes a series that says where each frame was', async () => {
    const c: Dimension = { name: 'c', count: 2 }
    await acquire({ dimensions: [t, c, y, x] }, 8)
    const report = await copy(join(folder, 'run.ome.zarr'), 'odd', { format: 'ome-tiff', frames: [[0, 2]] })
    expect(report.notes).toHaveLength(1)
    const rows = await using(report.path, (dataset) => dataset.rows(0, 9))
    expect(rows.map(({ record }) => [record['source_t'], record['source_c']])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0]
    ])
  })

  it('with a frame that there is not is refused', async () => {
    await acquire({}, 3)
    await expect(copy(join(folder, 'run.ome.tiff'), 'part', { frames: [[2, 3]] })).rejects.toMatchObject({
      code: 'argument.invalid'
    })
    expect(readdirSync(folder).sort()).toEqual(['run.ome.tiff', 'run.ome.zarr'])
  })
})

describe('a copy that does not end', () => {
  it('was cancelled: nothing of it is left', async () => {
    await acquire({}, 7)
    const stop = new AbortController()
    const onProgress = ({ done }: { done: number }): void => {
      if (done === 3) stop.abort()
    }
    const failed = copy(join(folder, 'run.ome.tiff'), 'part', {}, { signal: stop.signal, onProgress })
    await expect(failed).rejects.toMatchObject({ code: 'cancelled' })
    expect(readdirSync(folder).sort()).toEqual(['run.ome.tiff', 'run.ome.zarr'])
  })

  it('S6 an existing target is refused and untouched', async () => {
    await acquire({}, 2)
    const before = await contentOf(join(folder, 'run.ome.zarr'))
    await expect(copy(join(folder, 'run.ome.tiff'), 'run')).rejects.toMatchObject({ code: 'target.exists' })
    expect(await contentOf(join(folder, 'run.ome.zarr'))).toEqual(before)
  })
})

const samples =
  process.env['BENCHFRAME_SAMPLES'] ?? resolve(import.meta.dirname, '../../../../shared/samples')
const FOREIGN: readonly (readonly [path: string, format: CopyRequest['format']])[] = [
  ['image-tiff/tests/images/planar-rgb-u8.tif', 'ome-zarr'],
  ['image-tiff/tests/images/predictor-3-gray-f32.tif', 'ome-tiff'],
  ['generated/tiff-edge/uint64.tif', 'ome-zarr'],
  ['generated/tiff-edge/bit.ome.tif', 'ome-tiff'],
  ['generated/odd-ometiff/imagej.tif', 'ome-zarr'],
  ['generated/odd-ometiff/sizeT_more_than_ifds.ome.tif', 'ome-zarr'],
  ['generated/zarr-damaged/none_trunc', 'ome-tiff'],
  ['generated/ome-writers/event_tiff.ome.tiff', 'ome-zarr'],
  ['generated/ome-writers/event_zarr.ome.zarr', 'ome-tiff']
]
it.runIf(existsSync(samples)).each(FOREIGN)(
  "other people's files are copied too: %s",
  async (path, format) => {
    const report = await copy(join(samples, path), 'foreign', { format })
    expect(report.samePlanes).toBe(report.frames)
    expect(report.frames).toBeGreaterThan(0)
  }
)
