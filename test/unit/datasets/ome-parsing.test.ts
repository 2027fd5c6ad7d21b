// Long OME blocks are parsed in a thread: the model that comes back is the one that parsing here gives, cell by cell.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openBytes } from '../../../src-main/datasets/byte-source'
import type { Rows } from '../../../src-main/datasets/records/row-store'
import type { OmeModel } from '../../../src-main/datasets/tiff/ome-model'
import { parseInThread } from '../../../src-main/datasets/tiff/ome-parsing'
import { modelAssembly, partsOf, type ModelPart } from '../../../src-main/datasets/tiff/ome-parts'
import { parseHead, parseWhole, readOme } from '../../../src-main/datasets/tiff/ome-reader'
import { XmlRefused } from '../../../src-main/datasets/tiff/ome-xml'

const PLANES = 30_000
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-ome-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const several = (one: (i: number) => string): string =>
  Array.from({ length: PLANES }, (_, i) => one(i)).join('')

/** Two images, ragged keys, repeated and single texts, texts that look like numbers, several references of one plane. */
function block(): string {
  const planes = several(
    (i) =>
      `<Plane TheZ="0" TheC="0" TheT="${i}" DeltaT="${i * 10.5}" DeltaTUnit="ms"${i % 3 === 0 ? ' ExposureTime="0.01"' : ''}>` +
      `${i % 5 === 0 ? '' : `<AnnotationRef ID="Annotation:${i}"/>`}${i % 7 === 0 ? '<AnnotationRef ID="Annotation:1"/>' : ''}</Plane>`
  )
  const maps = several(
    (i) =>
      `<MapAnnotation ID="Annotation:${i}"><Value><M K="temperature">${37 + i / 7}</M><M K="source">${i % 2 === 0 ? 'serial' : 'rule'}</M>` +
      `<M K="id">frame ${i}</M><M K="as text">${i}.0</M>${i % 11 === 0 ? `<M K="only here">${'long '.repeat(20)}${i}</M>` : ''}</Value></MapAnnotation>`
  )
  const blocks = several(
    (i) =>
      `<TiffData IFD="${i}" FirstT="${i}" PlaneCount="1"><UUID FileName="b.ome.tiff">urn:uuid:2</UUID></TiffData>`
  )
  const pixels = `DimensionOrder="XYZCT" Type="uint16" SizeX="8" SizeY="8" SizeZ="1" SizeC="1" SizeT="${PLANES}"`
  return (
    `<?xml version="1.0" encoding="UTF-8"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="urn:uuid:1" Creator="test">` +
    `<Image ID="Image:0" Name="a"><Pixels ID="Pixels:0" ${pixels} PhysicalSizeX="0.5"><Channel ID="Channel:0:0" Name="GFP"/><TiffData/>${planes}</Pixels></Image>` +
    `<Image ID="Image:1"><Pixels ID="Pixels:1" ${pixels}>${blocks}</Pixels></Image>` +
    `<StructuredAnnotations>${maps}<MapAnnotation ID="Annotation:last" Namespace="benchframe"><Value><M K="k">v</M></Value></MapAnnotation></StructuredAnnotations></OME>`
  )
}

function file(text: string): { readonly path: string; readonly range: { at: number; length: number } } {
  const path = join(folder, 'long.companion.ome')
  writeFileSync(path, text)
  return { path, range: { at: 0, length: Buffer.byteLength(text) } }
}

const cells = (rows: Rows): unknown[] =>
  Array.from({ length: rows.length }, (_, row) => rows.keysOf(row).map((key) => [key, rows.cell(row, key)]))

/** All that a model says, as plain data. */
const said = ({ planeRows, annotations, ...rest }: OmeModel): unknown => ({
  ...rest,
  planes: cells(planeRows),
  keys: [planeRows.keys, annotations.rows.keys],
  ids: annotations.ids,
  namespaces: annotations.namespaces,
  annotations: cells(annotations.rows)
})

describe('an OME block that is parsed in a thread', () => {
  it('gives the same model, its head and all of it', async () => {
    const { path, range } = file(block())
    const source = openBytes(path)
    const whole = await parseWhole(source, range)
    expect(whole.images[0]?.planes.z).toHaveLength(PLANES)
    expect(said(await parseInThread({ path, range, part: 'whole' }))).toEqual(said(whole))
    const head = await parseHead(source, range)
    expect(head.images[0]?.leftOut).toBe(PLANES - 1)
    expect(said(await parseInThread({ path, range, part: 'head' }))).toEqual(said(head))
    const reader = await readOme(source, range)
    expect(said(reader.head)).toEqual(said(head))
    expect(said(await reader.whole())).toEqual(said(whole))
    source.close()
  })

  it('comes in parts that keep no thread busy for long', async () => {
    const { path, range } = file(block())
    const source = openBytes(path)
    const model = await parseWhole(source, range)
    source.close()
    const assembly = modelAssembly()
    let longest = 0
    for (const part of partsOf(model)) {
      longest = Math.max(longest, ...lists(part).map((list) => list.length))
      assembly.take(part)
    }
    expect(longest).toBeLessThanOrEqual(8_192)
    expect(said(assembly.model())).toEqual(said(model))
  })

  it('is refused there as here, and a file that is gone is told', async () => {
    const refused = file(`<!DOCTYPE OME><OME>${' '.repeat(100)}</OME>`)
    await expect(parseInThread({ ...refused, part: 'whole' })).rejects.toBeInstanceOf(XmlRefused)
    const gone = { path: join(folder, 'gone.ome'), range: refused.range, part: 'whole' } as const
    await expect(parseInThread(gone)).rejects.toMatchObject({ code: 'dataset.unreadable' })
  })

  it('ends when nobody wants it any more', async () => {
    const long = file(block())
    const stop = new AbortController()
    const parsing = parseInThread({ ...long, part: 'whole' }, stop.signal)
    setTimeout(() => stop.abort(new Error('closed')), 50)
    await expect(parsing).rejects.toThrow('closed')
  })
})

/** The lists in a part; numbers in typed arrays are handed over as they are. */
const lists = (part: ModelPart): (readonly unknown[])[] =>
  Object.values(part).flatMap((value) => (Array.isArray(value) ? [value as readonly unknown[]] : []))

it('of a key that stands twice in an annotation the last value counts, at the place of the first', async () => {
  const maps = `<M K="a">1</M><M K="b">2</M><M K="a">3</M>`
  const { path, range } = file(
    `<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><StructuredAnnotations><MapAnnotation ID="Annotation:0"><Value>${maps}</Value></MapAnnotation></StructuredAnnotations></OME>`
  )
  const source = openBytes(path)
  try {
    const { annotations } = await parseWhole(source, range)
    expect(cells(annotations.rows)).toEqual([
      [
        ['a', { text: '3' }],
        ['b', { text: '2' }]
      ]
    ])
  } finally {
    source.close()
  }
})
