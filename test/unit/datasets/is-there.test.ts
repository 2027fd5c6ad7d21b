// A frame's row says whether its pixels are there, by the same truth that reading them tells.
import { cpSync, existsSync, mkdtempSync, rmSync, statSync, truncateSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ReviewDesk } from '../../../src-main/review-desk'
import { openDataset } from '../../../src-main/datasets/open-dataset'
import type { Dimension } from '../../../src-main/formats/settings'
import { createStream } from '../../../src-main/formats/stream'
import { writerThread } from '../../support/bundle'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-there-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const y: Dimension = { name: 'y', count: 16 }
const x: Dimension = { name: 'x', count: 16 }

async function acquire(dimensions: readonly Dimension[], frames: number): Promise<void> {
  const stream = await createStream(
    { rootPath: join(folder, 'run'), format: 'both', dtype: 'uint16', dimensions },
    { threadFile: await writerThread() }
  )
  for (let i = 0; i < frames; i++) await stream.append(new Uint16Array(256).fill(i), { metadata: { i } })
  await stream.close()
}

async function present(path: string): Promise<boolean[]> {
  const desk = new ReviewDesk()
  const { id } = await desk.open(path)
  const { rows } = await desk.rows(id, 0, 100)
  await desk.closeAll()
  const dataset = await openDataset(path)
  for (const { image, storageIndex, frame } of await dataset.rows(0, 100)) {
    const plane = await dataset.plane(image, storageIndex)
    expect(rows[frame]?.present, `frame ${frame}`).toBe(!('missing' in plane))
  }
  await dataset.close()
  return rows.map((row) => row.present)
}

it('files without a chunk, and shards that are gone or cut', async () => {
  await acquire([{ name: 't', count: null, chunkSize: 1 }, y, x], 4)
  const path = join(folder, 'run.ome.zarr')
  expect(await present(path)).toEqual([true, true, true, true])
  unlinkSync(join(path, '0', 'c', '2', '0', '0'))
  expect(await present(path)).toEqual([true, true, false, true])
  truncateSync(join(path, '0', 'c', '1', '0', '0'), 0)
  expect(await present(path)).toEqual([true, false, false, true])
})

it('shards that are gone', async () => {
  await acquire([{ name: 't', count: null, chunkSize: 1, shardSizeChunks: 2 }, y, x], 4)
  const path = join(folder, 'run.ome.zarr')
  expect(await present(path)).toEqual([true, true, true, true])
  unlinkSync(join(path, '0', 'c', '1', '0', '0'))
  expect(await present(path)).toEqual([true, true, false, false])
})

it('files of a set that are missing (R2)', async () => {
  const p: Dimension = { name: 'p', type: 'position', count: 2, coords: [{ name: 'A' }, { name: 'B' }] }
  await acquire([{ name: 't', count: null }, p, y, x], 4)
  unlinkSync(join(folder, 'run', 'run_p001.ome.tiff'))
  const path = join(folder, 'run', 'run_p000.ome.tiff')
  expect(await present(path)).toEqual([true, false, true, false])
})

const samples = process.env['BENCHFRAME_SAMPLES'] ?? join(import.meta.dirname, '../../../../shared/samples')
const cut = join(samples, 'generated/odd-ometiff/imagej.tif')
it.runIf(existsSync(cut))('a TIFF that is cut short', async () => {
  const path = join(folder, 'cut.tif')
  cpSync(cut, path)
  const whole = await present(path)
  expect(whole).toEqual(whole.map(() => true))
  truncateSync(path, statSync(path).size - 10)
  expect(await present(path)).toContain(true)
})
