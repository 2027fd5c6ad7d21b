/** The documents of a Zarr node, v2 (.zgroup, .zarray, .zattrs) or v3 (zarr.json), as one thing. */
import { Failed } from '../../../src-preload/contract/failure'
import type { Json } from '../../../src-preload/contract/record'
import { parseJson } from '../json'
import { isObject } from './array-meta'
import { joinKey, type Store } from './store'

export interface ZarrNode {
  readonly path: string
  readonly kind: 'group' | 'array'
  readonly version: 2 | 3
  readonly attributes: { readonly [key: string]: Json }
  /** Of an array: its own document. */
  readonly meta: { readonly [key: string]: Json }
}

/** Documents of a node by name; for showing. */
export const NODE_DOCUMENTS = ['zarr.json', '.zgroup', '.zarray', '.zattrs'] as const

async function document(store: Store, key: string): Promise<{ readonly [key: string]: Json } | null> {
  const bytes = await store.get(key)
  if (bytes === null) return null
  const damaged = (why: string): Failed => new Failed('dataset.unreadable', `${store.root}/${key} ${why}.`)
  if (bytes.length === 0) throw damaged('is empty')
  try {
    const value = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (!isObject(value)) throw damaged('is no JSON object')
    return value
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) throw damaged(`is no sound JSON (${error.message})`)
    throw error
  }
}

/** Null where there is no node. */
export async function readNode(store: Store, path: string): Promise<ZarrNode | null> {
  const v3 = await document(store, joinKey(path, 'zarr.json'))
  if (v3 !== null) {
    const kind = v3['node_type']
    if (v3['zarr_format'] !== 3 || (kind !== 'group' && kind !== 'array')) {
      throw new Failed('dataset.unreadable', `${store.root}/${joinKey(path, 'zarr.json')} describes neither a group nor an array of Zarr 3.`)
    }
    const attributes = v3['attributes']
    return { path, kind, version: 3, attributes: isObject(attributes) ? attributes : {}, meta: kind === 'array' ? v3 : {} }
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
    meta: array ?? {}
  }
}
