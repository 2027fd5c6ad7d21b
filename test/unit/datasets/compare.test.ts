// Two datasets held against each other: differences of pixels against sums made pixel by pixel, and the same recording in both formats is equal.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PixelType } from '../../../src-preload/contract/pixels'
import type { FrameRecord } from '../../../src-preload/contract/record'
import { compareDatasets } from '../../../src-main/datasets/compare/compare-datasets'
import { differenceOf } from '../../../src-main/datasets/compare/difference'
import type { Dataset } from '../../../src-main/datasets/dataset'
import { openDataset } from '../../../src-main/datasets/open-dataset'
import { createStream } from '../../../src-main/formats/stream'
import { writeBigZarr } from '../../support/big-pictures'
import { writerThread } from '../../support/bundle'

const [WIDTH, HEIGHT] = [61, 47]
let folder = ''
const opened: Dataset[] = []
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-compare-'))
})
afterAll(async () => {
  for (const dataset of opened) await dataset.close()
  rmSync(folder, { recursive: true, force: true })
})
async function open(name: string): Promise<Dataset> {
  const dataset = await openDataset(join(folder, name))
  opened.push(dataset)
  return dataset
}

interface Wanted {
  readonly name: string
  readonly format?: 'ome-tiff' | 'ome-zarr'
  readonly frames?: number
  readonly width?: number
  readonly dtype?: PixelType
  readonly value?: (n: number, i: number) => number
  readonly record?: (n: number) => FrameRecord
}
const noise = (n: number, i: number): number => ((i + 7) * 2_654_435_761 + n * 40_503) % 65_536

async function written({
  name,
  format = 'ome-tiff',
  frames = 3,
  width = WIDTH,
  dtype = 'uint16',
  value = noise,
  record = (n) => ({ delta_t: n / 2, temperature: 37 + n })
}: Wanted): Promise<Dataset> {
  const stream = await createStream(
    {
      rootPath: join(folder, name),
      format,
      dtype,
      dimensions: [
        { name: 't', count: null, type: 'time' },
        { name: 'y', count: HEIGHT, type: 'space' },
        { name: 'x', count: width, type: 'space' }
      ]
    },
    { threadFile: await writerThread() }
  )
  for (let n = 0; n < frames; n++) {
    const pixels = dtype === 'float32' ? new Float32Array(width * HEIGHT) : new Uint16Array(width * HEIGHT)
    for (let i = 0; i < pixels.length; i++) pixels[i] = value(n, i)
    await stream.append(pixels, { metadata: record(n) })
  }
  await stream.close()
  return open(`${name}.${format === 'ome-tiff' ? 'ome.tiff' : 'ome.zarr'}`)
}
const frame = (dataset: Dataset, n: number): { dataset: Dataset; image: number; index: number[] } => ({
  dataset,
  image: 0,
  index: [n]
})

describe('the difference of two frames', () => {
  test('is signed, of every pixel, and knows where it is greatest', async () => {
    const one = await written({ name: 'one' })
    const other = await written({
      name: 'other',
      format: 'ome-zarr',
      value: (n, i) => (i % 10 === 3 ? noise(n + 1, i) : noise(n, i))
    })
    const found = await differenceOf(frame(one, 1), frame(other, 1), 8192, 1)
    const wanted = Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
      i % 10 === 3 ? noise(1, i) - noise(2, i) : 0
    )
    expect(found.picture).toMatchObject({ width: WIDTH, height: HEIGHT, step: 1, frame: 1 })
    expect(found.picture.data).toEqual(wanted)
    const largest = wanted.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0)
    const at = wanted.indexOf(largest)
    expect(found).toMatchObject({
      compared: WIDTH * HEIGHT,
      different: wanted.filter((value) => value !== 0).length,
      mostApart: { difference: largest, x: at % WIDTH, y: Math.floor(at / WIDTH) },
      leftOut: 0,
      reason: null
    })
    expect(found.mean).toBeCloseTo(wanted.reduce((a, b) => a + b, 0) / wanted.length, 10)
  })

  test('never loses a single pixel to a smaller picture', async () => {
    const one = await written({ name: 'flat', value: () => 500 })
    const other = await written({ name: 'spot', value: (_, i) => (i === 20 * WIDTH + 33 ? 507 : 500) })
    const { picture, mostApart } = await differenceOf(frame(one, 0), frame(other, 0), 16, 0)
    expect(picture.step).toBe(4)
    expect(picture.source).toEqual({ kind: 'largest', step: 4 })
    expect([...picture.data].filter((value) => value !== 0)).toEqual([-7])
    expect(picture.data[5 * picture.width + 8]).toBe(-7)
    expect(mostApart).toEqual({ difference: -7, x: 33, y: 20 })
  })

  test('leaves NaN out and counts it; no compared pixel, no greatest difference', async () => {
    const one = await written({ name: 'nan', dtype: 'float32', value: (_, i) => (i % 2 === 0 ? NaN : 1) })
    const found = await differenceOf(frame(one, 0), frame(one, 1), 8192, 0)
    expect(found).toMatchObject({ compared: 1433, leftOut: 1434, different: 0 })
    expect(found.mostApart).toMatchObject({ difference: 0 })
    const all = await written({ name: 'all-nan', dtype: 'float32', value: () => NaN })
    const none = await differenceOf(frame(one, 0), frame(all, 1), 8192, 0)
    expect(none).toMatchObject({ compared: 0, mostApart: null, mean: null })
  })

  test('of different sizes is a sentence', async () => {
    const one = await open('one.ome.tiff')
    const wide = await written({ name: 'wide', width: 80 })
    await expect(differenceOf(frame(one, 0), frame(wide, 0), 8192, 0)).rejects.toMatchObject({
      message: 'The frames have different sizes, 61 × 47 and 80 × 47 pixels: there is no difference to show.'
    })
  })
})

describe('two datasets', () => {
  test('of one recording in both formats are equal', async () => {
    const tiff = await open('one.ome.tiff')
    const zarr = await written({ name: 'same', format: 'ome-zarr' })
    expect(await compareDatasets(tiff, zarr)).toMatchObject({
      equal: true,
      samePlanes: 3,
      comparedFrames: 3,
      about: []
    })
  })

  test('tell every pixel, value, key and frame that differs', async () => {
    const one = await open('one.ome.tiff')
    const other = await written({
      name: 'changed',
      frames: 4,
      value: (n, i) => (n === 1 && i === 40 ? noise(n, i) ^ 1 : noise(n, i)),
      record: (n) => ({
        delta_t: n / 2,
        temperature: n === 2 ? '39' : 37 + n,
        ...(n === 0 ? { extra: [1] } : {})
      })
    })
    const report = await compareDatasets(one, other)
    expect(report).toMatchObject({
      equal: false,
      frames: [3, 4],
      samePlanes: 2,
      differentPlanes: [{ frame: 1, most: 1, why: 'its pixels are others' }],
      differentPlaneCount: 1,
      differentValues: [
        { frame: 0, key: 'extra', values: ['–', '[1]'] },
        { frame: 2, key: 'temperature', values: ['39', '"39"'] }
      ],
      differentValueCount: 2
    })
    expect(report.about).toContain(
      'They have 3 and 4 frames; those beyond the shorter one were not compared.'
    )
  })

  test('with a damaged plane in one of them differ there', async () => {
    cpSync(join(folder, 'same.ome.zarr'), join(folder, 'damaged.ome.zarr'), { recursive: true })
    const chunks = readdirSync(join(folder, 'damaged.ome.zarr'), { recursive: true, encoding: 'utf8' })
    const chunk = chunks.find((name) => /(^|\/)c\/0\/0\/0$/.test(name))
    if (chunk === undefined) throw new Error(chunks.join())
    writeFileSync(join(folder, 'damaged.ome.zarr', chunk), new Uint8Array(10))
    const report = await compareDatasets(await open('same.ome.zarr'), await open('damaged.ome.zarr'))
    expect(report.equal).toBe(false)
    expect(report.differentPlanes[0]?.why).toMatch(/^it is missing in the second dataset: /)
  })

  test('of planes too large for memory are compared band by band, with their holes', async () => {
    const spot = { x: 700, y: 6000 }
    const big = { side: 12_000, chunk: 1000, spot, around: 1, smaller: 0 }
    writeBigZarr(join(folder, 'big.ome.zarr'), big)
    for (const name of ['big-same', 'big-changed', 'big-hole'])
      cpSync(join(folder, 'big.ome.zarr'), join(folder, `${name}.ome.zarr`), { recursive: true })
    const chunk = (name: string): string => join(folder, `${name}.ome.zarr`, '0', 'c', '6', '0')
    const bytes = readFileSync(chunk('big-changed'))
    bytes.writeUInt16LE(bytes.readUInt16LE(2 * 4321) + 77, 2 * 4321)
    writeFileSync(chunk('big-changed'), bytes)
    rmSync(chunk('big-hole'))
    const one = await open('big.ome.zarr')
    expect(await compareDatasets(one, await open('big-same.ome.zarr'))).toMatchObject({
      equal: true,
      samePlanes: 1
    })
    expect((await compareDatasets(one, await open('big-changed.ome.zarr'))).differentPlanes).toEqual([
      { frame: 0, most: 77, why: 'its pixels are others' }
    ])
    const [hole] = (await compareDatasets(one, await open('big-hole.ome.zarr'))).differentPlanes
    expect(hole?.why).toMatch(/^parts of it are missing: /)
  })

  test('of other pixel types differ in every frame, also where the numbers are the same', async () => {
    const whole = await written({ name: 'whole', value: (_, i) => i % 9 })
    const float = await written({ name: 'float', dtype: 'float32', value: (_, i) => i % 9 })
    const report = await compareDatasets(whole, float)
    expect(report.differentPlanes.map(({ why }) => why)).toEqual(
      Array.from({ length: 3 }, () => '61 × 47 uint16 and 61 × 47 float32')
    )
  })
})
