// Plates: which image is which field of which well, the same from both formats, and from other people's files.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PlateMap } from '../../../src-preload/contract/plate'
import { openDataset } from '../../../src-main/datasets/open-dataset'
import { plateMap } from '../../../src-main/datasets/plates'
import { writePlate } from '../../support/plate'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-plates-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function platesOf(path: string): Promise<{ plates: readonly PlateMap[]; names: string[] }> {
  const dataset = await openDataset(path)
  const { plates, images } = dataset
  await dataset.close()
  return { plates, names: images.map(({ name }) => name) }
}

const WELLS = [
  { row: 'B', column: '3', fields: 2 },
  { row: 'A', column: '12', fields: 1 },
  { row: 'H', column: '1', fields: 3 }
]

describe('a plate of our own', () => {
  it.each(['ome-zarr', 'ome-tiff'] as const)('%s: rows, columns, wells with their fields', async (format) => {
    const path = await writePlate(join(folder, format), { format, wells: 96, filled: WELLS, steps: 2 })
    const { plates, names } = await platesOf(path)
    expect(plates).toHaveLength(1)
    const [{ rows, columns, wells } = { rows: [], columns: [], wells: [] }] = plates
    expect([rows.join(''), columns.length, columns[11]]).toEqual(['ABCDEFGH', 12, '12'])
    const said = wells.map(({ row, column, images, frames }) => [
      `${rows[row] ?? ''}${columns[column] ?? ''}`,
      images.map((image) => names[image]),
      frames
    ])
    expect(said).toEqual([
      ['B3', ['B3 f0', 'B3 f1'], 4],
      ['A12', ['A12 f0'], 2],
      ['H1', ['H1 f0', 'H1 f1', 'H1 f2'], 6]
    ])
  })

  it('a well whose folder is gone is named and has no images; its number is no other well', async () => {
    const path = await writePlate(join(folder, 'gone'), {
      format: 'ome-zarr',
      wells: 96,
      filled: WELLS,
      steps: 1
    })
    rmSync(join(path, 'B'), { recursive: true })
    const { plates, names } = await platesOf(path)
    const wells = plates[0]?.wells ?? []
    expect(wells.map(({ images }) => images.map((image) => names[image]))).toEqual([
      [],
      ['A12 f0'],
      ['H1 f0', 'H1 f1', 'H1 f2']
    ])
    expect(wells[0]).toMatchObject({ row: 1, column: 2, frames: 0 })
  })
})

describe('what others write', () => {
  it('wells without numbers are found by their paths, as before OME-Zarr 0.4', async () => {
    const path = await writePlate(join(folder, 'old'), {
      format: 'ome-zarr',
      wells: 96,
      filled: WELLS,
      steps: 1
    })
    const document = join(path, 'zarr.json')
    const root = JSON.parse(readFileSync(document, 'utf8')) as {
      attributes: { ome: { plate: { wells: { path: string }[] } } }
    }
    root.attributes.ome.plate.wells = root.attributes.ome.plate.wells.map(({ path: each }) => ({
      path: each
    }))
    writeFileSync(document, JSON.stringify(root))
    const { plates } = await platesOf(path)
    expect(plates[0]?.wells.map(({ row, column }) => [row, column])).toEqual([
      [1, 2],
      [0, 11],
      [7, 0]
    ])
  })

  it('sizes that are not told, told too small, or damage', () => {
    const told = { name: '', rowNaming: 'letter', columnNaming: 'number' } as const
    const well = { row: 27, column: 2, images: [0] }
    const open = plateMap({ ...told, rows: null, columns: 1, wells: [well] }, [5])
    expect([open?.rows.length, open?.rows[27], open?.columns]).toEqual([28, 'AB', ['1', '2', '3']])
    expect(open?.wells[0]?.frames).toBe(5)
    expect(plateMap({ ...told, rows: 4_000_000_000, columns: 2, wells: [] }, [])?.rows).toHaveLength(512)
    expect(plateMap({ ...told, rows: null, columns: null, wells: [] }, [])).toBeNull()
    const twice = plateMap(
      { ...told, rows: 2, columns: 2, wells: [1, 2].map((i) => ({ row: 0, column: 0, images: [i] })) },
      []
    )
    expect(twice?.wells.map(({ images }) => images)).toEqual([[1, 2]])
  })

  const samples = process.env['BENCHFRAME_SAMPLES'] ?? join(import.meta.dirname, '../../../../shared/samples')
  const sample = join(samples, 'ome-zarr-models/tests/data/examples/v04/hcs_example.ome.zarr')
  it.runIf(existsSync(sample))('OME-Zarr 0.4 of the specification’s models', async () => {
    const { plates } = await platesOf(sample)
    const [{ rows, columns, wells } = { rows: [], columns: [], wells: [] }] = plates
    expect(wells.map(({ row, column, images }) => [rows[row], columns[column], images])).toEqual([
      ['B', '03', [0]]
    ])
  })
})
