/** The documents of a Zarr node, v2 (.zgroup, .zarray, .zattrs) or v3 (zarr.json), as one thing. */
import { Failed } from '../../../src-preload/contract/failure'
import { isJsonObject, type Json } from '../../../src-preload/contract/record'
import { parseJson } from '../json'
import { LONG_DOCUMENT, takeRecords, type LongRecords } from './long-records'
import { joinKey, type Store } from './store'

export interface ZarrNode {
  readonly path: string
  readonly kind: 'group' | 'array'
  readonly version: 2 | 3
  readonly attributes: { readonly [key: string]: Json }
  /** The list of records where it is long; it is then left out of the attributes. */
  readonly longRecords: LongRecords | null
  /** Of an array: its own document. */
  readonly meta: { readonly [key: string]: Json }
}

/** Documents of a node by name; for showing. */
export const NODE_DOCUMENTS = ['zarr.json', '.zgroup', '.zarray', '.zattrs'] as const

type JsonObject = { readonly [key: string]: Json }

/** Stands in a document for records that were taken out. */
const TOKEN = 'benchframe: records are read apart'

async function document(store: Store, key: string): Promise<JsonObject | null> {
  const bytes = await store.get(key)
  return bytes === null ? null : parse(store, key, bytes)
}

/** A zarr.json, its long list of records taken out. */
async function documentAndRecords(
  store: Store,
  key: string
): Promise<{ readonly value: JsonObject; readonly records: LongRecords | null } | null> {
  const bytes = await store.get(key)
  if (bytes === null) return null
  const taken = bytes.length < LONG_DOCUMENT ? null : await takeRecords(store, key, bytes, TOKEN)
  const value = taken === null ? null : parse(store, key, taken.document)
  const writers = isJsonObject(value?.['attributes']) ? value['attributes']['ome_writers'] : undefined
  const list = isJsonObject(writers) ? writers['frame_metadata'] : undefined
  // anything else by that name stands somewhere else, and the document is parsed whole
  const right = Array.isArray(list) && list.length === 1 && list[0] === TOKEN
  if (taken !== null && value !== null && right) return { value, records: taken.records }
  return { value: parse(store, key, bytes), records: null }
}

function parse(store: Store, key: string, bytes: Uint8Array): JsonObject {
  const damaged = (why: string): Failed => new Failed('dataset.unreadable', `${store.root}/${key} ${why}.`)
  if (bytes.length === 0) throw damaged('is empty')
  try {
    const value = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (!isJsonObject(value)) throw damaged('is no JSON object')
    return value
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError)
      throw damaged(`is no sound JSON (${error.message})`)
    throw error
  }
}

/** Null where there is no node. */
export async function readNode(store: Store, path: string): Promise<ZarrNode | null> {
  const found = await documentAndRecords(store, joinKey(path, 'zarr.json'))
  if (found !== null) {
    const v3 = found.value
    const kind = v3['node_type']
    if (v3['zarr_format'] !== 3 || (kind !== 'group' && kind !== 'array')) {
      throw new Failed(
        'dataset.unreadable',
        `${store.root}/${joinKey(path, 'zarr.json')} describes neither a group nor an array of Zarr 3.`
      )
    }
    const attributes = v3['attributes']
    return {
      path,
      kind,
      version: 3,
      attributes: isJsonObject(attributes) ? attributes : {},
      longRecords: found.records,
      meta: kind === 'array' ? v3 : {}
    }
  }
  const array = await document(store, joinKey(path, '.zarray'))
  const group = array === null ? await document(store, joinKey(path, '.zgroup')) : null
  const attributes = await document(store, joinKey(path, '.zattrs'))
  if (array === null && group === null && attributes === null) return null
  return {
    path,
    kind: array === null ? 'group' : 'array',
    version: 2,
    attributes: attributes ?? {},
    longRecords: null,
    meta: array ?? {}
  }
}
