/** Edits the metadata of an OME-Zarr folder: records and attributes in its zarr.json (.zattrs), and METADATA.ome.xml where there is one. Each document is replaced as a whole. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HISTORY_NAMESPACE, type HistoryEntry } from '../../../src-preload/contract/edit'
import { Failed } from '../../../src-preload/contract/failure'
import type { Json } from '../../../src-preload/contract/record'
import { outerSizes } from '../copy/choice'
import { sameValue } from '../copy/copy-record'
import { parseJson } from '../json'
import { ravel, unravel } from '../tiff/tiff-image'
import { readHierarchy } from '../zarr/hierarchy'
import { readNode } from '../zarr/node'
import { folderStore } from '../zarr/store'
import { targetOf, type Changes, type FrameChange } from './changes'
import { editOme, FORM_NAMESPACE, jsonOf, type OmeInput } from './edit-ome'
import { together, textPatch, type Patch } from './edit-tiff'
import { itemsAt, placeOf, setMember, valueEnd, withValue } from './json-places'
import { typeOfValue } from './key-types'
import { omePlaces } from './ome-places'
import { TextSplices } from './text-splices'

/** The attributes of one group, in the document that holds them. */
class Group {
  text: string
  readonly path: string
  readonly #before: string
  readonly #lead: readonly string[]

  constructor(folder: string) {
    const v3 = join(folder, 'zarr.json')
    this.path = existsSync(v3) ? v3 : join(folder, '.zattrs')
    this.#lead = this.path === v3 ? ['attributes'] : []
    this.text = existsSync(this.path) ? readFileSync(this.path, 'utf8') : '{}'
    this.#before = this.text
  }

  get changed(): boolean {
    return this.text !== this.#before
  }

  place(path: readonly (string | number)[]): number | null {
    return placeOf(this.text, [...this.#lead, ...path])
  }

  get(path: readonly (string | number)[]): Json | undefined {
    const at = this.place(path)
    return at === null ? undefined : valueAt(this.text, at)
  }

  set(path: readonly string[], value: Json): void {
    this.text = withValue(this.text, [...this.#lead, ...path], value === null ? null : jsonOf(value))
  }

  /** OME's attributes stand under `ome` since 0.5. */
  get ome(): readonly string[] {
    return this.place(['ome']) === null ? [] : ['ome']
  }
}

const valueAt = (text: string, at: number): Json => parseJson(text.slice(at, valueEnd(text, at)))

export async function patchZarr(input: Omit<OmeInput, 'firstId' | 'makesPlanes'>): Promise<Patch> {
  const { dataset, changes, at, who } = input
  const store = folderStore(dataset.path)
  const rootNode = await readNode(store, '')
  if (rootNode === null) throw new Failed('dataset.unreadable', `${dataset.path} is no Zarr any more.`)
  const { places } = await readHierarchy(store, rootNode, [])
  const root = new Group(dataset.path)
  const groups = new Map<string, Group>([['', root]])
  const groupOf = (image: number): Group => {
    const path = places[image]?.path ?? ''
    const known = groups.get(path) ?? new Group(join(dataset.path, path))
    groups.set(path, known)
    return known
  }
  for (const image of new Set(changes.frames.map((change) => change.image)))
    changeRecords(
      groupOf(image),
      changes.frames.filter((change) => change.image === image),
      outerSizes(dataset, image)
    )
  describeKeys(root, changes.frames)
  const named: HistoryEntry[] = []
  const xml = xmlOf(dataset.path)
  if (xml === null && changes.names.some(({ kind }) => kind === 'description' || kind === 'experimenter'))
    throw new Failed('dataset.unsupported', `${dataset.path} has no OME-XML, which would hold this.`)
  const result =
    xml === null ? null : editOme(xml.text, { ...input, firstId: xml.firstId, makesPlanes: false })
  for (const entry of [...changeGlobals(root, changes), ...changeNames(groupOf, changes)])
    named.push({ at, who, ...entry })
  // names that only the XML has a place for
  for (const entry of result?.named ?? [])
    if (!named.some(({ what }) => JSON.stringify(what) === JSON.stringify(entry.what))) named.push(entry)
  addHistory(root, [...input.history, ...named])
  const texts = [...groups.values()].filter(({ changed }) => changed)
  return together([
    ...(xml === null || result === null ? [] : [textPatch(xml.path, result.text)]),
    ...texts.map(({ path, text }) => textPatch(path, text))
  ])
}

function xmlOf(folder: string): { path: string; text: string; firstId: number } | null {
  const path = join(folder, 'OME', 'METADATA.ome.xml')
  if (!existsSync(path)) return null
  const text = readFileSync(path, 'utf8')
  const places = omePlaces(text)
  return places === null ? null : { path, text, firstId: places.lastId + 1 }
}

const LIST = ['ome_writers', 'frame_metadata']

/** Records are found by their storage_index; a dataset without records gets one for each plane, since one alone would make all others no frames. */
function changeRecords(group: Group, frames: readonly FrameChange[], sizes: readonly number[]): void {
  if (group.place(LIST) === null) {
    const count = sizes.reduce((all, size) => all * size, 1)
    const all = Array.from({ length: count }, (_, i) => ({ storage_index: unravel(i, sizes) }))
    if (group.place(['ome_writers']) === null) group.set(['ome_writers'], { version: '0.3' })
    group.set(LIST, all)
  }
  const list = group.place(LIST) ?? 0
  const wanted = new Map(frames.map((change) => [ravel(change.storageIndex, sizes) ?? -1, change]))
  const splices = new TextSplices()
  let number = 0
  for (const { from, to } of itemsAt(group.text, list)) {
    const record = group.text.slice(from, to)
    const change = wanted.get(placeIn(record, sizes) ?? number)
    number++
    if (change === undefined) continue
    splices.replace(from, to, changedRecord(record, change.values))
    wanted.delete(ravel(change.storageIndex, sizes) ?? -1)
  }
  const [homeless] = wanted.values()
  if (homeless !== undefined)
    throw new Failed('dataset.unsupported', `${group.path} has no record of frame ${homeless.frame}.`)
  group.text = splices.applied(group.text)
}

/** Number of the plane that a record belongs to, read without parsing all of it. */
function placeIn(record: string, sizes: readonly number[]): number | null {
  const told = /"storage_index"\s*:\s*\[([\d\s,]*)\]\s*\}$/.exec(record)?.[1]
  return told === undefined
    ? null
    : ravel(
        told
          .split(',')
          .filter((part) => part.trim() !== '')
          .map(Number),
        sizes
      )
}

function changedRecord(record: string, values: ReadonlyMap<string, Json>): string {
  let text = record
  for (const [key, value] of values) {
    const splices = new TextSplices()
    setMember(splices, text, 0, key, value === null ? null : jsonOf(value), 'storage_index')
    text = splices.applied(text)
  }
  return text
}

/** Benchframe's list of keys learns the new ones. */
function describeKeys(root: Group, frames: readonly FrameChange[]): void {
  const told = root.get(['benchframe', 'keys'])
  if (!Array.isArray(told)) return
  const list = told as readonly Json[]
  const known = new Set(list.map((item) => (item as { readonly key?: Json }).key))
  const fresh: { [key: string]: Json }[] = []
  for (const { values } of frames)
    for (const [key, value] of values) {
      if (value === null || known.has(key)) continue
      known.add(key)
      fresh.push({ key, type: typeOfValue(value), source: 'user' })
    }
  if (fresh.length > 0) root.set(['benchframe', 'keys'], [...list, ...fresh])
}

type Named = Omit<HistoryEntry, 'at' | 'who'>

/** The form is below `benchframe`; so is a namespace that the root has taken. */
const pathOf = (namespace: string, key: string): string[] =>
  namespace === FORM_NAMESPACE ? ['benchframe', 'form', key] : [namespace, key]

function changeGlobals(root: Group, changes: Changes): Named[] {
  return changes.globals.flatMap(({ namespace, key, value }): Named[] => {
    const path = pathOf(namespace, key)
    const before = root.get(path) ?? null
    if (sameValue(before, value)) return []
    const parent = path.slice(0, -1)
    if (root.get(parent) === null) root.set(parent, {})
    root.set(path, value)
    return [{ what: { kind: 'global', namespace, key }, before, after: value }]
  })
}

function changeNames(groupOf: (image: number) => Group, { names }: Changes): Named[] {
  return names.flatMap((change): Named[] => {
    if (change.kind !== 'image' && change.kind !== 'channel') return []
    const group = groupOf(change.image)
    const path =
      change.kind === 'channel'
        ? [...group.ome, 'omero', 'channels', change.channel, 'label']
        : [...group.ome, 'multiscales', 0, 'name']
    const at = group.place(path.slice(0, -1))
    if (at === null) return []
    const before = group.get(path) ?? null
    if (before === change.value) return []
    const splices = new TextSplices()
    setMember(splices, group.text, at, path[path.length - 1] as string, jsonOf(change.value))
    group.text = splices.applied(group.text)
    return [{ what: targetOf(change), before, after: change.value }]
  })
}

function addHistory(root: Group, entries: readonly HistoryEntry[]): void {
  if (entries.length === 0) return
  const told = root.get([HISTORY_NAMESPACE])
  const before = Array.isArray(told)
    ? (told as readonly Json[])
    : told === undefined
      ? []
      : Object.values(told ?? {})
  root.set([HISTORY_NAMESPACE], [...before, ...(entries as unknown as readonly Json[])])
}
