// Measuring in stored pixels: held against sums made pixel by pixel from what was written, in both formats; missing is never a value.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RegionShape, Statistics } from '../../../src-preload/contract/measure'
import type { PixelType } from '../../../src-preload/contract/pixels'
import type { Dataset, PlanePart } from '../../../src-main/datasets/dataset'
import { measure } from '../../../src-main/datasets/measure/measure'
import { measureFrames } from '../../../src-main/datasets/measure/measure-frames'
import { runsWithout, stepsOf } from '../../../src-main/datasets/measure/shape-pixels'
import { Tally } from '../../../src-main/datasets/measure/tally'
import { openDataset } from '../../../src-main/datasets/open-dataset'
import { createStream } from '../../../src-main/formats/stream'
import { bigValue, writeBigZarr } from '../../support/big-pictures'
import { writerThread } from '../../support/bundle'

const [WIDTH, HEIGHT] = [53, 37]
let folder = ''
const opened: Dataset[] = []
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-measure-'))
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

/** Three times and two channels; what is written is answered, too. */
async function written(
  name: string,
  format: 'ome-tiff' | 'ome-zarr',
  dtype: PixelType,
  value: (n: number, i: number) => number,
  make: (length: number) => Uint16Array | Float32Array | Int32Array
): Promise<{ dataset: Dataset; planes: ArrayLike<number>[] }> {
  const stream = await createStream(
    {
      rootPath: join(folder, name),
      format,
      dtype,
      dimensions: [
        { name: 't', count: null, type: 'time' },
        { name: 'c', count: 2, type: 'channel', coords: [{ name: 'DAPI' }, { name: 'GFP' }] },
        { name: 'y', count: HEIGHT, type: 'space' },
        { name: 'x', count: WIDTH, type: 'space' }
      ]
    },
    { threadFile: await writerThread() }
  )
  const planes: ArrayLike<number>[] = []
  for (let n = 0; n < 6; n++) {
    const pixels = make(WIDTH * HEIGHT)
    for (let i = 0; i < pixels.length; i++) pixels[i] = value(n, i)
    planes.push(pixels)
    await stream.append(pixels, { metadata: { delta_t: n } })
  }
  await stream.close()
  return { dataset: await open(`${name}.${format === 'ome-tiff' ? 'ome.tiff' : 'ome.zarr'}`), planes }
}

/** The plain way: all pixels of the plane, one after the other, in a list. */
function plainly(plane: ArrayLike<number>, inside: (x: number, y: number) => boolean): Statistics {
  const all: number[] = []
  for (let i = 0; i < plane.length; i++)
    if (inside(i % WIDTH, Math.floor(i / WIDTH))) all.push(plane[i] as number)
  const values = all.filter(Number.isFinite)
  const sum = values.reduce((a, b) => a + b, 0)
  const mean = sum / values.length
  return {
    n: values.length,
    min: Math.min(...values),
    max: Math.max(...values),
    mean,
    std: Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length - 1)),
    sum,
    missing: 0,
    notFinite: all.length - values.length
  }
}

function expectClose(found: Statistics | null | undefined, wanted: Statistics): void {
  if (found == null) throw new Error('nothing was measured')
  for (const key of ['n', 'min', 'max', 'missing', 'notFinite'] as const)
    expect([key, found[key]]).toEqual([key, wanted[key]])
  for (const key of ['mean', 'std', 'sum'] as const) {
    const [a, b] = [found[key] ?? NaN, wanted[key] ?? NaN]
    expect(Math.abs(a - b), `${key} ${a} for ${b}`).toBeLessThanOrEqual(
      Math.abs(b) * (key === 'std' ? 1e-10 : 1e-12)
    )
  }
}

const rectangle: RegionShape = { kind: 'rectangle', x: 5, y: 3, width: 20, height: 30 }
const inRectangle = (x: number, y: number): boolean => x >= 5 && x < 25 && y >= 3 && y < 33
const ellipse: RegionShape = { kind: 'ellipse', x: 2, y: 4, width: 41, height: 22 }
const inEllipse = (x: number, y: number): boolean =>
  ((x + 0.5 - 22.5) / 20.5) ** 2 + ((y + 0.5 - 15) / 11) ** 2 <= 1

const noise = (n: number, i: number): number => ((i + 1) * 2_654_435_761 + n * 40_503) % 65_536

describe.each(['ome-tiff', 'ome-zarr'] as const)('statistics of a region of %s', (format) => {
  test('are those of every stored pixel, for each channel', async () => {
    const { dataset, planes } = await written('ints', format, 'uint16', noise, (n) => new Uint16Array(n))
    for (const [shape, inside] of [
      [rectangle, inRectangle],
      [ellipse, inEllipse]
    ] as const) {
      const { channels } = await measure(dataset, 0, [1, 0], shape)
      expect(channels.map(({ name }) => name)).toEqual(['DAPI', 'GFP'])
      channels.forEach(({ statistics, reason }, channel) => {
        expectClose(statistics, plainly(planes[2 + channel] as Uint16Array, inside))
        expect(reason).toBeNull()
      })
    }
  })

  test('leave NaN and infinities out, count them, and lose nothing to a large mean', async () => {
    const { dataset, planes } = await written(
      'floats',
      format,
      'float32',
      (n, i) => (i % 97 === 0 ? NaN : i % 101 === 0 ? -Infinity : 1e7 + noise(n, i) / 65_536),
      (n) => new Float32Array(n)
    )
    const { channels } = await measure(dataset, 0, [0, 1], ellipse)
    const wanted = plainly(planes[0] as Float32Array, inEllipse)
    expect(wanted.notFinite).toBeGreaterThan(5)
    expectClose(channels[0]?.statistics, wanted)
  })
})

test('a region of which all is NaN has no mean', async () => {
  const { dataset } = await written(
    'nan',
    'ome-zarr',
    'float32',
    () => NaN,
    (n) => new Float32Array(n)
  )
  const { channels } = await measure(dataset, 0, [0, 0], rectangle)
  expect(channels[0]?.statistics).toEqual({
    n: 0,
    min: null,
    max: null,
    mean: null,
    std: null,
    sum: 0,
    missing: 0,
    notFinite: 600
  })
})

test('what reaches beyond the plane is cut off, and what lies outside is refused in a sentence', async () => {
  const { dataset, planes } = await written(
    'edge',
    'ome-tiff',
    'int32',
    (_, i) => i - 900,
    (n) => new Int32Array(n)
  )
  const beyond = { kind: 'ellipse', x: 40, y: 30, width: 60, height: 40 } as const
  const { channels } = await measure(dataset, 0, [0, 0], beyond)
  const inside = (x: number, y: number): boolean =>
    ((x + 0.5 - 70) / 30) ** 2 + ((y + 0.5 - 50) / 20) ** 2 <= 1
  expectClose(channels[0]?.statistics, plainly(planes[0] as Int32Array, inside))
  await expect(measure(dataset, 0, [0, 0], { ...rectangle, x: WIDTH })).rejects.toMatchObject({
    message: 'The shape lies outside of 53 × 37 pixels.'
  })
})

describe('a line', () => {
  test('has each pixel on its way once, from the first to the last, as it is stored', async () => {
    const { dataset, planes } = await written('line', 'ome-tiff', 'uint16', noise, (n) => new Uint16Array(n))
    const line = { kind: 'line', x1: 50, y1: 2, x2: 3, y2: 30 } as const
    const { channels } = await measure(dataset, 0, [2, 0], line)
    const [dapi] = channels
    const steps = stepsOf(line)
    expect(steps[0]).toEqual({ x: 50, y: 2 })
    expect(steps[steps.length - 1]).toEqual({ x: 3, y: 30 })
    expect(new Set(steps.map(({ x }) => x)).size).toBe(48)
    // never further from the true line than half a pixel
    for (const { x, y } of steps) expect(Math.abs(y - (2 + ((50 - x) * 28) / 47))).toBeLessThanOrEqual(0.5)
    expect([...(dapi?.values ?? [])]).toEqual(steps.map(({ x, y }) => planes[4]?.[y * WIDTH + x]))
    expect(dapi?.statistics?.n).toBe(48)
  })

  test('of one pixel is that pixel', async () => {
    const dataset = await open('line.ome.tiff')
    const { channels } = await measure(dataset, 0, [0, 0], { kind: 'line', x1: 7, y1: 1, x2: 7, y2: 1 })
    expect([...(channels[0]?.values ?? [])]).toEqual([noise(0, WIDTH + 7)])
  })
})

describe('in a plane of 100 000 × 100 000', () => {
  const spot = { x: 61_234, y: 34_567 }
  let dataset: Dataset
  const read: PlanePart[] = []
  beforeAll(async () => {
    writeBigZarr(join(folder, 'big.ome.zarr'), { side: 100_000, chunk: 512, spot, around: 2, smaller: 7 })
    const whole = await open('big.ome.zarr')
    dataset = Object.create(whole) as Dataset
    dataset.part = async (...wanted) => {
      const part = await whole.part(...wanted)
      if (!('missing' in part)) read.push(part)
      return part
    }
  })

  test('a region is of the full resolution, not of a smaller copy', async () => {
    const shape = { kind: 'rectangle', x: spot.x - 300, y: spot.y - 200, width: 701, height: 433 } as const
    const { channels } = await measure(dataset, 0, [], shape)
    let sum = 0
    for (let y = 0; y < 433; y++) for (let x = 0; x < 701; x++) sum += bigValue(shape.x + x, shape.y + y)
    expect(channels[0]?.statistics).toMatchObject({ n: 701 * 433, sum, missing: 0 })
  })

  test('a line across all of it reads little, and is NaN where chunks are missing', async () => {
    read.length = 0
    const line = { kind: 'line', x1: 0, y1: spot.y, x2: 99_999, y2: spot.y + 300 } as const
    const { channels } = await measure(dataset, 0, [], line)
    const [found] = channels
    const values = found?.values ?? new Float64Array()
    expect(values.length).toBe(100_000)
    expect(values[spot.x]).toBe(bigValue(spot.x, Math.round(spot.y + (300 * spot.x) / 99_999)))
    expect(values[0]).toBeNaN()
    expect(found?.statistics?.n).toBe(values.filter((value) => !Number.isNaN(value)).length)
    expect(found?.statistics?.missing).toBe(100_000 - (found?.statistics?.n ?? 0))
    expect(found?.reason).toMatch(/missing|not there/i)
    const pixels = read.reduce((all, { width, height }) => all + width * height, 0)
    expect(pixels).toBeLessThan(100_000 * 301 * 0.2)
  })

  test('a region with a hole counts what is missing and measures the rest', async () => {
    const { channels } = await measure(dataset, 0, [], {
      kind: 'rectangle',
      x: spot.x,
      y: spot.y,
      width: 4000,
      height: 10
    })
    const { n = 0, missing = 0, sum = 0 } = channels[0]?.statistics ?? {}
    expect([n > 0, missing > 0, n + missing]).toEqual([true, true, 40_000])
    let wanted = 0
    for (let y = 0; y < 10; y++) for (let x = 0; x < n / 10; x++) wanted += bigValue(spot.x + x, spot.y + y)
    expect(sum).toBe(wanted)
  })

  test('too large a region is refused with what to do', async () => {
    const whole = { kind: 'rectangle', x: 0, y: 0, width: 100_000, height: 100_000 } as const
    await expect(measure(dataset, 0, [], whole)).rejects.toMatchObject({
      message: 'The region has more than 268 million pixels.',
      next: 'Draw a smaller one.'
    })
  })
})

test('all frames are measured one by one, with their numbers', async () => {
  const { dataset, planes } = await written('all', 'ome-zarr', 'uint16', noise, (n) => new Uint16Array(n))
  const told: number[] = []
  const found = await measureFrames(dataset, 0, ellipse, ({ done }) => told.push(done))
  expect([...found.frames]).toEqual([0, 1, 2, 3, 4, 5])
  expect(found.missing).toBe(0)
  planes.forEach((plane, n) => {
    const { mean, std, min, max } = plainly(plane, inEllipse)
    const [series] = found.samples
    expect([series?.min[n], series?.max[n]]).toEqual([min, max])
    expect(series?.mean[n]).toBeCloseTo(mean ?? NaN, 8)
    expect(series?.std[n]).toBeCloseTo(std ?? NaN, 8)
  })
  expect(told).toEqual([0, 1, 2, 3, 4, 5])
})

test('a tally of parts is that of the whole, also where few values are far from the rest', () => {
  const values = Array.from({ length: 10_000 }, (_, i) => 1e12 + (i % 7) * 0.5 + (i === 5000 ? 3e3 : 0))
  const parts = new Tally()
  for (let from = 0; from < values.length; from += 331)
    parts.add(values, from, Math.min(331, values.length - from), 1)
  const mean = values.reduce((sum, value) => sum + (value - 1e12), 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - 1e12 - mean) ** 2, 0)
  const { std, mean: found } = parts.statistics()
  expect((found ?? 0) - 1e12).toBeCloseTo(mean, 3)
  expect(std).toBeCloseTo(Math.sqrt(squares / (values.length - 1)), 4)
})

test('holes are taken out of a run wherever they lie', () => {
  const run = { from: 10, to: 20 }
  expect(runsWithout(run, [])).toEqual([run])
  expect(runsWithout(run, [{ from: 0, to: 10 }])).toEqual([run])
  expect(
    runsWithout(run, [
      { from: 15, to: 17 },
      { from: 0, to: 12 },
      { from: 16, to: 18 }
    ])
  ).toEqual([
    { from: 12, to: 15 },
    { from: 18, to: 20 }
  ])
  expect(runsWithout(run, [{ from: 5, to: 30 }])).toEqual([])
})
