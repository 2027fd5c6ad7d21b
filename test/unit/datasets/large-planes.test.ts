// Planes larger than memory, and planes of which a part was never written: checked, summed and exported piece by piece, and told as they are.
import { mkdtempSync, readdirSync, rmSync, truncateSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CopyRequest } from '../../../src-preload/contract/copy'
import { areaOf, type Picture } from '../../../src-preload/contract/pixels'
import { checkDataset } from '../../../src-main/datasets/check'
import { copyDataset } from '../../../src-main/datasets/copy/copy-dataset'
import type { PlanePart } from '../../../src-main/datasets/dataset'
import { datasetInfo } from '../../../src-main/datasets/info'
import { openDataset } from '../../../src-main/datasets/open-dataset'
import { bands } from '../../../src-main/datasets/plane-pieces'
import { pngOf, pngOfBands } from '../../../src-main/datasets/png'
import { ReviewDesk } from '../../../src-main/review-desk'
import { writeBigStrips, writeBigTiff, writeBigZarr } from '../../support/big-pictures'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-large-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The value that a picture shows at a pixel of the full frame. */
function valueAt(shown: Picture, x: number, y: number): number {
  const area = areaOf(shown)
  const column = Math.floor(((x - area.x) / area.width) * shown.width)
  const row = Math.floor(((y - area.y) / area.height) * shown.height)
  return shown.data[row * shown.width + column] ?? NaN
}

describe('a plane larger than 2 GiB (R15)', () => {
  const side = 33_000
  it(
    'of strips is checked band by band: whole, or with the rows that are gone',
    { timeout: 60_000 },
    async () => {
      const path = join(folder, 'strips.tif')
      writeBigStrips(path, side, { x: 12_345, y: 6789 })
      expect(await checkDataset(path)).toMatchObject({ findings: [], readable: 1 })
      truncateSync(path, side * 3000 * 2)
      const { findings, readable } = await checkDataset(path)
      expect(readable).toBe(0)
      expect(findings.map(({ text }) => text).join()).toMatch(/damaged in part, \d+ of 33000 blocks/)
      await expect(datasetInfo(path, { checksum: true })).resolves.toMatchObject({
        images: [{ readable: true, reason: expect.stringMatching(/beyond the end/) as string }]
      })
    }
  )

  it('of chunks that were not all written says how many; the rest is no loss', async () => {
    const path = join(folder, 'sparse.ome.zarr')
    writeBigZarr(path, { side: 33_000, chunk: 512, spot: { x: 9000, y: 8000 }, around: 2, smaller: 0 })
    const { findings, readable } = await checkDataset(path)
    expect(readable).toBe(0)
    expect(findings.filter(({ level }) => level === 'error')).toEqual([])
    expect(findings[0]?.text).toMatch(
      /^Frame 0 is there in part, 4200 of 4225 chunks were not written: .*missing/
    )
  })

  it('is refused by a copy before anything is written, and by its true size', async () => {
    const path = join(folder, 'sparse.ome.zarr')
    const dataset = await openDataset(path)
    const request: CopyRequest = {
      format: 'ome-tiff',
      compression: 'none',
      levels: 0,
      frames: null,
      image: null
    }
    await expect(copyDataset(dataset, join(folder, 'copy'), request)).rejects.toMatchObject({
      code: 'dataset.unsupported',
      message: expect.stringMatching(/2\.0 GB; planes of up to 1 GB can be copied/) as string
    })
    await dataset.close()
    expect(readdirSync(folder).filter((name) => name.startsWith('copy'))).toEqual([])
  })

  it('as a PNG is written band by band, and is sound', async () => {
    const path = join(folder, 'alone.tif')
    writeBigTiff(path, { side: 6000, tile: 256, factors: [], compressed: false, tiles: null })
    const dataset = await openDataset(path)
    const plane = { dataset, image: 0, index: [] }
    const whole = await dataset.plane(0, [])
    if ('missing' in whole) throw new Error(whole.reason)
    async function* parts(): AsyncGenerator<PlanePart> {
      for await (const band of bands(plane)) {
        if ('missing' in band) throw new Error(band.reason)
        yield band
      }
    }
    const chunks: Buffer[] = []
    for await (const data of pngOfBands(whole, whole, parts())) chunks.push(data)
    await dataset.close()
    expect(pixelsOf(Buffer.concat(chunks)).equals(pixelsOf(pngOf(whole)))).toBe(true)
  })
})

it('chunks that were not written are counted when a dataset is opened, and the frame is not called missing', async () => {
  const path = join(folder, 'open.ome.zarr')
  writeBigZarr(path, { side: 2048, chunk: 512, spot: { x: 0, y: 0 }, around: 16, smaller: 0 })
  for (const name of ['0/1', '2/3', '3/3']) unlinkSync(join(path, '0', 'c', name))
  const desk = new ReviewDesk()
  const { id, images } = await desk.open(path)
  expect(images[0]).toMatchObject({
    declared: 1,
    present: 0,
    inPart: { planes: 1, absent: 3, chunks: 16 }
  })
  expect((await desk.rows(id, 0, 1)).rows[0]?.present).toBe(true)
  const shown = await desk.picture(id, 0, [], 1024)
  expect(shown.holes).toMatch(/0\/1.*missing\. 2 more parts/)
  expect(valueAt(shown, 600, 100)).toBeNaN()
  expect(valueAt(shown, 100, 600)).not.toBeNaN()
  await desk.closeAll()
})

/** The rows of a PNG, unpacked. */
function pixelsOf(png: Buffer): Buffer {
  const data: Buffer[] = []
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(png.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  return inflateSync(Buffer.concat(data))
}
