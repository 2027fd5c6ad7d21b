/** The OME-XML of a recording, streamed from its records: the final block of an OME-TIFF, a companion, and METADATA.ome.xml of an OME-Zarr. */
import { isJsonObject, type Json } from '../../../src-preload/contract/record'
import type { ImagePlan, RecordSource, StreamPlan } from '../file-sink'
import { jsonText } from '../json-text'
import { companionName, memberName } from '../plan-paths'
import { formElements } from './form-elements'
import { frameAnnotations, planes, type PlaneKeys } from './frame-elements'
import { KEY_SCHEMA_NAMESPACE, KeySchema } from './key-schema'
import { imageStart, pixelsStart } from './pixels-element'
import { plateElement } from './plate-element'
import { PieceWriter, attribute, xmlText } from './xml-text'

/** Which block: of a TIFF of the set or its companion (`uuid` is the file's own), or the one inside an OME-Zarr. */
export type XmlTarget =
  | { readonly kind: 'ome-tiff'; readonly uuid: string }
  /** `planes` false: without the frames' records. */
  | { readonly kind: 'ome-zarr'; readonly planes: boolean }

export const FORM_NAMESPACE = 'benchframe/form'

const SCHEMA = 'http://www.openmicroscopy.org/Schemas/OME/2016-06'

export function rootStart(plan: Pick<StreamPlan, 'creator'>, uuid: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<OME xmlns="${SCHEMA}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"` +
    ` xsi:schemaLocation="${SCHEMA} ${SCHEMA}/ome.xsd"${attribute('UUID', `urn:uuid:${uuid}`)}${attribute('Creator', plan.creator)}>\n`
  )
}

/** A block that only says where the full one is. */
export function binaryOnly(
  plan: StreamPlan,
  uuid: string,
  metadataFile: string,
  metadataUuid: string
): string {
  const link = attribute('MetadataFile', metadataFile) + attribute('UUID', `urn:uuid:${metadataUuid}`)
  return `${rootStart(plan, uuid)}  <BinaryOnly${link}/>\n</OME>`
}

/** Images that have a frame; the others are no part of the dataset. */
export const presentImages = (plan: StreamPlan, records: RecordSource): ImagePlan[] =>
  plan.images.filter(({ index }) => records.planes(index) > 0)

/** UUID of the file with the full block of a set that has only one. */
export const companionUuid = (plan: StreamPlan): string => plan.uuids[plan.images.length] ?? ''
const zarrUuid = (plan: StreamPlan): string => plan.uuids[plan.images.length + 1] ?? ''

export { companionName }

/** Streams the block in pieces of about 64 kB. */
export function writeOmeXml(
  plan: StreamPlan,
  records: RecordSource,
  target: XmlTarget,
  out: (text: string) => void
): void {
  const xml = new PieceWriter(out)
  const images = presentImages(plan, records)
  const form = formElements(records.globals.get(FORM_NAMESPACE))
  const schema = new KeySchema(records.keys)
  const keys: PlaneKeys = new Map()
  const namespaces = annotationsOfAll(plan, records, schema)
  const withPlanes = target.kind === 'ome-tiff' || target.planes
  xml.write(rootStart(plan, target.kind === 'ome-zarr' ? zarrUuid(plan) : target.uuid))
  xml.write(form.front(images.length))
  if (plan.plate !== null) xml.write(plateElement(plan, plan.plate, images))
  xml.write(form.people)
  let annotated = 0
  images.forEach((image, number) => {
    const count = records.planes(image.index)
    const input = { plan, image, number, planes: count, form }
    xml.write(imageStart(input) + pixelsStart(input))
    xml.write(
      target.kind === 'ome-zarr'
        ? '      <MetadataOnly/>\n'
        : tiffData(plan, image, paddedPlanes(plan, count))
    )
    if (withPlanes) annotated += planes({ plan, records, image, keys, schema, first: annotated, xml })
    xml.write('    </Pixels>\n')
    // Numbers of these follow those of the frames, of which each has at most one.
    namespaces.forEach((_, i) => {
      xml.write(`    <AnnotationRef ID="Annotation:${records.count + i}"/>\n`)
    })
    xml.write('  </Image>\n')
  })
  xml.write('  <StructuredAnnotations>\n')
  let first = 0
  for (const image of withPlanes ? images : [])
    first += frameAnnotations({ records, image, keys, first, xml })
  namespaces.forEach(({ namespace, entries }, i) => {
    writeMap(xml, records.count + i, namespace, entries())
  })
  xml.write('  </StructuredAnnotations>\n</OME>')
  xml.flush()
}

/** Planes with those that pad the last step. */
export function paddedPlanes(plan: StreamPlan, planes: number): number {
  const inner = plan.axes.slice(1).reduce((product, axis) => product * (axis.count ?? 1), 1)
  return Math.ceil(planes / inner) * inner
}

function tiffData(plan: StreamPlan, image: ImagePlan, planes: number): string {
  if (plan.positionAxis === null) return `      <TiffData IFD="0" PlaneCount="${planes}"/>\n`
  const uuid = `urn:uuid:${plan.uuids[image.index] ?? ''}`
  const file = attribute('FileName', memberName(plan, image.index))
  return `      <TiffData IFD="0" PlaneCount="${planes}"><UUID${file}>${uuid}</UUID></TiffData>\n`
}

// ---------------------------------------------------------------------------------- what is about the whole dataset

interface AnnotationOfAll {
  readonly namespace: string
  readonly entries: () => Iterable<readonly [key: string, text: string]>
}

function annotationsOfAll(plan: StreamPlan, records: RecordSource, schema: KeySchema): AnnotationOfAll[] {
  const globals = [...records.globals].map(([namespace, value]): AnnotationOfAll => ({
    namespace,
    entries: () => mapOf(value)
  }))
  return [
    ...globals,
    { namespace: KEY_SCHEMA_NAMESPACE, entries: () => schema.entries() },
    { namespace: 'benchframe', entries: () => about(plan, records) }
  ]
}

/** The twin of OME-Zarr's `attributes.benchframe`: each entry as JSON text. */
function* about(plan: StreamPlan, records: RecordSource): Generator<[string, string]> {
  const { folder: _folder, tiffPath: _tiff, zarrPath: _zarr, ...settings } = plan
  yield ['settings', json(settings)]
  yield ['finish', json(records.finish)]
  yield ['texts', json(lookingLikeJson(records.globals))]
  yield ['events', `[${Array.from(records.events, json).join(',')}]`]
}

/** Text in XML has lost its type; these [namespace, key] are text although they can be read as JSON (`42`, `true`). */
function lookingLikeJson(globals: ReadonlyMap<string, Json>): [namespace: string, key: string][] {
  return [...globals].flatMap(([namespace, value]) =>
    Object.entries(isJsonObject(value) ? value : { value })
      .filter(([, item]) => typeof item === 'string' && isJson(item))
      .map(([key]): [string, string] => [namespace, key])
  )
}

/** Readers are generous, so whatever begins like JSON counts. */
const isJson = (text: string): boolean => /^\s*(?:[[{"\d]|-[\dI]|true|false|null|NaN|Infinity)/.test(text)

const json = (value: unknown): string => jsonText(value, 'metadata', { notFinite: () => undefined })

function* mapOf(value: Json): Generator<[string, string]> {
  if (!isJsonObject(value)) {
    yield ['value', typeof value === 'string' ? value : json(value)]
    return
  }
  for (const [key, item] of Object.entries(value))
    yield [key === '' ? ' ' : key, typeof item === 'string' ? item : json(item)]
}

function writeMap(
  xml: PieceWriter,
  id: number,
  namespace: string,
  entries: Iterable<readonly [string, string]>
): void {
  xml.write(`    <MapAnnotation ID="Annotation:${id}"${attribute('Namespace', namespace)}>\n      <Value>\n`)
  for (const [key, text] of entries) xml.write(`        <M${attribute('K', key)}>${xmlText(text)}</M>\n`)
  xml.write('      </Value>\n    </MapAnnotation>\n')
}
