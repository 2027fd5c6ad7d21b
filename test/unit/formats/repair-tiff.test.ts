/** TIFFs that the reference library was writing when it was killed: recognised, repaired in place, and nothing else is touched. */
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { realDisk } from '../../../src-main/formats/disk'
import { faultyDisk } from '../../../src-main/formats/faulty-disk'
import { IfdMaker, headerBytes } from '../../../src-main/formats/ome-tiff/ifd'
import { repairedXml } from '../../../src-main/formats/ome-tiff/repair-tiff'
import { recover } from '../../../src-main/formats/recover'
import { readTiff } from '../../support/read-tiff'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-repair-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const W = 16
const H = 8
const BYTES = W * H * 2

const xml = (order: string, sizes: Record<'T' | 'C' | 'Z', number>): string =>
  '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="urn:uuid:b554c9b9-329d-4f7c-88a0-6e0485c041e4"><Image ID="Image:0" Name="0">' +
  `<Pixels ID="Pixels:0" DimensionOrder="XY${order}" Type="uint16" SizeX="${W}" SizeY="${H}" SizeZ="${sizes.Z}" SizeC="${sizes.C}" SizeT="${sizes.T}">` +
  `${'<Channel ID="Channel:0:0"/>'}<TiffData IFD="0" PlaneCount="1"/></Pixels></Image></OME>`

/** As ome-writers 0.3.2 leaves it: header, one directory, XML, then all planes. */
function broken(planes: number, text = xml('TCZ', { T: 1, C: 1, Z: 1 }), extra = 0): string {
  const path = join(folder, 'killed.ome.tiff')
  const first = 2048
  const file = Buffer.alloc(first + planes * BYTES + extra)
  headerBytes(16).copy(file)
  const description = { offset: 512, length: Buffer.byteLength(text) + 1 }
  new IfdMaker({ width: W, height: H, pixelType: 'uint16' }, 'none').write(
    file,
    16,
    { offset: first, length: BYTES },
    0,
    description
  )
  file.write(text, description.offset)
  for (let n = 0; n < planes; n++) file.fill(n + 1, first + n * BYTES, first + (n + 1) * BYTES)
  writeFileSync(path, file)
  return path
}

test('all whole planes get their directories, sizes and Plane elements back', async () => {
  const path = broken(10, undefined, 33)
  expect(await recover(path)).toEqual({ paths: [path], frames: 10, lost: 0, action: 'recovered' })
  const tiff = readTiff(path)
  expect(tiff.pages.map((_, n) => tiff.plane(n)[5])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(tiff.xml).toContain('SizeT="10"')
  expect(tiff.xml).toContain('<TiffData IFD="0" PlaneCount="10"/>')
  expect(tiff.xml.match(/<Plane /g)?.length).toBe(10)
  expect(readdirSync(folder)).toEqual(['killed.ome.tiff'])
  const repaired = readFileSync(path)
  expect(await recover(path)).toMatchObject({ action: 'nothing to do' })
  expect(readFileSync(path).equals(repaired)).toBe(true)
})

test('a step cut short is filled up with zeros', async () => {
  const path = broken(5, xml('CTZ', { T: 1000, C: 2, Z: 1 }))
  expect(await recover(path)).toMatchObject({ frames: 5 })
  const tiff = readTiff(path)
  expect(tiff.pages.map((_, n) => tiff.plane(n)[0])).toEqual([1, 2, 3, 4, 5, 0])
  expect(tiff.xml).toContain('SizeC="2" SizeT="3"')
  expect(tiff.xml.match(/<Plane /g)?.length).toBe(5)
})

test.each([
  ['TCZ', { T: 1, C: 1, Z: 1 }, 7, 'SizeZ="1" SizeC="1" SizeT="7"'],
  ['CTZ', { T: 1, C: 2, Z: 1 }, 7, 'SizeZ="1" SizeC="2" SizeT="4"'],
  ['ZCT', { T: 9, C: 2, Z: 3 }, 7, 'SizeZ="3" SizeC="2" SizeT="2"'],
  ['CTZ', { T: 1, C: 2, Z: 1 }, 1, 'SizeZ="1" SizeC="1" SizeT="1"']
] as const)('order %s of %o with %i planes has %s', (order, sizes, planes, wanted) => {
  expect(repairedXml(xml(order, sizes), planes).xml).toContain(wanted)
})

describe('a repair that is itself stopped', () => {
  test.each(Array.from({ length: 9 }, (_, i) => i))('at write %i can be done again', async (after) => {
    const path = broken(40)
    const wanted = join(folder, 'wanted.ome.tiff')
    copyFileSync(path, wanted)
    await recover(wanted)
    await recover(path, faultyDisk(realDisk, { on: 'write', after, code: 'EIO' })).catch(() => undefined)
    await recover(path)
    expect(readFileSync(path).equals(readFileSync(wanted))).toBe(true)
    expect(readdirSync(folder).sort()).toEqual(['killed.ome.tiff', 'wanted.ome.tiff'])
  })
})

test.each<[string, (file: Buffer) => void]>([
  ['with a second directory', (file) => file.writeUInt32LE(1024, 16 + 8 + 11 * 20)],
  [
    'with its description behind the planes',
    (file) => file.writeUInt32LE(file.length - 64, 16 + 8 + 5 * 20 + 12)
  ],
  ['that is compressed', (file) => file.writeUInt16LE(5, 16 + 8 + 3 * 20 + 12)],
  ['without OME-XML', (file) => file.fill('x', 512, 600)]
])('a file %s is left alone', async (_, change) => {
  const path = broken(6)
  const file = readFileSync(path)
  change(file)
  writeFileSync(path, file)
  expect(await recover(path)).toMatchObject({ action: 'nothing to do' })
  expect(readFileSync(path).equals(file)).toBe(true)
})
