// The reference writer's own datasets (conformance kit) come back value by value and pixel by pixel.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../../src-preload/contract/record'
import type { Dataset } from '../../../src-main/datasets/dataset'
import { checkDataset } from '../../../src-main/datasets/check'
import { parseJson } from '../../../src-main/datasets/json'
import { openDataset } from '../../../src-main/datasets/open-dataset'
import { planeBytes } from '../../../src-main/datasets/plane'

const golden = resolve(import.meta.dirname, '../../conformance/golden')

interface Expected {
  readonly axes: readonly string[]
  readonly dtype: string
  readonly images: readonly { readonly name?: string; readonly shape: readonly number[] }[]
  readonly frames: readonly {
    readonly image?: number
    readonly index: readonly number[]
    readonly sha256: string
    readonly metadata: { readonly [key: string]: Json }
  }[]
}

const expected = (scenario: string): Expected =>
  parseJson(readFileSync(join(golden, scenario, 'expect.json'), 'utf8')) as unknown as Expected

async function shaOf(dataset: Dataset, image: number, index: readonly number[]): Promise<string> {
  const plane = await dataset.plane(image, index)
  return 'missing' in plane ? plane.reason : createHash('sha256').update(planeBytes(plane)).digest('hex')
}

/** In the order of time, for all images. */
const sets: readonly (readonly [string, string])[] = [
  ['event_driven', 'data.ome.tiff'],
  ['event_driven', 'data.ome.zarr'],
  ['zstack_timelapse', 'data.ome.tiff'],
  ['zstack_timelapse', 'data.ome.zarr'],
  ['multi_position', 'data.ome.zarr'],
  ['multi_position', 'redundant'],
  ['multi_position', 'right_copies'],
  ['multi_position', 'right_companion'],
  ['multi_position', 'right_single.ome.tiff']
]

describe.each(sets)('golden %s/%s', (scenario, name) => {
  it('has the images, pixels and records that were acquired (S10, F1)', async () => {
    const wanted = expected(scenario)
    const dataset = await openDataset(join(golden, scenario, name))
    expect(dataset.images.map(({ axes }) => axes.map((axis) => axis.name))).toEqual(
      wanted.images.map(() => wanted.axes)
    )
    expect(dataset.images.map(({ axes }) => axes.map((axis) => axis.size))).toEqual(
      wanted.images.map(({ shape }) => shape)
    )
    expect(dataset.images.map(({ pixelType }) => pixelType)).toEqual(wanted.images.map(() => wanted.dtype))
    const rows = await dataset.rows(0, 1000)
    expect(dataset.frames).toBe(wanted.frames.length)
    expect(rows.map(({ image, storageIndex }) => ({ image, index: storageIndex }))).toEqual(
      wanted.frames.map(({ image = 0, index }) => ({ image, index }))
    )
    expect(rows.map(({ record }) => record)).toEqual(wanted.frames.map(({ metadata }) => metadata))
    for (const { image = 0, index, sha256 } of wanted.frames)
      expect(await shaOf(dataset, image, index)).toBe(sha256)
    expect(dataset.warnings).toEqual([])
    await dataset.close()
  })

  it('passes the own check', async () => {
    const wanted = expected(scenario)
    const report = await checkDataset(join(golden, scenario, name))
    expect(report.findings).toEqual([])
    expect(report.readable).toBe(wanted.frames.length)
  })
})

describe('golden members', () => {
  it.each([
    ['event_driven/data.ome.zarr/0/zarr.json', 'event_driven/data.ome.zarr'],
    ['event_driven/data.ome.zarr/0/c/3/0/1', 'event_driven/data.ome.zarr'],
    ['event_driven/data.ome.zarr/0/c', 'event_driven/data.ome.zarr'],
    ['multi_position/data.ome.zarr/OME/zarr.json', 'multi_position/data.ome.zarr'],
    ['multi_position/data.ome.zarr/Pos1', 'multi_position/data.ome.zarr'],
    [
      'multi_position/right_companion/companion_p001.ome.tiff',
      'multi_position/right_companion/data.companion.ome'
    ]
  ])('%s opens its set (R2)', async (member, set) => {
    const dataset = await openDataset(join(golden, member))
    expect(dataset.path).toBe(join(golden, set))
    await dataset.close()
  })

  it('a set whose records the reference lost still shows all its planes', async () => {
    const dataset = await openDataset(join(golden, 'multi_position/companion/companion_p001.ome.tiff'))
    const wanted = expected('multi_position')
    for (const { image = 0, index, sha256 } of wanted.frames)
      expect(await shaOf(dataset, image, index)).toBe(sha256)
    await dataset.close()
  })
})
