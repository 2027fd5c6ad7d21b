/** Applies changes to one OME-XML text: of a TIFF, a companion, or the one inside an OME-Zarr; and tells what was there before. */
import { HISTORY_NAMESPACE, type HistoryEntry } from '../../../src-preload/contract/edit'
import { Failed } from '../../../src-preload/contract/failure'
import type { FrameRecord, Json } from '../../../src-preload/contract/record'
import { outerAxes, outerSizes } from '../copy/choice'
import { sameValue } from '../copy/copy-record'
import type { Dataset } from '../dataset'
import { jsonOrText } from '../records/annotations'
import { KEY_SCHEMA_NAMESPACE } from '../records/key-schema'
import { unravel } from '../tiff/tiff-image'
import { formTexts, targetOf, type Changes, type FrameChange } from './changes'
import { schemaEntry } from './key-types'
import { OmeEdit, withPlanes } from './ome-edit'
import { omePlaces, planeKey, type OmePlaces } from './ome-places'

export const FORM_NAMESPACE = 'benchframe/form'

/** A value as it stands in a MapAnnotation: formats.md, Record. */
export const mapText = (value: Json): string => (typeof value === 'string' ? value : jsonOf(value))

export const jsonOf = (value: Json): string =>
  JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? Number(item) : item))

export interface OmeInput {
  readonly dataset: Dataset
  readonly changes: Changes
  /** Entries of the frames. */
  readonly history: readonly HistoryEntry[]
  readonly at: string
  readonly who: string
  /** Keys that records of this dataset have. */
  readonly keys: ReadonlySet<string>
  /** Number of the first annotation that is added; greater than any in the set. */
  readonly firstId: number
  /** Planes are made where an image has none: in a file that holds the records. */
  readonly makesPlanes: boolean
}

export interface OmeResult {
  readonly text: string
  /** Entries of what is no frame. */
  readonly named: readonly HistoryEntry[]
  /** Frames whose Plane is in this text. */
  readonly frames: ReadonlySet<number>
}

export function placesOrRefuse(text: string, path: string): OmePlaces {
  const places = omePlaces(text)
  if (places !== null) return places
  throw new Failed('dataset.unsupported', `${path} has no OME metadata that could be changed.`, {
    next: 'Convert it first; the copy can be edited.'
  })
}

export function editOme(text: string, input: OmeInput): OmeResult {
  const { changes, dataset, at, who } = input
  const edit = new OmeEdit(planesMade(placesOrRefuse(text, dataset.path), input), input.firstId)
  const frames = new Set<number>()
  const schema = new Map<string, string>()
  for (const change of changes.frames) if (changeFrame(edit, change, input, schema)) frames.add(change.frame)
  if (schema.size > 0) edit.changeGlobal(KEY_SCHEMA_NAMESPACE, schema)
  const named = [...changeNames(edit, changes), ...changeGlobals(edit, changes)].map((entry) => ({
    at,
    who,
    ...entry
  }))
  const all = [...input.history, ...named]
  const count = edit.globalPairs(HISTORY_NAMESPACE).size
  if (all.length > 0)
    edit.changeGlobal(
      HISTORY_NAMESPACE,
      new Map(all.map((entry, i) => [String(count + i), jsonOf(entry as unknown as Json)]))
    )
  return { text: edit.text(), named, frames }
}

type Place = readonly [z: number, c: number, t: number]

/** The place of a plane in OME's terms; axes that have no letter of OME stand at 0. */
function omePlace(dataset: Dataset, image: number, index: readonly number[]): Place {
  const names = outerAxes(dataset, image).map(({ name }) => name.toLowerCase())
  const along = (letter: string): number => index[names.indexOf(letter)] ?? 0
  return [along('z'), along('c'), along('t')]
}

/** One record makes all planes without one no frames; so an image that lacks the Plane of a frame gets all that it lacks. */
function planesMade(places: OmePlaces, { dataset, changes, makesPlanes }: OmeInput): OmePlaces {
  let made = places
  for (const image of new Set(changes.frames.map((change) => change.image))) {
    const found = made.images[image]
    const lacks = (index: readonly number[]): boolean =>
      found?.planes.has(planeKey(...omePlace(dataset, image, index))) === false
    const changed = changes.frames.filter((change) => change.image === image)
    if (!makesPlanes || found === undefined || !changed.some(({ storageIndex }) => lacks(storageIndex)))
      continue
    const sizes = outerSizes(dataset, image)
    const count = sizes.reduce((all, size) => all * size, 1)
    const fresh = Array.from({ length: count }, (_, i) => unravel(i, sizes)).filter(lacks)
    const text = withPlanes(
      made.text,
      found,
      fresh.map((index) => omePlace(dataset, image, index))
    )
    made = placesOrRefuse(text, dataset.path)
  }
  return made
}

function changeFrame(
  edit: OmeEdit,
  { frame, image, storageIndex, values }: FrameChange,
  { dataset, keys }: OmeInput,
  schema: Map<string, string>
): boolean {
  const texts = new Map([...values].map(([key, value]) => [key, value === null ? null : mapText(value)]))
  if (!edit.changePlane(image, omePlace(dataset, image, storageIndex), texts)) return false
  for (const [key, value] of values) {
    if (value === null) continue
    const told = schema.get(key) ?? edit.globalPairs(KEY_SCHEMA_NAMESPACE).get(key) ?? null
    const entry = schemaEntry(told, value, mapText(value), frame, keys.has(key))
    if (entry !== null) schema.set(key, entry)
  }
  return true
}

type Named = Omit<HistoryEntry, 'at' | 'who'>

function changeNames(edit: OmeEdit, { names }: Changes): Named[] {
  return names.flatMap((change): Named[] => {
    const value = typeof change.value === 'string' ? change.value : null
    const before = nameBefore(edit, change)
    if (before === value) return []
    switch (change.kind) {
      case 'description':
        edit.setDescription(change.image, value)
        break
      case 'image':
        edit.setImageName(change.image, value ?? '')
        break
      case 'channel':
        edit.setChannelName(change.image, change.channel, value ?? '')
        break
      case 'experimenter':
        edit.setExperimenter(value)
    }
    return [{ what: targetOf(change), before, after: value }]
  })
}

function nameBefore(edit: OmeEdit, change: Changes['names'][number]): string | null {
  switch (change.kind) {
    case 'description':
      return edit.description(change.image)
    case 'image':
      return edit.imageName(change.image)
    case 'channel':
      return edit.channelName(change.image, change.channel)
    case 'experimenter':
      return edit.experimenter
  }
}

function changeGlobals(edit: OmeEdit, changes: Changes): Named[] {
  const byNamespace = new Map<string, Map<string, string | null>>()
  const entries: Named[] = []
  const texts = textsOf(edit)
  for (const { namespace, key, value } of changes.globals) {
    const before = valueBefore(edit, texts, namespace, key)
    if (sameValue(before, value)) continue
    const pairs = byNamespace.get(namespace) ?? new Map<string, string | null>()
    byNamespace.set(namespace, pairs.set(key, value === null ? null : mapText(value)))
    entries.push({ what: { kind: 'global', namespace, key }, before, after: value })
    const mark = JSON.stringify([namespace, key])
    if (typeof value === 'string' && jsonOrText(value) !== value) texts.add(mark)
    else texts.delete(mark)
  }
  const form = byNamespace.get(FORM_NAMESPACE)
  if (form !== undefined) followForm(edit, changes, form)
  for (const [namespace, pairs] of byNamespace) edit.changeGlobal(namespace, pairs)
  const marked = `[${[...texts].join(',')}]`
  if (marked !== (edit.globalPairs('benchframe').get('texts') ?? '[]'))
    edit.changeGlobal('benchframe', new Map([['texts', marked]]))
  return entries
}

/** Texts that look like JSON and are none, by namespace and key. */
function textsOf(edit: OmeEdit): Set<string> {
  const told = jsonOrText(edit.globalPairs('benchframe').get('texts') ?? '[]')
  return new Set(Array.isArray(told) ? (told as readonly Json[]).map((pair) => JSON.stringify(pair)) : [])
}

function valueBefore(edit: OmeEdit, texts: ReadonlySet<string>, namespace: string, key: string): Json {
  const text = edit.globalPairs(namespace).get(key)
  if (text === undefined) return null
  return texts.has(JSON.stringify([namespace, key])) ? text : jsonOrText(text)
}

/** Description and Experimenter say what the form says, unless someone has written something else there. */
function followForm(edit: OmeEdit, { names }: Changes, pairs: ReadonlyMap<string, string | null>): void {
  const before: FrameRecord = Object.fromEntries(edit.globalPairs(FORM_NAMESPACE))
  const after: FrameRecord = { ...before, ...Object.fromEntries(pairs) }
  const [old, now] = [formTexts(before), formTexts(after)]
  if (old.description !== now.description)
    edit.places.images.forEach((_, image) => {
      const told = edit.description(image)
      if (names.some((change) => change.kind === 'description' && change.image === image)) return
      if (told === null || told === old.description) edit.setDescription(image, now.description)
    })
  const told = edit.experimenter
  if (old.who !== now.who && now.who !== null && !names.some(({ kind }) => kind === 'experimenter'))
    if (told === null || told === old.who) edit.setExperimenter(now.who)
}
