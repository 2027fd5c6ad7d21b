/** The data model: defaults, rules and errors of the settings. */
import { describe, expect, test } from 'vitest'
import { Failed } from '../../../src-preload/contract/failure'
import { planStream } from '../../../src-main/formats/plan'
import { safeName, standardPlate } from '../../../src-main/formats/plan-positions'
import type { AcquisitionSettings, Dimension, Position } from '../../../src-main/formats/settings'

const y: Dimension = { name: 'y', count: 32 }
const x: Dimension = { name: 'x', count: 64 }
const t: Dimension = { name: 't', count: null }
const base: AcquisitionSettings = {
  rootPath: '/data/run',
  dimensions: [t, y, x],
  dtype: 'uint16',
  format: 'ome-tiff'
}
const positions = (...coords: (string | Position)[]): Dimension => ({
  name: 'p',
  type: 'position',
  count: coords.length,
  coords
})

function refused(settings: object): string {
  try {
    planStream({ ...base, ...settings })
  } catch (error) {
    expect(error).toBeInstanceOf(Failed)
    expect((error as Failed).code).toBe('argument.invalid')
    return (error as Failed).message
  }
  throw new Error('was taken')
}

test('an event-driven run is t (unbounded), y, x', () => {
  const plan = planStream({ ...base, format: 'both' })
  expect(plan).toMatchObject({
    folder: '/data',
    stem: 'run',
    tiffPath: '/data/run.ome.tiff',
    zarrPath: '/data/run.ome.zarr',
    frame: { width: 64, height: 32, pixelType: 'uint16' },
    positionAxis: null,
    storageOrder: [0],
    images: [{ index: 0, name: '0', part: '', position: null }],
    compression: { tiff: 'none', zarr: 'none' },
    tiffMetadata: 'redundant',
    shardIndex: 'end'
  })
  expect(plan.axes).toMatchObject([
    { name: 't', type: 'time', count: null, unit: null, scale: null, chunk: 1 }
  ])
  expect(plan.startedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  expect(new Set(plan.uuids).size).toBe(3)
})

describe('paths', () => {
  test.each([
    ['/d/a.ome.tiff', 'ome-tiff', '/d/a.ome.tiff'],
    ['/d/a.ome.tif', 'ome-tiff', '/d/a.ome.tif'],
    ['/d/a.b.tiff', 'ome-tiff', '/d/a.b.tiff'],
    ['/d/a.TIF', 'ome-tiff', '/d/a.TIF'],
    ['/d/a.ome.zarr', 'ome-zarr', '/d/a.ome.zarr'],
    ['/d/a.zarr', 'ome-zarr', '/d/a.zarr']
  ])('the suffix of %s decides the format and stays', (rootPath, format, path) => {
    const { format: _, ...rest } = base
    const plan = planStream({ ...rest, rootPath })
    expect(format === 'ome-tiff' ? [plan.tiffPath, plan.zarrPath] : [plan.zarrPath, plan.tiffPath]).toEqual([
      path,
      null
    ])
    expect(plan.stem).toMatch(/^a(\.b)?$/)
  })

  test.each([
    [
      { rootPath: '/d/a.zarr', format: 'ome-tiff' },
      'format is "ome-tiff"; allowed is ome-zarr, since rootPath ends with .zarr'
    ],
    [{ rootPath: '/d/a.tif', format: 'both' }, 'format is "both"; allowed is ome-tiff'],
    [{ format: undefined }, 'format is undefined; allowed is ome-tiff, ome-zarr or both'],
    [{ rootPath: '/d/.ome.tiff' }, 'rootPath is "/d/.ome.tiff"'],
    [{ rootPath: '' }, 'settings.rootPath is ""']
  ])('refuses %o', (settings, message) => {
    expect(refused(settings)).toContain(message)
  })

  test('several positions make a folder of TIFFs', () => {
    expect(planStream({ ...base, dimensions: [t, positions('a', 'b'), y, x] }).tiffPath).toBe('/data/run')
  })
})

describe('refused settings name the field, what was found, what is allowed', () => {
  test.each<[object, string]>([
    [{ colour: 'red' }, 'settings.colour is "given"; allowed is one of rootPath, dimensions'],
    [{ dimensions: [x] }, 'dimensions is "1 without the position"; allowed is 2 to 5'],
    [
      { dimensions: [t, { name: 'c', count: 1 }, { name: 'z', count: 1 }, { name: 'o', count: 1 }, y, x] },
      'dimensions is'
    ],
    [{ dimensions: [t, { ...t, count: 2 }, y, x] }, 'dimensions[1].name is "t"'],
    [{ dimensions: [positions('a'), { ...positions('b'), name: 'q' }, y, x] }, '2 of type position'],
    [{ dimensions: [{ name: 'c', count: 2 }, t, y, x] }, 'dimensions[1].count is "null (unbounded)"'],
    [{ dimensions: [t, { name: 'c', count: 2 }, x] }, 'dimensions[1].type is "channel"; allowed is space'],
    [
      { dimensions: [{ ...t, count: 0 }, y, x] },
      'settings.dimensions[0].count is 0; allowed is a whole number from 1'
    ],
    [
      { dimensions: [t, y, { ...x, scale: 0 }] },
      'settings.dimensions[2].scale is 0; allowed is a number greater than 0'
    ],
    [
      { dimensions: [t, y, { ...x, unit: 'furlong' }] },
      'dimensions[2].unit is "furlong"; allowed is a unit of length'
    ],
    [{ dimensions: [{ ...t, unit: 'µm' }, y, x] }, 'dimensions[0].unit is "µm"; allowed is a unit of time'],
    [
      { dimensions: [t, { name: 'c', count: 2, coords: ['one'] }, y, x] },
      'dimensions[1].coords is "1 entries"; allowed is count entries (2)'
    ],
    [{ dimensions: [t, { name: 'c', count: 2, coords: ['a', 'a'] }, y, x] }, 'coords[1].name is "a"'],
    [
      { dimensions: [t, { name: 'c', count: 1, coords: [{ name: 'a', excitationWavelengthNm: 0 }] }, y, x] },
      'excitationWavelengthNm is 0'
    ],
    [
      { dimensions: [t, { name: 'c', count: 1, coords: [{ name: 'a', color: 'red' }] }, y, x] },
      'color is "red"; allowed is #rrggbb'
    ],
    [
      { dimensions: [{ name: 't', count: 2 }, { name: 'u', type: 'time', count: 2 }, y, x] },
      't and u, all of type time'
    ],
    [{ dtype: 'uint64' }, 'dtype is "uint64"'],
    [{ dtype: 'float16' }, 'the OME schema has no other pixel types'],
    [{ dtype: 'complex64' }, 'settings.dtype is "complex64"'],
    [
      { dimensions: [{ name: 'a', count: 2 }, y, x] },
      'type of a is "other"; allowed is time, channel or space for OME-TIFF'
    ],
    [
      { compression: 'blosc-lz4' },
      'compression is "blosc-lz4"; allowed is none, lzw, deflate, zstd for OME-TIFF'
    ],
    [{ compression: 'lzw', format: 'ome-zarr' }, 'compression is "lzw"'],
    [{ significantBits: 17 }, 'significantBits is 17; allowed is 1 to 16 for uint16'],
    [
      { plate: { rowNames: ['A'], columnNames: ['1'] } },
      'plate is "given"; allowed is nothing without a dimension of type position'
    ],
    [{ format: 'ome-zarr', storageOrder: ['t', 'q'] }, 'storageOrder is "t, q"'],
    [
      {
        format: 'ome-zarr',
        storageOrder: 'acquisition',
        dimensions: [{ name: 'z', count: 2 }, { name: 't', count: 2 }, y, x]
      },
      'storageOrder is "z, t"; allowed is t, z for OME-Zarr'
    ]
  ])('%o', (settings, message) => {
    expect(refused(settings)).toContain(message)
  })
})

describe('positions', () => {
  const with_ = (...coords: (string | Position)[]): object => ({
    dimensions: [t, positions(...coords), y, x],
    format: 'ome-zarr'
  })

  test.each<[object, string]>([
    [with_('a', 'a'), 'coords[1].name is "a"'],
    [with_('a b', 'a_b'), 'a name that does not share the group "a_b" with coords[0]'],
    [
      with_({ name: 'a', gridRow: 1 }),
      'gridRow and gridColumn is "one of the two"; allowed is both or neither'
    ],
    [with_({ name: 'a', plateRow: 'A' }), 'plateRow and plateColumn is "one of the two"'],
    [with_({ name: 'a', plateRow: 'A', plateColumn: '1' }), 'allowed is nothing without a plate'],
    [
      { ...with_({ name: 'a', plateRow: 'Z', plateColumn: '1' }), plate: standardPlate(6) },
      'plateRow is "Z"; allowed is A, B'
    ],
    [{ ...with_('a'), plate: standardPlate(6) }, 'plateRow is undefined; allowed is A, B'],
    [
      { ...with_('a'), plate: { rowNames: ['A/'], columnNames: ['1'] } },
      'plate.rowNames[0] is "A/"; allowed is letters and digits'
    ]
  ])('refuses %o', (settings, message) => {
    expect(refused(settings)).toContain(message)
  })

  test('the same name in two grid cells or wells is two groups', () => {
    const grid = [0, 1].map((gridColumn) => ({ name: 'a', gridRow: 0, gridColumn }))
    expect(planStream({ ...base, ...with_(...grid) }).images.map(({ part }) => part)).toEqual([
      'a_r0_c0',
      'a_r0_c1'
    ])
    const wells = ['1', '1', '2'].map((plateColumn, i) => ({ name: `f${i}`, plateRow: 'B', plateColumn }))
    const plan = planStream({ ...base, ...with_(...wells), plate: standardPlate(6) })
    expect(plan.images.map(({ part }) => part)).toEqual(['B/1/0', 'B/1/1', 'B/2/0'])
  })

  test('plates have the standard sizes', () => {
    for (const [wells, rows, columns] of [
      [6, 2, 3],
      [96, 8, 12],
      [1536, 32, 48]
    ] as const) {
      const plate = standardPlate(wells)
      expect([plate.rowNames.length, plate.columnNames.length]).toEqual([rows, columns])
    }
    expect(standardPlate(1536).rowNames.slice(24, 28)).toEqual(['Y', 'Z', 'AA', 'AB'])
    expect(() => standardPlate(7)).toThrow('plate wells is 7; allowed is 6, 12, 24, 48, 96, 384, 1536')
  })

  test.each([
    ['Pos 1', 'Pos_1'],
    ['../up', 'p__up'],
    ['..', 'p_'],
    ['OME', 'p_OME'],
    ['con', 'p_con'],
    ['a.', 'a'],
    ['µ', '_'],
    ['zarr.json', 'p_zarr.json'],
    ['__x', 'p___x']
  ])('%s becomes a safe group name', (name, safe) => {
    expect(safeName(name)).toBe(safe)
  })
})

describe('chunks and shards', () => {
  const chunks = (side: number, more: Dimension[] = [t]): number[][] => {
    const plan = planStream({
      ...base,
      format: 'ome-zarr',
      dimensions: [...more, { name: 'y', count: side }, { name: 'x', count: side }]
    })
    return [...plan.axes, plan.y, plan.x].map(({ chunk, shardChunks }) => [chunk, shardChunks ?? 0])
  }

  test('a chunk is a frame and a shard about 64 MB along time', () => {
    expect(chunks(2048)).toEqual([
      [1, 8],
      [2048, 1],
      [2048, 1]
    ])
    expect(chunks(512)).toEqual([
      [1, 128],
      [512, 1],
      [512, 1]
    ])
    expect(chunks(16)).toEqual([
      [1, 4096],
      [16, 1],
      [16, 1]
    ])
  })

  test('a frame above 32 MB is cut in rows', () => {
    expect(chunks(8192)).toEqual([
      [1, 1],
      [2048, 4],
      [8192, 1]
    ])
  })

  test('whole inner axes come first', () => {
    const c: Dimension = { name: 'c', count: 2 }
    const z: Dimension = { name: 'z', count: 5 }
    expect(chunks(512, [t, c, z])).toEqual([
      [1, 12],
      [1, 2],
      [1, 5],
      [512, 1],
      [512, 1]
    ])
    expect(chunks(2048, [t, c, z])).toEqual([
      [1, 1],
      [1, 1],
      [1, 5],
      [2048, 1],
      [2048, 1]
    ])
  })

  test('what is given is taken: chunks alone are not sharded', () => {
    expect(chunks(512, [{ ...t, chunkSize: 4 }])).toEqual([
      [4, 0],
      [512, 0],
      [512, 0]
    ])
    expect(chunks(512, [{ ...t, chunkSize: 4, shardSizeChunks: 3 }])).toEqual([
      [4, 3],
      [512, 1],
      [512, 1]
    ])
  })
})

test('axes are stored in the order time, channel, space', () => {
  const plan = planStream({
    ...base,
    dimensions: [{ name: 'z', count: 2 }, { name: 't', count: 3 }, { name: 'c', count: 2 }, y, x]
  })
  expect(plan.storageOrder).toEqual([1, 2, 0])
})

test('even coordinates tell scale and translation', () => {
  const plan = planStream({
    ...base,
    dimensions: [{ name: 'z', count: 3, unit: 'um', coords: [10, 10.5, 11] }, y, x]
  })
  expect(plan.axes[0]).toMatchObject({ unit: 'micrometer', scale: 0.5, translation: 10 })
})
