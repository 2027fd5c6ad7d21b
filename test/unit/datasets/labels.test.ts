import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Dataset, LabelImage } from '../../../src-main/datasets/dataset'
import { labelPicture } from '../../../src-main/datasets/label-picture'
import { openDataset } from '../../../src-main/datasets/open-dataset'
import { cellAt, LABELLED, RED, writeLabelledZarr } from '../../support/labelled-zarr'

const whole = { x: 0, y: 0, ...LABELLED }

describe('labels of an OME-Zarr (R5)', () => {
  let folder = ''
  let dataset: Dataset
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'benchframe-labels-'))
    writeLabelledZarr(join(folder, 'cells.ome.zarr'))
    dataset = await openDataset(join(folder, 'cells.ome.zarr'))
  })
  afterAll(async () => {
    await dataset.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const label = async (name: string): Promise<LabelImage> => {
    const found = (await dataset.labels(0)).find(({ info }) => info.name === name)
    if (found === undefined) throw new Error(`no label ${name}`)
    return found
  }

  test('are listed with the colours that the file gives, and never lead out of the dataset (R15)', async () => {
    expect((await dataset.labels(0)).map(({ info }) => info)).toEqual([
      { name: 'cells', colours: [RED], reason: null },
      { name: 'coarse', colours: [], reason: null },
      { name: 'heights', colours: [], reason: 'The label heights holds float32, not whole numbers.' }
    ])
    expect(dataset.images).toHaveLength(1)
  })

  test('show every value at full scale', async () => {
    const { values, width, height, area, step } = await labelPicture(await label('cells'), [], whole, 1)
    expect({ width, height, area, step }).toEqual({ ...LABELLED, area: whole, step: 1 })
    for (let i = 0; i < values.length; i++) expect(values[i]).toBe(cellAt(i % width, Math.floor(i / width)))
  })

  test('show a part where it lies', async () => {
    const wanted = { x: 30, y: 10, width: 40, height: 20 }
    const { values, width, area } = await labelPicture(await label('cells'), [], wanted, 1)
    expect(area.x).toBeLessThanOrEqual(30)
    expect(area.y).toBeLessThanOrEqual(10)
    expect(area.x + area.width).toBeGreaterThanOrEqual(70)
    for (let i = 0; i < values.length; i++)
      expect(values[i]).toBe(cellAt(area.x + (i % width), area.y + Math.floor(i / width)))
  })

  test('pick single values where they are shown smaller: numbers of objects have no mean', async () => {
    const { values, step } = await labelPicture(await label('cells'), [], whole, 0.25)
    expect(step).toBe(4)
    expect(new Set(values)).toEqual(new Set([0, 1, 7]))
  })

  test('may be coarser than their image', async () => {
    const { values, width, area } = await labelPicture(await label('coarse'), [], whole, 1)
    expect(area).toEqual(whole)
    expect(width).toBe(LABELLED.width / 2)
    for (let i = 0; i < values.length; i++)
      expect(values[i]).toBe(cellAt(2 * (i % width), 2 * Math.floor(i / width)))
  })

  test('that are none are refused in a sentence', async () => {
    await expect(labelPicture(await label('heights'), [], whole, 1)).rejects.toMatchObject({
      code: 'dataset.unsupported',
      message: 'The label heights holds float32, not whole numbers.'
    })
  })

  test('with a damaged list leave the image as it is', async () => {
    const path = join(folder, 'damaged.ome.zarr')
    writeLabelledZarr(path)
    writeFileSync(join(path, 'labels', 'zarr.json'), '{"zarr_format": 3, "node')
    const damaged = await openDataset(path)
    expect(await damaged.labels(0)).toEqual([])
    expect(await damaged.plane(0, [])).toMatchObject(LABELLED)
    await damaged.close()
  })
})
