/**
 * S10 S11: layouts × pixel types × codecs and shards × kinds of run, all before the judges with Bio-Formats required. A sample that has every type, codec,
 * layout and kind of run stays in `npm test`; BENCHFRAME_MATRIX=full takes every combination.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { PIXEL_TYPES, type PixelType } from '../../src-preload/contract/pixels'
import type { AcquisitionSettings, Compression, Dimension } from '../../src-main/formats/settings'
import { complaints } from '../support/judge'
import { judgeBatch, type JudgeBatch } from '../support/judge-batch'
import { positions, record, t, x, y } from '../support/written-run'

const full = process.env['BENCHFRAME_MATRIX'] === 'full'
const minute = 60_000

let judges: JudgeBatch
let folder = ''
let judged = 0
beforeAll(() => {
  judges = judgeBatch()
})
afterAll(() => {
  judges.close()
  console.log(`matrix: ${judged} datasets judged`)
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-matrix-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

type Some = Partial<AcquisitionSettings>

const wells: Dimension = {
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

const layouts: Readonly<Record<string, { readonly position?: Dimension; readonly more?: Some }>> = {
  single: {},
  'positions, redundant': { position: positions(2), more: { tiffMetadata: 'redundant' } },
  'positions, master': { position: positions(2), more: { tiffMetadata: 'master' } },
  'positions, companion': { position: positions(2), more: { tiffMetadata: 'companion' } },
  plate: { position: wells, more: { plate } }
}
const tiffLayouts: typeof layouts = {
  ...layouts,
  tiles: { more: { tileSize: 16 } },
  'tiles and smaller levels': { more: { tileSize: 16, pyramidLevels: 2 } },
  'positions with smaller levels': {
    position: positions(2),
    more: { pyramidLevels: 1, tiffMetadata: 'companion' }
  }
}

/** Axes of the run, and after how many frames it ends, for so many positions. */
const runs = {
  'event-driven': (place: readonly Dimension[], count: number) => ({
    axes: [t, ...place],
    frames: 2 * count + 1
  }),
  'Multi-D': (place: readonly Dimension[], count: number) => ({
    axes: planned(place),
    frames: 12 * count
  }),
  'Multi-D stopped early': (place: readonly Dimension[], count: number) => ({
    axes: planned(place),
    frames: 6 * count + 5
  })
}
const planned = (place: readonly Dimension[]): Dimension[] => [
  { name: 't', count: 2 },
  ...place,
  { name: 'c', count: 3 },
  { name: 'z', count: 2 }
]

const shards: Readonly<Record<string, readonly [Partial<Dimension>, Partial<Dimension>]>> = {
  'a file a frame': [{ chunkSize: 1 }, {}],
  'frames in shards': [{ chunkSize: 1, shardSizeChunks: 3 }, {}],
  'two frames a chunk, two chunks a shard': [{ chunkSize: 2, shardSizeChunks: 2 }, {}],
  'frames cut in chunks, in shards': [{ chunkSize: 1, shardSizeChunks: 2 }, { chunkSize: 16 }]
}

interface Cell {
  readonly dtype: PixelType
  readonly compression: Compression
  readonly shard: string | null
}
const zarrOnly: readonly PixelType[] = ['uint64', 'int64', 'float16']
const tiffCells: readonly Cell[] = PIXEL_TYPES.filter((dtype) => !zarrOnly.includes(dtype)).flatMap((dtype) =>
  (['none', 'lzw', 'deflate', 'zstd'] as const).map((compression) => ({ dtype, compression, shard: null }))
)
const zarrCells: readonly Cell[] = PIXEL_TYPES.flatMap((dtype) =>
  (['none', 'zstd', 'blosc-zstd', 'blosc-lz4', 'gzip'] as const).flatMap((compression) =>
    Object.keys(shards).map((shard) => ({ dtype, compression, shard }))
  )
)

/** Without `full`, every so many cells; another offset for each table, so that together they meet every value. */
const chosen = (cells: readonly Cell[], table: number, step: number): readonly Cell[] =>
  full ? cells : cells.filter((_, i) => i % step === (table * 7) % step)

function settingsOf(cell: Cell, axes: readonly Dimension[]): Some & { dimensions: Dimension[] } {
  const { dtype, compression, shard } = cell
  const [outer, rows] = shard === null ? [{}, {}] : (shards[shard] ?? [{}, {}])
  const dimensions = [
    ...axes.map((axis, i) => (i === 0 ? { ...axis, ...outer } : axis)),
    { ...y, ...rows },
    x
  ]
  return { format: shard === null ? 'ome-tiff' : 'ome-zarr', dtype, compression, dimensions }
}

async function complaintsOf(
  cells: readonly Cell[],
  layout: string,
  run: keyof typeof runs
): Promise<string[]> {
  const { position, more } = tiffLayouts[layout] ?? {}
  const { axes, frames } = runs[run](position === undefined ? [] : [position], position?.count ?? 1)
  const all: string[] = []
  for (const [i, cell] of cells.entries()) {
    const settings = { ...more, ...settingsOf(cell, axes) }
    const { stream, expected } = await record({ rootPath: join(folder, `run${i}`), settings, frames })
    const { paths } = await stream.close()
    expect(paths).toHaveLength(1)
    for (const path of paths) {
      const verdict = await judges.judge(path, expected)
      judged += 1
      const missed = verdict.unreached.map((rule) => `${rule}: no verdict`)
      all.push(
        ...[...complaints(verdict), ...missed].map((line) => `${Object.values(cell).join(' ')}: ${line}`)
      )
      rmSync(path, { recursive: true, force: true })
    }
  }
  return all
}

const kinds = Object.keys(runs) as (keyof typeof runs)[]
const tables = (names: readonly string[]) =>
  names.flatMap((layout, i) => kinds.map((run, k) => ({ layout, run, table: i * kinds.length + k })))

describe('OME-TIFF of every pixel type and codec', () => {
  test.each(tables(Object.keys(tiffLayouts)))(
    '$layout, $run',
    async ({ layout, run, table }) => {
      expect(await complaintsOf(chosen(tiffCells, table, 16), layout, run)).toEqual([])
    },
    20 * minute
  )
})

describe('OME-Zarr of every pixel type, codec, chunk and shard', () => {
  test.each(tables(['single', 'positions, redundant', 'plate']))(
    '$layout, $run',
    async ({ layout, run, table }) => {
      expect(await complaintsOf(chosen(zarrCells, table, 73), layout, run)).toEqual([])
    },
    20 * minute
  )
})

test('a batch of judges tells a right dataset from a wrong one', async () => {
  const settings = { dimensions: [t, y, x], format: 'ome-tiff' } as const
  const { stream, expected } = await record({ rootPath: join(folder, 'run'), settings, frames: 3 })
  const { paths } = await stream.close()
  const right = await judges.judge(paths[0] ?? '', expected)
  expect(right.failed).toEqual([])
  expect(right.passed).toContain('bf.pixels')
  const { failed } = await judges.judge(paths[0] ?? '', { ...expected, dtype: 'int16' })
  expect(failed.length).toBeGreaterThan(0)
})
