// Safe repairs: what is wrong is told with before and after, mended in the metadata alone, and taken back byte for byte.
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkDataset } from '../../../src-main/datasets/check'
import { openDataset } from '../../../src-main/datasets/open-dataset'
import { repairDataset, undoRepair } from '../../../src-main/datasets/repair/repair-dataset'
import { xmlRepairs } from '../../../src-main/datasets/repair/xml-repairs'
import { createStream } from '../../../src-main/formats/stream'
import type { Dimension } from '../../../src-main/formats/settings'
import { writerThread } from '../../support/bundle'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-repair-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const samples =
  process.env['BENCHFRAME_SAMPLES'] ?? resolve(import.meta.dirname, '../../../../shared/samples')
const odd = (name: string): string => {
  const path = join(folder, name)
  copyFileSync(join(samples, 'generated/odd-ometiff', name), path)
  return path
}
async function planesOf(path: string): Promise<number | undefined> {
  const dataset = await openDataset(path)
  await dataset.close()
  return dataset.images[0]?.declared
}

describe.runIf(existsSync(samples))('OME-TIFF', () => {
  it('sizes follow the pages, and the undo brings every byte of the header back', async () => {
    const path = odd('sizeT_less_than_ifds.ome.tif')
    const before = readFileSync(path)
    const { repairs, fiji } = await checkDataset(path)
    expect(repairs).toMatchObject([{ kind: 'sizes', before: 'SizeT="2"', after: 'SizeT="4"' }])
    expect(fiji.opens).toBe('in part')
    expect((await repairDataset(path, null)).repaired).toHaveLength(1)
    expect(await planesOf(path)).toBe(4)
    expect(await checkDataset(path)).toMatchObject({ repairs: [], fiji: { opens: 'yes' }, undoable: true })
    expect(await undoRepair(path)).toBe(true)
    expect(readFileSync(path).subarray(0, before.length).equals(before)).toBe(true)
    expect(await planesOf(path)).toBe(2)
    expect(await undoRepair(path)).toBe(false)
  })

  it('units that Bio-Formats does not know become those that it knows', async () => {
    const path = odd('greek_mu.ome.tif')
    expect((await repairDataset(path, ['units'])).repaired).toMatchObject([{ kind: 'units' }])
    const dataset = await openDataset(path)
    expect(dataset.images[0]?.axes.find(({ name }) => name === 'x')?.unit).toBe('µm')
    await dataset.close()
    expect((await checkDataset(path)).repairs).toEqual([])
  })

  it('a sound file has nothing to repair and is not touched', async () => {
    const path = odd('plain.ome.tif')
    const before = readFileSync(path)
    expect(await repairDataset(path, null)).toEqual({ path, repaired: [] })
    expect(readFileSync(path).equals(before)).toBe(true)
  })
})

const y: Dimension = { name: 'y', count: 8 }
const x: Dimension = { name: 'x', count: 10 }
const p: Dimension = { name: 'p', type: 'position', count: 2, coords: [{ name: 'A' }, { name: 'B' }] }

async function acquire(dimensions: readonly Dimension[], frames: number): Promise<void> {
  const stream = await createStream(
    { rootPath: join(folder, 'run'), format: 'both', dtype: 'uint8', dimensions },
    { threadFile: await writerThread() }
  )
  for (let i = 0; i < frames; i++) await stream.append(new Uint8Array(80).fill(i), { metadata: { i } })
  await stream.close()
}

it('renamed files of a set are named as they are called now', async () => {
  await acquire([p, y, x], 2)
  const [first, second] = [join(folder, 'run', 'run_p000.ome.tiff'), join(folder, 'run', 'mine.tiff')]
  renameSync(join(folder, 'run', 'run_p001.ome.tiff'), second)
  expect((await checkDataset(first)).repairs).toMatchObject([
    { kind: 'members', before: 'run_p001.ome.tiff', after: 'mine.tiff' }
  ])
  await repairDataset(first, null)
  const { repairs, findings } = await checkDataset(first)
  expect(repairs).toEqual([])
  expect(findings).toEqual([])
})

it('an OME-Zarr gets units by the names of NGFF and loses records outside of it; the undo brings the document back', async () => {
  await acquire(
    [
      { name: 't', count: null },
      { ...y, unit: 'um', scale: 2 },
      { ...x, unit: 'um', scale: 2 }
    ],
    3
  )
  const path = join(folder, 'run.ome.zarr')
  const file = join(path, 'zarr.json')
  const odd = readFileSync(file, 'utf8')
    .replaceAll('"micrometer"', '"um"')
    .replace('"storage_index":[2]}', '"storage_index":[7]}')
  writeFileSync(file, odd)
  const { repaired } = await repairDataset(path, null)
  expect(repaired.map(({ kind }) => kind).sort()).toEqual(['orphans', 'units'])
  expect(readFileSync(file, 'utf8')).toContain('"micrometer"')
  expect((await checkDataset(path)).repairs).toEqual([])
  expect(await undoRepair(path)).toBe(true)
  expect(readFileSync(file, 'utf8')).toBe(odd)
})

it('zeros and infinities go with nothing else of their tag', () => {
  const text =
    '<OME><Image><Pixels SizeT="1" PhysicalSizeX="0.0" PhysicalSizeY="2" TimeIncrement="INF"><Channel EmissionWavelength="0" ID="c"/></Pixels></Image></OME>'
  const repairs = xmlRepairs(text, { pages: null, samples: 1, renamed: () => null })
  expect(repairs.proposals).toMatchObject([{ kind: 'zeros', places: 3, before: 'EmissionWavelength="0"' }])
  expect(repairs.applied(new Set(['zeros']))).toBe(
    '<OME><Image><Pixels SizeT="1" PhysicalSizeY="2"><Channel ID="c"/></Pixels></Image></OME>'
  )
})
