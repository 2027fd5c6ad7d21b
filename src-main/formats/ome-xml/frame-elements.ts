/** What a frame's record becomes in OME-XML: a Plane with the five plane keys, and a MapAnnotation with all others. */
import type { FrameEntry, ImagePlan, RecordSource, StreamPlan } from '../file-sink'
import type { KeySchema } from './key-schema'
import { axisLetters } from './pixels-element'
import { eachField, stringValue, typeOfJson } from './record-fields'
import { attribute, xmlText, type PieceWriter } from './xml-text'

/** Attribute and unit of each plane key. Without the unit, positions would be in the "reference frame" (the schema's default). */
const PLANE_ATTRIBUTES: ReadonlyMap<string, readonly [name: string, unit: string]> = new Map([
  ['delta_t', ['DeltaT', 's']],
  ['exposure_time', ['ExposureTime', 's']],
  ['position_x', ['PositionX', 'µm']],
  ['position_y', ['PositionY', 'µm']],
  ['position_z', ['PositionZ', 'µm']]
])

interface Key {
  readonly name: string
  readonly plane: readonly [string, string] | null
  /** `<M K="…">` */
  readonly open: string
}

/** By the key's JSON text; filled as keys are met. */
export type PlaneKeys = Map<string, Key>

function keyOf(keys: PlaneKeys, json: string): Key {
  const known = keys.get(json)
  if (known !== undefined) return known
  const name = stringValue(json)
  const key: Key = {
    name,
    plane: PLANE_ATTRIBUTES.get(name) ?? null,
    open: `        <M${attribute('K', name)}>`
  }
  keys.set(json, key)
  return key
}

interface PlanesInput {
  readonly plan: StreamPlan
  readonly records: RecordSource
  readonly image: ImagePlan
  readonly keys: PlaneKeys
  readonly schema: KeySchema
  /** Number of the first annotation. */
  readonly first: number
  readonly xml: PieceWriter
}

/** The Planes of one image; answers how many of them have an annotation. */
export function planes({ plan, records, image, keys, schema, first, xml }: PlanesInput): number {
  const letters = axisLetters(plan)
  const [z, t, c] = [letters.indexOf('Z'), letters.indexOf('T'), letters.indexOf('C')]
  let annotated = 0
  for (const { frame, index, record } of records.frames(image.index)) {
    let attributes = ''
    let others = false
    eachField(record, (json, value) => {
      const key = keyOf(keys, json)
      schema.see(key.name, typeOfJson(value), frame)
      if (key.plane === null) others = true
      else if (value !== 'null')
        attributes += ` ${key.plane[0]}="${value}" ${key.plane[0]}Unit="${key.plane[1]}"`
    })
    const at = `TheZ="${index[z] ?? 0}" TheT="${index[t] ?? 0}" TheC="${index[c] ?? 0}"`
    const content = others ? `><AnnotationRef ID="Annotation:${first + annotated}"/></Plane>\n` : '/>\n'
    xml.write(`      <Plane ${at}${attributes}${content}`)
    if (others) annotated += 1
  }
  return annotated
}

interface AnnotationsInput {
  readonly records: RecordSource
  readonly image: ImagePlan
  readonly keys: PlaneKeys
  readonly first: number
  readonly xml: PieceWriter
}

/** The annotations of one image's frames, with the numbers that `planes` gave them; answers how many. */
export function frameAnnotations({ records, image, keys, first, xml }: AnnotationsInput): number {
  let written = 0
  for (const entry of records.frames(image.index)) {
    const entries = mapEntries(entry, keys)
    if (entries === '') continue
    xml.write(
      `    <MapAnnotation ID="Annotation:${first + written}">\n      <Value>\n${entries}      </Value>\n    </MapAnnotation>\n`
    )
    written += 1
  }
  return written
}

/** Strings as they are, all else as its JSON text. */
function mapEntries({ record }: FrameEntry, keys: PlaneKeys): string {
  let text = ''
  eachField(record, (json, value) => {
    const key = keyOf(keys, json)
    if (key.plane !== null) return
    text += `${key.open}${xmlText(typeOfJson(value) === 'text' ? stringValue(value) : value)}</M>\n`
  })
  return text
}
