// Metadata of saved datasets is changed in place: read back with its type, with its history, and nothing else is another byte.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { historyFrom, type Edit } from '../../../src-preload/contract/edit'
import type { FrameRecord } from '../../../src-preload/contract/record'
import type { Dataset } from '../../../src-main/datasets/dataset'
import { checkDataset } from '../../../src-main/datasets/check'
import { editDataset } from '../../../src-main/datasets/edit/edit-dataset'
import { prepareTiffPatch } from '../../../src-main/datasets/edit/tiff-patch'
import { openDataset } from '../../../src-main/datasets/open-dataset'
import { planeBytes } from '../../../src-main/datasets/plane'
import type { AcquisitionSettings, Dimension } from '../../../src-main/formats/settings'
import { createStream } from '../../../src-main/formats/stream'
import { writerThread } from '../../support/bundle'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-edit-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const t: Dimension = { name: 't', count: null }
const y: Dimension = { name: 'y', count: 8 }
const x: Dimension = { name: 'x', count: 10 }
const record = (i: number): FrameRecord => ({
  delta_t: i * 0.1,
  temperature: 37 + i / 7,
  ok: i % 2 === 0,
  word: 'true',
  big: 9007199254740993n,
  list: [1, { deep: 0.5 }]
})

async function acquire(settings: Partial<AcquisitionSettings> = {}, frames = 5): Promise<void> {
  const stream = await createStream(
    { rootPath: join(folder, 'run'), format: 'both', dtype: 'uint16', dimensions: [t, y, x], ...settings },
    { threadFile: await writerThread() }
  )
  stream.setGlobalMetadata('benchframe/form', { sample: 'beads', done: 'nothing', operator: 'Ada Lovelace' })
  stream.setGlobalMetadata('my/lab', { grant: 42 })
  for (let i = 0; i < frames; i++)
    await stream.append(new Uint16Array(80).fill(i + 1), { metadata: record(i) })
  await stream.close()
}

async function using<T>(path: string, look: (dataset: Dataset) => Promise<T>): Promise<T> {
  const dataset = await openDataset(path)
  try {
    return await look(dataset)
  } finally {
    await dataset.close()
  }
}

const rowsOf = (path: string) =>
  using(path, async (dataset) => (await dataset.rows(0, 1000)).map((row) => row.record))
const pixelsOf = (path: string) =>
  using(path, async (dataset) => {
    const sum = createHash('sha256')
    for (const { image, storageIndex } of await dataset.rows(0, 1000)) {
      const plane = await dataset.plane(image, storageIndex)
      sum.update('missing' in plane ? plane.reason : planeBytes(plane))
    }
    return sum.digest('hex')
  })
const frame = (number: number, key: string, value: Edit['value']): Edit => ({
  kind: 'frame',
  frame: number,
  key,
  value
})

const FORMS = ['run.ome.tiff', 'run.ome.zarr'] as const

describe.each(FORMS)('%s', (name) => {
  it('F5 frames get new values of any type, new keys and none; all else stays', async () => {
    await acquire()
    const path = join(folder, name)
    const pixels = await pixelsOf(path)
    const edits = [
      frame(1, 'word', 'a <b> & "c" \r\n ü'),
      frame(1, 'note', '42'),
      frame(2, 'ok', 'maybe'),
      frame(2, 'temperature', null),
      frame(3, 'count', 7),
      frame(3, 'good', true)
    ]
    expect(await editDataset(path, edits, 'Ada')).toEqual({ path, changed: 6 })
    const wanted = Array.from({ length: 5 }, (_, i) => ({ ...record(i) }))
    Object.assign(wanted[1] as object, { word: 'a <b> & "c" \r\n ü', note: '42' })
    Object.assign(wanted[2] as object, { ok: 'maybe' })
    delete wanted[2]?.['temperature']
    Object.assign(wanted[3] as object, { count: 7, good: true })
    expect(await rowsOf(path)).toEqual(wanted)
    expect(await pixelsOf(path)).toBe(pixels)
    expect((await checkDataset(path)).findings).toEqual([])
    await using(path, async ({ globals }) => {
      const history = historyFrom(globals)
      expect(history).toHaveLength(6)
      expect(history[0]).toMatchObject({
        who: 'Ada',
        what: { kind: 'frame', frame: 1, key: 'word' },
        before: 'true',
        after: 'a <b> & "c" \r\n ü'
      })
      expect(globals.get('my/lab')).toEqual({ grant: 42 })
    })
  })

  it('keeps the type of a value through changes there and back', async () => {
    await acquire()
    const path = join(folder, name)
    for (const value of ['1', 1, true, 'true', 'x']) {
      await editDataset(path, [frame(2, 'ok', value)], 'Ada')
      expect((await rowsOf(path)).map(({ ok }) => ok)).toEqual([true, false, value, false, true])
    }
    await editDataset(path, [frame(2, 'ok', true)], 'Ada')
    expect(await rowsOf(path)).toEqual(Array.from({ length: 5 }, (_, i) => record(i)))
    expect(await using(path, ({ globals }) => Promise.resolve(historyFrom(globals)))).toHaveLength(6)
  })

  it('what people typed is changed, and what OME says of it follows', async () => {
    await acquire()
    const path = join(folder, name)
    const edits: Edit[] = [
      { kind: 'global', namespace: 'benchframe/form', key: 'done', value: '007' },
      { kind: 'global', namespace: 'benchframe/form', key: 'operator', value: 'Grace Hopper' },
      { kind: 'global', namespace: 'my/lab', key: 'grant', value: { a: [1, 'two'] } },
      { kind: 'channel', image: 0, channel: 0, value: 'GFP & co' },
      { kind: 'image', image: 0, value: 'first "one"' }
    ]
    expect((await editDataset(path, edits, 'Ada')).changed).toBe(5)
    await using(path, async (dataset) => {
      const form =
        dataset.globals.get('benchframe/form') ?? (dataset.globals.get('benchframe') as FrameRecord)['form']
      expect(form).toEqual({ sample: 'beads', done: '007', operator: 'Grace Hopper' })
      expect(dataset.globals.get('my/lab')).toEqual({ grant: { a: [1, 'two'] } })
      expect(dataset.images[0]).toMatchObject({ name: 'first "one"', channels: [{ name: 'GFP & co' }] })
      const xml = (await dataset.metadata()).raw.find(({ text }) => text.includes('<OME'))?.text ?? ''
      expect(xml).toContain('<Description>beads\n007</Description>')
      expect(xml).toContain('FirstName="Grace" LastName="Hopper"')
      expect(historyFrom(dataset.globals)).toHaveLength(5)
    })
  })

  it('refuses what was measured, and what there is not', async () => {
    await acquire()
    const path = join(folder, name)
    const before = await rowsOf(path)
    const wrong: Edit[] = [
      frame(0, 'delta_t', 5),
      frame(5, 'note', 'x'),
      { kind: 'image', image: 1, value: 'x' },
      { kind: 'global', namespace: 'benchframe', key: 'finish', value: 'x' }
    ]
    for (const edit of wrong)
      await expect(editDataset(path, [edit], 'Ada')).rejects.toMatchObject({ code: 'argument.invalid' })
    expect(await rowsOf(path)).toEqual(before)
  })
})

describe('sets of images', () => {
  const p: Dimension = { name: 'p', type: 'position', count: 2, coords: [{ name: 'A' }, { name: 'B' }] }
  it.each(['redundant', 'master', 'companion'] as const)(
    '%s: every file says the same',
    async (tiffMetadata) => {
      await acquire({ dimensions: [t, p, y, x], tiffMetadata }, 6)
      for (const name of ['run', 'run.ome.zarr']) {
        await editDataset(join(folder, name), [frame(3, 'note', 'here'), frame(2, 'note', '5')], 'Ada')
        expect((await rowsOf(join(folder, name))).map(({ note }) => note)).toEqual([
          undefined,
          undefined,
          '5',
          'here',
          undefined,
          undefined
        ])
      }
      const member = join(folder, 'run', 'run_p001.ome.tiff')
      expect((await rowsOf(member)).map(({ note }) => note)).toEqual(
        (await rowsOf(join(folder, 'run'))).map(({ note }) => note)
      )
    }
  )
})

describe('the bytes of a TIFF', () => {
  it('F5 that were there before stay; only the word in the header that points to the first directory is another', async () => {
    await acquire()
    const path = join(folder, 'run.ome.tiff')
    const before = readFileSync(path)
    await editDataset(path, [frame(0, 'note', 'x')], 'Ada')
    const after = readFileSync(path).subarray(0, before.length)
    after.copy(before, 8, 8, 16)
    expect(after.equals(before)).toBe(true)
  })

  it('a crash before the word is written leaves the old metadata, whatever lies behind it', async () => {
    await acquire()
    const path = join(folder, 'run.ome.tiff')
    const size = statSync(path).size
    const patch = prepareTiffPatch(path, '<nonsense')
    patch.close()
    for (const length of [statSync(path).size, size + 7]) {
      truncateSync(path, length)
      expect(await rowsOf(path)).toEqual(Array.from({ length: 5 }, (_, i) => record(i)))
    }
  })

  it('can be pointed back', async () => {
    await acquire()
    const path = join(folder, 'run.ome.tiff')
    const patch = prepareTiffPatch(path, 'only words')
    patch.commit()
    expect(await using(path, ({ kind }) => Promise.resolve(kind))).toBe('tiff')
    patch.undo()
    patch.close()
    expect(await rowsOf(path)).toHaveLength(5)
  })
})

const samples =
  process.env['BENCHFRAME_SAMPLES'] ?? resolve(import.meta.dirname, '../../../../shared/samples')
it
  .runIf(existsSync(samples))
  .each([
    'generated/odd-ometiff/plain.ome.tif',
    'generated/odd-ometiff/prefixed_ns.ome.tif',
    'generated/odd-ometiff/latin1_mu.ome.tif',
    'generated/odd-ometiff/special_chars.ome.tif',
    'generated/ome-writers/event_tiff.ome.tiff',
    'generated/ome-writers/event_zarr.ome.zarr',
    'generated/tiff-edge/subifd_pyramid.ome.tif'
  ])("other people's files are changed too: %s", async (name) => {
  const path = join(folder, name.split('/').pop() ?? '')
  cpSync(join(samples, name), path, { recursive: true })
  const [before, pixels] = [await rowsOf(path), await pixelsOf(path)]
  await editDataset(path, [frame(1, 'my note', '12'), frame(1, 'level', 3)], 'Ada')
  const after = await rowsOf(path)
  expect(after).toEqual(before.map((row, i) => (i === 1 ? { ...row, 'my note': '12', level: 3 } : row)))
  expect(await pixelsOf(path)).toBe(pixels)
})
