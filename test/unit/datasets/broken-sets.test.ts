// Sets with missing, renamed and swapped members; damaged chunks and pages; paths that lead out: named, never shown as something else (R2, R6, R15).
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkDataset } from '../../../src-main/datasets/check'
import type { Dataset } from '../../../src-main/datasets/dataset'
import { datasetInfo } from '../../../src-main/datasets/info'
import { openDataset } from '../../../src-main/datasets/open-dataset'
import { planeBytes } from '../../../src-main/datasets/plane'

const golden = resolve(import.meta.dirname, '../../conformance/golden')
const frames = (
  JSON.parse(readFileSync(join(golden, 'multi_position/expect.json'), 'utf8')) as {
    frames: readonly { image: number; index: readonly number[]; sha256: string }[]
  }
).frames

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-sets-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const inside = (...names: readonly string[]): string => join(folder, ...names)

async function planes(dataset: Dataset): Promise<readonly (string | undefined)[]> {
  return Promise.all(
    frames.map(async ({ image, index, sha256 }) => {
      const plane = await dataset.plane(image, index)
      if ('missing' in plane) return plane.missing
      return createHash('sha256').update(planeBytes(plane)).digest('hex') === sha256 ? 'right' : 'wrong'
    })
  )
}
const right = frames.map(() => 'right')
const onlyFirst = frames.map(({ image }) => (image === 0 ? 'right' : 'missing'))

describe.each(['right_copies', 'right_companion', 'redundant'])('the set %s', (set) => {
  const stem = set.replace('right_', '')
  const member = (number: number): string => inside(`${stem}_p00${number}.ome.tiff`)
  beforeEach(() => cpSync(join(golden, 'multi_position', set), folder, { recursive: true }))

  it('without a member names it and shows the rest (R2)', async () => {
    rmSync(member(1))
    const dataset = await openDataset(member(0))
    expect(dataset.warnings.join(' ')).toContain(`${stem}_p001.ome.tiff`)
    expect(await planes(dataset)).toEqual(onlyFirst)
    expect(dataset.images.map(({ readable, present }) => [readable, present])).toEqual([
      [true, 3],
      [false, 0]
    ])
    await dataset.close()
    expect(
      (await checkDataset(member(0))).findings.filter(({ level }) => level === 'error').length
    ).toBeGreaterThan(0)
  })

  it('with a renamed member finds it by its UUID (R2, S14)', async () => {
    renameSync(member(1), inside('second position.tif'))
    const dataset = await openDataset(member(0))
    expect(await planes(dataset)).toEqual(right)
    expect(dataset.warnings.join(' ')).toContain('was renamed')
    await dataset.close()
  })

  it('with two members that changed their names shows neither for the other', async () => {
    renameSync(member(0), inside('spare'))
    renameSync(member(1), member(0))
    renameSync(inside('spare'), member(1))
    const dataset = await openDataset(member(0))
    expect(await planes(dataset)).toEqual(right)
    await dataset.close()
  })

  it('with a member that is damaged marks its frames, and says why (R6)', async () => {
    const bytes = readFileSync(member(1))
    bytes.fill(0xff, 8, 16) // where the first directory is said to be
    writeFileSync(member(1), bytes)
    const dataset = await openDataset(member(0))
    expect(await planes(dataset)).toEqual(onlyFirst)
    const plane = await dataset.plane(1, [0])
    expect('missing' in plane && plane.reason).toMatch(/damaged TIFF/)
    await dataset.close()
  })

  it('with an empty member marks its frames (R6)', async () => {
    truncateSync(member(1), 0)
    const dataset = await openDataset(member(0))
    expect(await planes(dataset)).toEqual(onlyFirst)
    await dataset.close()
  })
})

it('a set of more files than may be open at once is read whole, many planes at a time', async () => {
  const files = 120
  const source = readFileSync(join(golden, 'multi_position/right_companion/companion_p000.ome.tiff'))
  const uuid = '00000000-0000-4000-8000-000000000003'
  const of = (i: number): string => uuid.replace(/.{4}$/, String(i).padStart(4, '0'))
  const images = Array.from({ length: files }, (_, i) => {
    // as long as the one it replaces, so that no offset moves
    writeFileSync(
      inside(`p${i}.ome.tiff`),
      Buffer.from(source.toString('latin1').replace(uuid, of(i)), 'latin1')
    )
    return `<Image ID="Image:${i}"><Pixels ID="Pixels:${i}" DimensionOrder="XYTCZ" Type="uint8" SizeX="48" SizeY="32" SizeZ="1" SizeC="1" SizeT="3">
      <TiffData IFD="0" PlaneCount="3"><UUID FileName="p${i}.ome.tiff">urn:uuid:${of(i)}</UUID></TiffData></Pixels></Image>`
  })
  const xml = `<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="urn:uuid:00000000-0000-4000-8000-00000000000a">${images.join('')}</OME>`
  writeFileSync(inside('data.companion.ome'), xml)
  const dataset = await openDataset(inside('data.companion.ome'))
  expect(dataset.warnings).toEqual([])
  expect(dataset.images.map(({ present }) => present)).toEqual(images.map(() => 3))
  const shas = await Promise.all(
    images.map(async (_, i) => {
      const plane = await dataset.plane(i, [i % 3])
      return 'missing' in plane ? plane.reason : createHash('sha256').update(planeBytes(plane)).digest('hex')
    })
  )
  const first = frames.filter(({ image }) => image === 0).map(({ sha256 }) => sha256)
  expect(shas).toEqual(images.map((_, i) => first[i % 3]))
  await dataset.close()
})

it('what is no dataset is refused in one sentence, and nothing waits for a pipe (R14)', async () => {
  execFileSync('mkfifo', [inside('pipe.tif')])
  writeFileSync(inside('empty.ome.tif'), '')
  writeFileSync(inside('text.ome.tiff'), 'not an image')
  mkdirSync(inside('folder'))
  for (const name of ['pipe.tif', 'empty.ome.tif', 'text.ome.tiff', 'folder', 'nothing.tif']) {
    await expect(openDataset(inside(name)), name).rejects.toMatchObject({
      code: expect.stringMatching(/^dataset\.un(readable|supported)$/) as string,
      message: expect.stringMatching(new RegExp(`${name}.*\\.$`)) as string
    })
  }
})

it('a TIFF is a TIFF also below a folder with a stray document of Zarr (R5)', async () => {
  writeFileSync(inside('zarr.json'), '{"zarr_format": 3, "node_type": "group", "attributes": {}}')
  mkdirSync(inside('day'))
  cpSync(join(golden, 'event_driven/data.ome.tiff'), inside('day/data.ome.tiff'))
  const dataset = await openDataset(inside('day/data.ome.tiff'))
  expect([dataset.kind, dataset.frames]).toEqual(['ome-tiff', 5])
  await dataset.close()
})

it('a companion without its files is refused, naming them', async () => {
  cpSync(join(golden, 'multi_position/right_companion/data.companion.ome'), inside('data.companion.ome'))
  await expect(openDataset(inside('data.companion.ome'))).rejects.toMatchObject({
    code: 'dataset.unreadable',
    message: expect.stringContaining('companion_p000.ome.tiff') as string
  })
})

it('a member without its companion opens as plain pages, with a note', async () => {
  cpSync(join(golden, 'multi_position/right_companion'), folder, { recursive: true })
  rmSync(inside('data.companion.ome'))
  const dataset = await openDataset(inside('companion_p001.ome.tiff'))
  expect(dataset.kind).toBe('tiff')
  expect(dataset.warnings.join(' ')).toContain('data.companion.ome')
  expect(dataset.frames).toBe(3)
  await dataset.close()
})

it('no link of an OME-TIFF leads out of its folder (R15)', async () => {
  cpSync(join(golden, 'multi_position/right_companion'), inside('set'), { recursive: true })
  const companion = inside('set/data.companion.ome')
  renameSync(inside('set/companion_p001.ome.tiff'), inside('companion_p001.ome.tiff'))
  writeFileSync(
    companion,
    readFileSync(companion, 'utf8').replaceAll('companion_p001.ome.tiff', '../companion_p001.ome.tiff')
  )
  const dataset = await openDataset(companion)
  expect(await planes(dataset)).toEqual(onlyFirst)
  await dataset.close()
})

describe('a TIFF cut short', () => {
  it('shows whole pages only, says how many there are, and never fills up (R6)', async () => {
    cpSync(join(golden, 'multi_position/right_single.ome.tiff'), inside('data.ome.tiff'))
    const whole = statSync(inside('data.ome.tiff')).size
    truncateSync(inside('data.ome.tiff'), whole - 3000)
    const dataset = await openDataset(inside('data.ome.tiff'))
    expect(dataset.images.map(({ declared }) => declared)).toEqual([3, 3])
    const states = await planes(dataset)
    const present = dataset.images.reduce((sum, image) => sum + (image.present ?? 0), 0)
    expect(states.filter((state) => state === 'right').length).toBe(present)
    expect(present).toBe(4)
    expect(states.slice(0, 4)).toEqual(['right', 'right', 'right', 'right'])
    expect(states.slice(4)).toEqual(['damaged', 'damaged'])
    await dataset.close()
  })

  it.each([
    ['itself', 0],
    ['the first', 2]
  ])('whose directory points back to %s is read up to there', async (_, from) => {
    const bytes = readFileSync(join(golden, 'multi_position/right_single.ome.tiff'))
    let at = 16
    for (let i = 0; ; i++) {
      const nextAt = at + 8 + Number(bytes.readBigUInt64LE(at)) * 20
      if (i === from) {
        bytes.writeBigUInt64LE(16n, nextAt)
        break
      }
      at = Number(bytes.readBigUInt64LE(nextAt))
    }
    writeFileSync(inside('data.ome.tiff'), bytes)
    const dataset = await openDataset(inside('data.ome.tiff'))
    const states = await planes(dataset)
    expect(states).toEqual(frames.map((_, i) => (i <= from ? 'right' : 'damaged')))
    await dataset.close()
  })

  it('whose metadata stood behind the cut says so', async () => {
    cpSync(join(golden, 'event_driven/data.ome.tiff'), inside('data.ome.tiff'))
    truncateSync(inside('data.ome.tiff'), statSync(inside('data.ome.tiff')).size - 9000)
    const dataset = await openDataset(inside('data.ome.tiff'))
    expect(dataset.warnings.join(' ')).toMatch(/description .* beyond the end/)
    await dataset.close()
  })
})

describe('an OME-Zarr', () => {
  beforeEach(() =>
    cpSync(join(golden, 'event_driven/data.ome.zarr'), inside('data.ome.zarr'), { recursive: true })
  )
  const chunk = (t: number): string => inside(`data.ome.zarr/0/c/${t}/0/1`)
  const state = async (t: number): Promise<string> => {
    const dataset = await openDataset(inside('data.ome.zarr'))
    const plane = await dataset.plane(0, [t])
    await dataset.close()
    return 'missing' in plane ? `${plane.missing}: ${plane.reason}` : 'right'
  }

  it('with a chunk gone, emptied or cut names the chunk, and shows the other frames (R6)', async () => {
    rmSync(chunk(1))
    truncateSync(chunk(2), 0)
    truncateSync(chunk(3), 100)
    expect(await state(0)).toBe('right')
    expect(await state(1)).toMatch(/^missing: .*c\/1\/0\/1/)
    expect(await state(2)).toMatch(/^damaged: .*c\/2\/0\/1/)
    expect(await state(3)).toMatch(/^damaged: .*c\/3\/0\/1/)
    expect(await state(4)).toBe('right')
    const { findings, readable } = await checkDataset(inside('data.ome.zarr'))
    expect(readable).toBe(2)
    expect(findings.filter(({ level }) => level === 'error').map(({ text }) => text.slice(0, 7))).toEqual([
      'Frame 1',
      'Frame 2',
      'Frame 3'
    ])
  })

  it('with NaN in its records opens, the value is null', async () => {
    const path = inside('data.ome.zarr/zarr.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"temperature": ?[\d.]+/, '"temperature": NaN'))
    const dataset = await openDataset(inside('data.ome.zarr'))
    expect((await dataset.rows(0, 1))[0]?.record['temperature']).toBeNull()
    await dataset.close()
  })

  it('with half a document is refused in one sentence naming it (R13, R14)', async () => {
    const path = inside('data.ome.zarr/zarr.json')
    truncateSync(path, 400)
    await expect(openDataset(inside('data.ome.zarr'))).rejects.toMatchObject({
      code: 'dataset.unreadable',
      message: expect.stringContaining('zarr.json') as string
    })
  })

  it.each(['../elsewhere', '/tmp', 'a/../../elsewhere', 'link'])(
    'whose array is at %s does not follow it (R15)',
    async (target) => {
      mkdirSync(inside('elsewhere'))
      cpSync(inside('data.ome.zarr/0'), inside('elsewhere'), { recursive: true })
      symlinkSync(inside('elsewhere'), inside('data.ome.zarr/link'))
      const path = inside('data.ome.zarr/zarr.json')
      writeFileSync(path, readFileSync(path, 'utf8').replace(/"path": ?"0"/, `"path": "${target}"`))
      const info = await datasetInfo(inside('data.ome.zarr'))
      expect(info.images[0]).toMatchObject({ readable: false })
    }
  )
})
