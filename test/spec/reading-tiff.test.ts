// TIFF files of every form that tifffile writes are read pixel by pixel (R4, S11).
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { root } from '../../resources/setup/places.mjs'
import { openDataset } from '../../src-main/datasets/open-dataset'
import { planeBytes } from '../../src-main/datasets/plane'
import { unravel } from '../../src-main/datasets/tiff/tiff-image'
import { runPython } from '../support/judge'

interface Expected {
  readonly axes: string
  readonly shape: readonly number[]
  readonly dtype: string
  readonly planes: readonly string[]
}

let folder = ''
let expected: Readonly<Record<string, Expected>> = {}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-tiffs-'))
  const { code, stderr } = await runPython([join(root, 'test/fixtures/make-tiffs.py'), folder])
  if (code !== 0) throw new Error(stderr)
  expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as typeof expected
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function found(name: string): Promise<Expected> {
  const dataset = await openDataset(join(folder, name))
  const [image] = dataset.images
  if (image === undefined) throw new Error(`${name} has no image`)
  const outer = image.axes.filter(({ name }) => !['y', 'x', 's'].includes(name)).map(({ size }) => size)
  const planes: string[] = []
  for (let i = 0; i < image.declared; i++) {
    const plane = await dataset.plane(0, unravel(i, outer))
    planes.push(
      'missing' in plane ? plane.reason : createHash('sha256').update(planeBytes(plane)).digest('hex')
    )
  }
  await dataset.close()
  return {
    axes: image.axes.map(({ name }) => name).join(''),
    shape: image.axes.map(({ size }) => size),
    dtype: image.pixelType,
    planes
  }
}

it('byte orders × sizes of file × strips and tiles × compressions, predictors, pixel types, colours, stacks, beyond 4 GB', async () => {
  const names = Object.keys(expected)
  expect(names.length).toBeGreaterThan(100)
  const all = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await found(name)] as const))
  )
  expect(all).toEqual(expected)
})
