/** A Zarr hierarchy or array as a dataset. */
import { existsSync, statSync } from 'node:fs'
import { dirname, join, parse } from 'node:path'
import type { DatasetMetadata, DatasetState, MetadataNode } from '../../../src-preload/contract/dataset'
import type { PlateMap } from '../../../src-preload/contract/plate'
import { Failed } from '../../../src-preload/contract/failure'
import { isJsonObject, type Json, type RunEvent } from '../../../src-preload/contract/record'
import type { Dataset, LabelImage, MissingPlane } from '../dataset'
import { plateMap } from '../plates'
import { eventsFrom, finishFrom } from '../records/annotations'
import { lazyTable, rowsOf, type ImageFrames, type LazyFrames } from '../records/frame-table'
import { keySchema, type KeySchema } from '../records/key-schema'
import { planFacts } from '../records/plan-facts'
import { keysOf } from '../records/keys'
import type { Recording } from '../records/recording'
import { readHierarchy, type Hierarchy } from './hierarchy'
import { isRemote } from './http-store'
import { labelsOf } from './labels'
import { NODE_DOCUMENTS, readNode, type ZarrNode } from './node'
import { isOmeGroup, omeAttributes, multiscaleOf, plateOf } from './ome-attributes'
import { folderStore, joinKey, type Store } from './store'
import { unfinishedImage } from './unfinished'
import { zarrImage, type ZarrImage } from './zarr-image'

export interface ZarrOptions {
  readonly state: DatasetState
  /** What the journal of an unfinished recording tells; null where there is none. */
  readonly journal: Recording | null
  readonly signal?: AbortSignal | undefined
  /** How long the planes of an image may be counted. */
  readonly countMs?: number | undefined
}

/** Images of a plate that are looked at together. */
const AT_ONCE = 16
const MOST_RAW = 8 << 20
const MOST_NODES = 20_000

const hasDocument = (folder: string): boolean =>
  ['zarr.json', '.zgroup', '.zarray', '.zattrs'].some((name) => existsSync(join(folder, name)))

/** The folders above a path that are Zarr nodes, nearest first. A chunk lies a few folders below its array. */
function nodeFolders(path: string): string[] {
  const found: string[] = []
  let gap = 0
  const top = parse(path).root
  for (
    let folder = statSync(path).isDirectory() ? path : dirname(path);
    folder !== top;
    folder = dirname(folder)
  ) {
    if (hasDocument(folder)) {
      found.push(folder)
      gap = 0
    } else if (++gap > (found.length === 0 ? 8 : 1)) break
  }
  return found
}

/** Nearest node of a path, null where it is in no hierarchy. */
export function zarrNodeOf(path: string): string | null {
  return nodeFolders(path)[0] ?? null
}

/** Of the nodes above one: the highest that says it is something of OME, else the nearest itself. */
export async function zarrRoot(nearest: string): Promise<string> {
  let root = nearest
  for (const folder of nodeFolders(nearest).slice(1)) {
    const node = await quietly(() => readNode(folderStore(folder), ''))
    if (node !== null && isOmeGroup(node)) root = folder
  }
  return root
}

/** A damaged document further up does not keep a sound array from opening. */
async function quietly<T>(read: () => Promise<T | null>): Promise<T | null> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof Failed) return null
    throw error
  }
}

/** Opens the hierarchy in a store; null where there is none. The dataset closes the store. */
export async function openZarr(store: Store, options: ZarrOptions): Promise<Dataset | null> {
  const path = store.root
  const root = await readNode(store, '')
  if (root === null) return null
  const warnings: string[] = []
  const hierarchy = await readHierarchy(store, root, warnings)
  options.signal?.throwIfAborted()
  const images: ZarrImage[] = []
  for (let from = 0; from < hierarchy.places.length; from += AT_ONCE) {
    options.signal?.throwIfAborted()
    const some = hierarchy.places.slice(from, from + AT_ONCE)
    images.push(
      ...(await Promise.all(some.map((place) => zarrImage(store, place, warnings, options.countMs))))
    )
  }
  if (images.length === 0) throw nothingIn(path, hierarchy)
  const version = multiscaleOf(root)?.version ?? null
  if (version !== null && !/^0\.[1-5]/.test(version))
    warnings.push(`It says it is OME-Zarr ${version}, which Benchframe does not know.`)
  const { journal } = options
  const shown =
    journal === null ? images : images.map((image, number) => unfinishedImage(image, number, journal))
  return dataset(path, store, hierarchy, shown, warnings, options)
}

function nothingIn(path: string, { kind }: Hierarchy): Failed {
  const what: Readonly<Record<Hierarchy['kind'], string>> = {
    image: 'an OME-Zarr image without an array',
    array: 'an array without pixels',
    series: 'an OME-Zarr series without an image',
    plate: 'an OME-Zarr plate without a well that is there',
    well: 'an OME-Zarr well without an image',
    group: 'a Zarr group without an array'
  }
  return new Failed('dataset.unreadable', `${path} is ${what[kind]}.`)
}

function dataset(
  path: string,
  store: Store,
  hierarchy: Hierarchy,
  images: readonly ZarrImage[],
  warnings: readonly string[],
  options: ZarrOptions
): Dataset {
  const { state } = options
  const { plan, schema, events, finish, pixels, globals } = options.journal ?? recordingOf(hierarchy.root)
  const ordered = (frames: ImageFrames, number: number): ImageFrames =>
    plan === null ? frames : { ...frames, order: (i) => plan.order(number, frames.storageIndex(i)) }
  const table = lazyTable(
    images.map(({ frames }, number): LazyFrames => ({
      count: frames.count,
      load: async (signal) => ordered(await frames.load(signal), number)
    }))
  )
  const labels = new Map<number, Promise<readonly LabelImage[]>>()
  function labelsAt(image: number): Promise<readonly LabelImage[]> {
    const found = images[image]
    const known = labels.get(image) ?? (found === undefined ? Promise.resolve([]) : labelsOf(store, found))
    labels.set(image, known)
    return known
  }
  function placeOf<T>(
    image: number,
    index: readonly number[],
    read: (found: ZarrImage) => Promise<T | MissingPlane>
  ): Promise<T | MissingPlane> {
    const found = images[image]
    const inside =
      found !== undefined &&
      index.length === found.outer.length &&
      index.every((at, i) => at >= 0 && at < (found.outer[i] ?? 0))
    if (inside || found?.info.readable === false) return read(found)
    return Promise.resolve({
      missing: 'never acquired',
      reason: `${path} has no plane at [${index.join(', ')}] of image ${image}.`
    })
  }
  return {
    path,
    kind: hierarchy.kind === 'array' || hierarchy.kind === 'group' ? 'zarr' : 'ome-zarr',
    state,
    images: images.map(({ info }) => info),
    plates: platesOf(hierarchy, table.perImage),
    warnings,
    frames: table.frames,
    imageFrames: table.perImage,
    globals,
    finish,
    rows: async (from, count, signal) => rowsOf(await table.get(signal), from, count),
    keys: async () => keysOf(await table.get(), schema),
    events: (): Promise<readonly RunEvent[]> => Promise.resolve(events),
    plane: (image, index, signal) => placeOf(image, index, (found) => found.plane(index, signal)),
    levels: (image) => images[image]?.levels ?? [],
    part: (image, index, box, signal) => placeOf(image, index, (found) => found.part(index, box, signal)),
    labels: (image) => labelsAt(image),
    // over a network each look is a wait of its own
    isThere: (image, index) =>
      isRemote(path) ? Promise.resolve(true) : (images[image]?.isThere(index) ?? Promise.resolve(false)),
    metadata: () => metadataOf(store, hierarchy, images),
    close() {
      store.close()
      pixels?.close()
      return Promise.resolve()
    }
  }
}

function platesOf({ root, places }: Hierarchy, frames: readonly number[]): PlateMap[] {
  const told = plateOf(root)
  if (told === null) return []
  const fields = new Map<string, number[]>()
  places.forEach(({ path }, number) => {
    const well = path.split('/').slice(0, 2).join('/')
    fields.set(well, [...(fields.get(well) ?? []), number])
  })
  const wells = told.wells.map(({ path, row, column }) => ({ row, column, images: fields.get(path) ?? [] }))
  const map = plateMap({ ...told, rowNaming: 'letter', columnNaming: 'number', wells }, frames)
  return map === null ? [] : [map]
}

/** `attributes.benchframe` of the root. */
function recordingOf(root: ZarrNode): Recording {
  const own = root.attributes['benchframe']
  const told = isJsonObject(own) ? own : {}
  return {
    schema: schemaOf(told['keys']),
    events: eventsFrom(told['events']),
    finish: finishFrom(told['finish']),
    plan: planFacts(told['settings']),
    globals: new Map(Object.entries(root.attributes)),
    frames: null,
    sizes: null,
    pixels: null
  }
}

/** Benchframe's list of keys: [{key, type, unit, source}, …]. */
function schemaOf(keys: Json | undefined): KeySchema {
  const list = Array.isArray(keys) ? (keys as readonly Json[]) : []
  return keySchema(
    list.flatMap((item) =>
      isJsonObject(item) && typeof item['key'] === 'string' ? [[item['key'], item] as const] : []
    )
  )
}

async function metadataOf(
  store: Store,
  hierarchy: Hierarchy,
  images: readonly ZarrImage[]
): Promise<DatasetMetadata> {
  const budget = { nodes: 0 }
  const groups: [string, ZarrNode][] = [
    ['', hierarchy.root],
    ...hierarchy.places.flatMap(({ path, node }): [string, ZarrNode][] =>
      path === '' || node === null ? [] : [[path, node]]
    )
  ]
  const tree = groups
    .slice(0, 200)
    .map(([path, node]) => nodeTree(path === '' ? 'root' : path, attributesShown(node), budget))
  const raw: { name: string; text: string }[] = []
  for (const path of [
    '',
    ...images
      .slice(0, 50)
      .map((image) => image.path)
      .filter((each) => each !== '')
  ]) {
    for (const name of NODE_DOCUMENTS) {
      const key = joinKey(path, name)
      const bytes = await store.range(key, 0, MOST_RAW)
      if (bytes !== null) raw.push({ name: key, text: new TextDecoder().decode(bytes) })
    }
  }
  const xml = await store.range('OME/METADATA.ome.xml', 0, MOST_RAW)
  if (xml !== null) raw.push({ name: 'OME/METADATA.ome.xml', text: new TextDecoder().decode(xml) })
  return { tree, raw }
}

/** All attributes but the list of records, which is the table of frames. */
function attributesShown(node: ZarrNode): Json {
  const { ome_writers: records, ...others } = node.attributes
  const ome = omeAttributes(node)
  if (!isJsonObject(records)) return ome === node.attributes ? ome : others
  const { frame_metadata: list, ...rest } = records
  const count = node.longRecords?.count ?? (Array.isArray(list) ? list.length : 0)
  return { ...others, ome_writers: { ...rest, frame_metadata: `${count} records` } }
}

function nodeTree(name: string, value: Json, budget: { nodes: number }): MetadataNode {
  budget.nodes++
  if (typeof value !== 'object' || value === null) return { name, value: String(value) }
  if (budget.nodes > MOST_NODES) return { name, value: '…' }
  const entries = Array.isArray(value)
    ? value.map((item, i) => [String(i), item as Json] as const)
    : Object.entries(value)
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null))
    return { name, value: value.join(', ') }
  return { name, children: entries.map(([key, item]) => nodeTree(key, item, budget)) }
}
