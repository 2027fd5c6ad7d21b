/** What the streams write, before the outside judges: positions, plates, skips, early stops, pixel types and compressions, both formats from one stream. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { BYTES_PER_PIXEL, type PixelType } from '../../src-preload/contract/pixels'
import type { FrameRecord } from '../../src-preload/contract/record'
import { Router, imageSizes, planeNumber } from '../../src-main/formats/layout'
import type { AcquisitionSettings, Dimension } from '../../src-main/formats/settings'
import { createStream, type AppendStream } from '../../src-main/formats/stream'
import { writerThread } from '../support/bundle'
import { complaints, judge } from '../support/judge'

const WIDTH = 40
const HEIGHT = 24
const y: Dimension = { name: 'y', count: HEIGHT }
const x: Dimension = { name: 'x', count: WIDTH }
const t: Dimension = { name: 't', count: null }

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-spec-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Bytes that tell the frame; for floats they stay finite. */
function pixels(type: PixelType, n: number): Uint8Array {
  const size = WIDTH * HEIGHT * BYTES_PER_PIXEL[type]
  const values = type.startsWith('float') ? 64 : 256
  return Uint8Array.from({ length: size }, (_, k) => (k * 7 + n * 13 + (k >> 8)) % values)
}

/** S11 first values: the least, the greatest and those around the sign. */
const metadata = (n: number): FrameRecord => ({
  delta_t: n / 10,
  exposure_time: 1e-7,
  position_x: 100 + n / 3,
  position_y: null,
  temperature: 37 + n / 7,
  text: `frame ${n} <"&'> \u0001\r\n é µ`,
  truth: n % 2 === 0,
  nothing: null,
  list: [n, ['a', { b: [] }]],
  big: 2 ** 60
})

interface Run {
  readonly settings: Partial<AcquisitionSettings> & { readonly dimensions: readonly Dimension[] }
  readonly frames: number
  readonly skipped?: readonly number[]
}

async function record({
  settings,
  frames,
  skipped = []
}: Run): Promise<{ stream: AppendStream; expected: object }> {
  const type = settings.dtype ?? 'uint16'
  const stream = await createStream(
    { rootPath: join(folder, 'run'), format: 'both', ...settings, dtype: type },
    { threadFile: await writerThread(), poolBytes: 1_000_000 }
  )
  const { plan } = stream
  const router = new Router(plan)
  const planes = plan.images.map(() => 0)
  const recorded = plan.images.map(() => 0)
  const written: { image: number; index: readonly number[]; sha256: string; metadata: FrameRecord }[] = []
  for (let n = 0; n < frames; n++) {
    const { image, index } = router.next()
    planes[image] = planeNumber(plan, index) + 1
    if (skipped.includes(n)) {
      stream.skip(1)
      continue
    }
    recorded[image] = (recorded[image] ?? 0) + 1
    const bytes = pixels(type, n)
    await stream.append(bytes, { metadata: metadata(n) })
    written.push({
      image,
      index,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      metadata: metadata(n)
    })
  }
  stream.setGlobalMetadata('my.org/about', { a: 1, b: 'two', c: [3] })
  const present = plan.images.filter(({ index }) => (recorded[index] ?? 0) > 0)
  return {
    stream,
    expected: {
      axes: [...plan.axes.map(({ name }) => name), 'y', 'x'],
      dtype: type,
      images: present.map(({ index, name }) => ({
        name,
        shape: [...imageSizes(plan, planes[index] ?? 0), HEIGHT, WIDTH]
      })),
      frames: written.map((frame) => ({
        ...frame,
        image: present.findIndex(({ index }) => index === frame.image)
      }))
    }
  }
}

async function verdicts(run: Run): Promise<string[]> {
  const { stream, expected } = await record(run)
  const { paths } = await stream.close()
  expect(paths.length).toBeGreaterThan(0)
  const all = await Promise.all(paths.map((path) => judge(path, { expect: expected })))
  return all.flatMap(complaints)
}

const positions = (count: number): Dimension => ({
  name: 'p',
  type: 'position',
  count,
  coords: Array.from({ length: count }, (_, i) => ({
    name: `Pos${i}`,
    xCoord: i * 10.5,
    yCoord: 2,
    zCoord: -3
  }))
})

describe('S10 S11 event-driven runs', () => {
  test.each(['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'float32', 'float64'] as const)(
    'of %s',
    async (dtype) => {
      expect(await verdicts({ settings: { dimensions: [t, y, x], dtype }, frames: 4 })).toEqual([])
    }
  )

  test.each(['lzw', 'deflate', 'zstd', 'gzip', 'blosc-zstd', 'blosc-lz4'] as const)(
    'with %s',
    async (compression) => {
      expect(await verdicts({ settings: { dimensions: [t, y, x], compression }, frames: 70 })).toEqual([])
    }
  )

  test('with skipped frames, at the end too', async () => {
    const dimensions = [t, { name: 'c', count: 2 }, y, x]
    expect(await verdicts({ settings: { dimensions }, frames: 9, skipped: [2, 3, 8] })).toEqual([])
    const again = { rootPath: join(folder, 'packed'), dimensions, compression: 'deflate' } as const
    expect(await verdicts({ settings: again, frames: 9, skipped: [0, 3, 7] })).toEqual([])
  })
})

test('channels, wavelengths, colours, units and pixel sizes', async () => {
  const dimensions: Dimension[] = [
    { name: 't', count: 2, unit: 's', scale: 0.5 },
    {
      name: 'c',
      count: 2,
      coords: [
        {
          name: 'DAPI',
          color: '#0000ff',
          excitationWavelengthNm: 405,
          emissionWavelengthNm: 460.5,
          fluorophore: 'DAPI'
        },
        'GFP'
      ]
    },
    { name: 'z', count: 3, scale: 0.5, unit: 'um', translation: 7 },
    { ...y, scale: 0.25, unit: 'micrometer' },
    { ...x, scale: 0.25, unit: 'µm' }
  ]
  expect(await verdicts({ settings: { dimensions, significantBits: 12 }, frames: 12 })).toEqual([])
})

describe('positions', () => {
  test.each(['redundant', 'master', 'companion'] as const)(
    'as a set with %s metadata, of unequal length',
    async (tiffMetadata) => {
      expect(
        await verdicts({ settings: { dimensions: [t, positions(3), y, x], tiffMetadata }, frames: 11 })
      ).toEqual([])
    }
  )

  test('on a plate with two fields in a well', async () => {
    const fields: Dimension = {
      name: 'p',
      type: 'position',
      count: 3,
      coords: [
        { name: 'f0', plateRow: 'A', plateColumn: '1' },
        { name: 'f1', plateRow: 'A', plateColumn: '1' },
        { name: 'f0', plateRow: 'B', plateColumn: '2' }
      ]
    }
    const plate = { rowNames: ['A', 'B'], columnNames: ['1', '2'], name: 'A plate' }
    expect(
      await verdicts({ settings: { dimensions: [{ name: 't', count: 2 }, fields, y, x], plate }, frames: 6 })
    ).toEqual([])
  })
})

describe('S8 a run of t2 c3 z2 p2 stopped early', () => {
  const dimensions = [
    { name: 't', count: 2 },
    { name: 'c', count: 3 },
    { name: 'z', count: 2 },
    positions(2),
    y,
    x
  ]
  const all = Array.from({ length: 24 }, (_, i) => i + 1)
  const some =
    process.env['BENCHFRAME_ALL_STOPS'] === undefined ? all.filter((n) => n % 6 === 1 || n === 24) : all
  test.each(some)('after %i frames', async (frames) => {
    expect(await verdicts({ settings: { dimensions }, frames })).toEqual([])
  })
})
