// Planes read by parts: the same pixels as the whole, no more bytes than needed, and pictures of planes larger than memory.
import { existsSync, mkdtempSync, readdirSync, rmSync, truncateSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { areaOf, type Picture } from '../../../src-preload/contract/pixels'
import { Failed } from '../../../src-preload/contract/failure'
import { detail, overview } from '../../../src-main/datasets/box-picture'
import { openBytes, type ByteSource } from '../../../src-main/datasets/byte-source'
import type { Dataset, MissingPlane, PlaneBox } from '../../../src-main/datasets/dataset'
import { createForeignDecoder } from '../../../src-main/datasets/foreign-decoder'
import { openDataset } from '../../../src-main/datasets/open-dataset'
import { cutOut, planeBytes } from '../../../src-main/datasets/plane'
import { readHeader, readIfd } from '../../../src-main/datasets/tiff/ifd'
import { readLayout } from '../../../src-main/datasets/tiff/layout'
import { readTiffPart } from '../../../src-main/datasets/tiff/read-plane'
import { folderStore, type Store } from '../../../src-main/datasets/zarr/store'
import { openZarr } from '../../../src-main/datasets/zarr/zarr-dataset'
import { ReviewDesk } from '../../../src-main/review-desk'
import { bigValue, writeBigStrips, writeBigTiff, writeBigZarr } from '../../support/big-pictures'
import { bundle } from '../../support/bundle'

let folder = ''
const spot = { x: 61_234, y: 34_567 }
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-parts-'))
  writeBigZarr(join(folder, 'big.ome.zarr'), { side: 100_000, chunk: 512, spot, around: 2, smaller: 7 })
  const tiles = (row: number, column: number): boolean => row >= 10 && row < 14 && column >= 20 && column < 24
  writeBigTiff(join(folder, 'pyramid.tif'), {
    side: 20_000,
    tile: 256,
    factors: [4, 16],
    compressed: true,
    tiles
  })
  writeBigTiff(join(folder, 'alone.tif'), {
    side: 6000,
    tile: 256,
    factors: [],
    compressed: false,
    tiles: null
  })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const picture = (found: Picture | MissingPlane): Picture => {
  if ('missing' in found) throw new Error(found.reason)
  return found
}
const place = (dataset: Dataset): Parameters<typeof overview>[0] => ({
  dataset,
  image: 0,
  index: [],
  frame: 0
})

/** The value that a picture shows at a pixel of the full frame. */
function valueAt(shown: Picture, x: number, y: number): number {
  const area = areaOf(shown)
  const column = Math.floor(((x - area.x) / area.width) * shown.width)
  const row = Math.floor(((y - area.y) / area.height) * shown.height)
  return shown.data[row * shown.width + column] ?? NaN
}

describe('a picture of 100 000 × 100 000 pixels (S2)', () => {
  it('tells its levels, and the smallest that is fine enough is read', async () => {
    const { store, bytes } = counted(folderStore(join(folder, 'big.ome.zarr')))
    const dataset = await opened(store)
    expect(dataset.images[0]?.levels?.map(({ width }) => width)).toEqual([
      100_000, 50_000, 25_000, 12_500, 6250, 3125, 1563, 782
    ])
    bytes.read = 0
    const small = picture(await overview(place(dataset), 1024))
    expect([small.width, small.height, small.source]).toEqual([
      782,
      782,
      { kind: 'level', level: 7, factor: 128 }
    ])
    expect(bytes.read).toBeLessThan(4 * 512 * 512 * 2 + 1)
    expect(valueAt(small, 128 * 300, 128 * 500)).toBe(bigValue(128 * 300, 128 * 500))
    await dataset.close()
  })

  it('a detail has the true pixels of the full frame, and only the chunks it touches are read', async () => {
    const { store, bytes } = counted(folderStore(join(folder, 'big.ome.zarr')))
    const dataset = await opened(store)
    bytes.read = 0
    const shown = picture(
      await detail(place(dataset), { x: spot.x - 300, y: spot.y - 200, width: 600, height: 400 }, 1)
    )
    expect([shown.step, shown.source, shown.full.width]).toEqual([1, undefined, 100_000])
    expect(areaOf(shown)).toEqual({ x: spot.x - 300, y: spot.y - 200, width: 600, height: 400 })
    for (const [x, y] of [
      [0, 0],
      [-300, -200],
      [299, 199],
      [17, -130]
    ] as const)
      expect(valueAt(shown, spot.x + x, spot.y + y)).toBe(bigValue(spot.x + x, spot.y + y))
    expect(bytes.read).toBeLessThanOrEqual(6 * 512 * 512 * 2)
    await dataset.close()
  })

  it('in between, a level in between is read', async () => {
    const dataset = await opened(folderStore(join(folder, 'big.ome.zarr')))
    const area = { x: spot.x - 2000, y: spot.y - 2000, width: 4000, height: 4000 }
    const shown = picture(await detail(place(dataset), area, 0.25))
    expect(shown.source).toEqual({ kind: 'level', level: 2, factor: 4 })
    expect(valueAt(shown, spot.x & ~3, spot.y & ~3)).toBe(bigValue(spot.x & ~3, spot.y & ~3))
    await dataset.close()
  })

  it('chunks that are not there are no number, and the picture says so (R6)', async () => {
    const dataset = await opened(folderStore(join(folder, 'big.ome.zarr')))
    const left = Math.floor(spot.x / 512) * 512 - 2 * 512
    const shown = picture(
      await detail(place(dataset), { x: left - 100, y: spot.y, width: 200, height: 100 }, 1)
    )
    expect(shown.holes).toMatch(/missing/)
    expect(valueAt(shown, left - 1, spot.y)).toBeNaN()
    expect(valueAt(shown, left, spot.y)).toBe(bigValue(left, spot.y))
    expect(shown.min).toBeGreaterThanOrEqual(1000)
    await dataset.close()
  })

  it('a part as large as the plane is refused before memory is taken (R15)', async () => {
    const desk = new ReviewDesk()
    const { id } = await desk.open(join(folder, 'big.ome.zarr'))
    const all = { x: 0, y: 0, width: 100_000, height: 100_000 }
    await expect(desk.detail(id, 0, [], all, 1)).rejects.toThrow(Failed)
    expect((await desk.picture(id, 0, [], 1024)).width).toBe(782)
    await desk.closeAll()
  })
})

describe('a tiled TIFF', () => {
  it('with a pyramid in its SubIFDs is shown from the level that fits (R4)', async () => {
    const dataset = await openDataset(join(folder, 'pyramid.tif'))
    expect(dataset.images[0]?.levels?.map(({ width }) => width)).toEqual([20_000, 5000, 1250])
    const small = picture(await overview(place(dataset), 1024))
    expect(small.source).toEqual({ kind: 'level', level: 2, factor: 16 })
    expect(valueAt(small, 16 * 500, 16 * 700)).toBeGreaterThan(0)
    const [x, y] = [20 * 256 + 300, 10 * 256 + 200]
    const shown = picture(await detail(place(dataset), { x, y, width: 500, height: 500 }, 1))
    expect(shown.source).toBeUndefined()
    expect(valueAt(shown, x + 123, y + 321)).toBe(bigValue(x + 123, y + 321))
    const middle = picture(
      await detail(place(dataset), { x: 8000, y: 8000, width: 4000, height: 4000 }, 0.25)
    )
    expect(middle.source).toEqual({ kind: 'level', level: 1, factor: 4 })
    expect(valueAt(middle, 9000, 9000)).toBe(bigValue(9000, 9000))
    await dataset.close()
  })

  it('tiles that were never written are holes, and all else is shown (R6)', async () => {
    const dataset = await openDataset(join(folder, 'pyramid.tif'))
    const [x, y] = [20 * 256 - 50, 10 * 256]
    const shown = picture(await detail(place(dataset), { x, y, width: 100, height: 100 }, 1))
    expect(shown.holes).toMatch(/never written/)
    expect(valueAt(shown, x + 49, y)).toBeNaN()
    expect(valueAt(shown, x + 50, y)).toBe(bigValue(x + 50, y))
    await dataset.close()
  })

  it('without a pyramid shows the mean of its pixels, band by band', async () => {
    const dataset = await openDataset(join(folder, 'alone.tif'))
    const small = picture(await overview(place(dataset), 1024))
    expect([small.step, small.width, small.source]).toEqual([6, 1000, undefined])
    let sum = 0
    for (let y = 0; y < 6; y++) for (let x = 0; x < 6; x++) sum += bigValue(3000 + x, 4500 + y)
    expect(Math.abs(valueAt(small, 3000, 4500) - sum / 36)).toBeLessThanOrEqual(0.5)
    await dataset.close()
  })
})

it('a plane of 50 GB without copies is shown from picked pixels, and its details are true (R15)', async () => {
  const side = 160_000
  const path = join(folder, 'strips.tif')
  const at = writeBigStrips(path, side)
  try {
    const dataset = await openDataset(path)
    expect(dataset.images[0]).toMatchObject({ readable: true })
    const small = picture(await overview(place(dataset), 1024))
    expect(small.source?.kind).toBe('picked')
    expect(small.width).toBeGreaterThan(250)
    const value = small.width * small.height
    expect(value).toBe(small.data.length)
    expect(small.max).toBe(0)
    const shown = picture(
      await detail(place(dataset), { x: at.x - 5, y: at.y - 5, width: 10, height: 10 }, 1)
    )
    expect(valueAt(shown, at.x, at.y)).toBe(4711)
    expect(valueAt(shown, at.x + 1, at.y)).toBe(0)
    expect(await dataset.plane(0, [])).toMatchObject({
      missing: 'damaged',
      reason: expect.stringMatching(/too large/)
    })
    await dataset.close()
  } finally {
    rmSync(path)
  }
})

it('a chunk or a tile that is damaged costs only itself', async () => {
  const path = join(folder, 'damaged.ome.zarr')
  const middle = { x: 3000, y: 3000 }
  writeBigZarr(path, { side: 6000, chunk: 512, spot: middle, around: 99, smaller: 0 })
  truncateSync(join(path, '0', 'c', '1', '1'), 1000)
  unlinkSync(join(path, '0', 'c', '2', '2'))
  const dataset = await openDataset(path)
  const shown = picture(await detail(place(dataset), { x: 0, y: 0, width: 2000, height: 2000 }, 1))
  expect(shown.holes).toMatch(/1 more/)
  expect([valueAt(shown, 600, 600), valueAt(shown, 1030, 1030)]).toEqual([NaN, NaN])
  expect(valueAt(shown, 511, 511)).toBe(bigValue(511, 511))
  expect(picture(await overview(place(dataset), 1024)).holes).toMatch(/1 more/)
  await dataset.close()
})

it('reading a part of a TIFF takes the tiles or the rows it touches, and no more', async () => {
  const bytes = { read: 0 }
  const tiled = openLayout(join(folder, 'alone.tif'), bytes)
  const part = await readTiffPart(
    tiled.source,
    tiled.layout,
    { x: 300, y: 300, width: 400, height: 400 },
    noJpeg
  )
  expect('missing' in part).toBe(false)
  expect(bytes.read).toBe(4 * 256 * 256 * 2)
  tiled.source.close()
})

const samples = process.env['BENCHFRAME_SAMPLES'] ?? join(import.meta.dirname, '../../../../shared/samples')
describe.skipIf(!existsSync(samples))('samples of other programs', () => {
  it('any part of a plane is what the whole plane has there (R3, R4)', { timeout: 120_000 }, async () => {
    const foreign = createForeignDecoder({ file: await bundle('src-main/datasets/reader-thread.ts') })
    let compared = 0
    for (const path of datasetsIn(samples)) {
      const dataset = await openDataset(path, { foreign }).catch((error: unknown) => {
        if (error instanceof Failed) return null
        throw error
      })
      if (dataset === null) continue
      for (const [image, { readable, axes }] of dataset.images.slice(0, 4).entries()) {
        const index = axes.filter(({ name }) => !['y', 'x', 's'].includes(name)).map(({ size }) => size - 1)
        const plane = readable ? await dataset.plane(image, index) : null
        if (plane === null || 'missing' in plane) continue
        for (const box of boxesOf(plane)) {
          const part = await dataset.part(image, index, box)
          if ('missing' in part) throw new Error(`${path}: ${part.reason}`)
          expect(part.holes, path).toEqual([])
          const same = Buffer.compare(planeBytes(part), planeBytes(cutOut(plane, box)))
          expect(same, `${path} ${JSON.stringify(box)}`).toBe(0)
          compared++
        }
      }
      await dataset.close()
    }
    expect(compared).toBeGreaterThan(250)
  })
})

function boxesOf({ width, height }: { width: number; height: number }): PlaneBox[] {
  const [x, y] = [Math.floor(width / 3), Math.floor(height / 3)]
  return [
    { level: 0, x: 0, y: 0, width, height },
    { level: 0, x, y, width: Math.ceil(width / 2), height: Math.ceil(height / 2) },
    { level: 0, x: width - 1, y: height - 1, width: 1, height: 1 },
    { level: 0, x, y: 0, width: 1, height }
  ].map((box) => ({
    ...box,
    width: Math.min(box.width, width - box.x),
    height: Math.min(box.height, height - box.y)
  }))
}

function datasetsIn(path: string): string[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inside = join(path, entry.name)
    if (entry.isFile()) return /\.tiff?$/i.test(entry.name) ? [inside] : []
    const node = ['zarr.json', '.zgroup', '.zarray', '.zattrs'].some((name) => existsSync(join(inside, name)))
    return node ? [inside] : datasetsIn(inside)
  })
}

const noJpeg = (): never => {
  throw new Error('no JPEG here')
}

async function opened(store: Store): Promise<Dataset> {
  const dataset = await openZarr(store, { state: 'complete', journal: null })
  if (dataset === null) throw new Error('no dataset')
  return dataset
}

/** Counts the bytes of chunks that are read. */
function counted(store: Store): { store: Store; bytes: { read: number } } {
  const bytes = { read: 0 }
  const note = (found: Uint8Array | null): Uint8Array | null => {
    bytes.read += found?.length ?? 0
    return found
  }
  return {
    bytes,
    store: {
      ...store,
      get: async (key) => note(await store.get(key)),
      range: async (key, offset, length) => note(await store.range(key, offset, length))
    }
  }
}

function openLayout(
  path: string,
  bytes: { read: number }
): { source: ByteSource; layout: ReturnType<typeof readLayout> } {
  const source = openBytes(path)
  const header = readHeader(source)
  if (header === null) throw new Error('no TIFF')
  const layout = readLayout(source, header, readIfd(source, header, header.firstIfd))
  const read = async (target: Uint8Array, position: number): Promise<number> => {
    bytes.read += target.length
    return source.read(target, position)
  }
  return {
    layout,
    source: {
      path,
      get size() {
        return source.size
      },
      read,
      peek: (position, length) => source.peek(position, length),
      refresh: () => source.refresh(),
      close: () => source.close()
    }
  }
}
