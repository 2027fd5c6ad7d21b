/** Finds the images of a hierarchy: one multiscale, a series in bioformats2raw's layout, a plate, a well, a bare array, or a plain group of arrays. */
import { Failed } from '../../../src-preload/contract/failure'
import { fieldsOf, isSeries, multiscaleOf, seriesOf, wellsOf } from './ome-attributes'
import { readNode, type ZarrNode } from './node'
import { joinKey, type Store } from './store'

export type RootKind = 'image' | 'series' | 'plate' | 'well' | 'array' | 'group'

/** A place where an image should be. */
export interface ImagePlace {
  readonly path: string
  readonly node: ZarrNode | null
}

export interface Hierarchy {
  readonly kind: RootKind
  readonly root: ZarrNode
  readonly places: readonly ImagePlace[]
}

const MOST_IMAGES = 20_000
const MOST_ARRAYS = 500
const AT_ONCE = 16

export async function readHierarchy(store: Store, root: ZarrNode, warnings: string[]): Promise<Hierarchy> {
  if (root.kind === 'array') return { kind: 'array', root, places: [{ path: '', node: root }] }
  if (multiscaleOf(root) !== null) return { kind: 'image', root, places: [{ path: '', node: root }] }
  const wells = wellsOf(root)
  if (wells !== null) return { kind: 'plate', root, places: await fieldsOfWells(store, wells, warnings) }
  const fields = fieldsOf(root)
  if (fields !== null) return { kind: 'well', root, places: await nodes(store, fields, warnings) }
  if (isSeries(root))
    return { kind: 'series', root, places: await nodes(store, await series(store), warnings) }
  return { kind: 'group', root, places: await arraysBelow(store) }
}

/** The series listed in OME, else the groups 0, 1, 2, … that are there. */
async function series(store: Store): Promise<string[]> {
  const ome = await readNode(store, 'OME')
  const listed = ome === null ? [] : seriesOf(ome)
  if (listed.length > 0) return listed
  const names = (await store.list('')).filter((name) => /^\d+$/.test(name))
  return names.sort((a, b) => Number(a) - Number(b))
}

async function fieldsOfWells(
  store: Store,
  wells: readonly string[],
  warnings: string[]
): Promise<ImagePlace[]> {
  const found = await nodes(store, wells, warnings)
  const paths = found.flatMap(({ path, node }) => {
    if (node === null) return []
    return (fieldsOf(node) ?? []).map((field) => joinKey(path, field))
  })
  const absent = found.filter(({ node }) => node === null)
  if (absent.length > 0) {
    const some = absent.slice(0, 5).map(({ path }) => path)
    warnings.push(
      `${absent.length} of ${wells.length} wells of the plate are missing: ${some.join(', ')}${absent.length > 5 ? ', …' : ''}.`
    )
  }
  return nodes(store, paths, warnings)
}

/** Reads many nodes, some at a time, in order. One that is damaged is a place without an image. */
async function nodes(store: Store, paths: readonly string[], warnings: string[]): Promise<ImagePlace[]> {
  const wanted = paths.slice(0, MOST_IMAGES)
  if (paths.length > wanted.length)
    warnings.push(`Only the first ${MOST_IMAGES} of ${paths.length} groups are looked at.`)
  const places: ImagePlace[] = []
  for (let from = 0; from < wanted.length; from += AT_ONCE) {
    const some = wanted.slice(from, from + AT_ONCE)
    places.push(...(await Promise.all(some.map((path) => place(store, path, warnings)))))
  }
  return places
}

async function place(store: Store, path: string, warnings: string[]): Promise<ImagePlace> {
  if (!(await store.inside(path))) {
    warnings.push(`${path} leads out of the dataset and is left alone.`)
    return { path, node: null }
  }
  try {
    return { path, node: await readNode(store, path) }
  } catch (error) {
    if (!(error instanceof Failed)) throw error
    warnings.push(error.message)
    return { path, node: null }
  }
}

/** Arrays and images of a group that says nothing of OME, two levels down. */
async function arraysBelow(store: Store): Promise<ImagePlace[]> {
  const found: ImagePlace[] = []
  async function below(path: string, depth: number): Promise<void> {
    for (const name of [...(await store.list(path))].sort()) {
      if (found.length >= MOST_ARRAYS || name.startsWith('.') || name.endsWith('.json')) continue
      const child = joinKey(path, name)
      if (!(await store.inside(child))) continue
      const { node } = await place(store, child, [])
      if (node === null) continue
      if (node.kind === 'array' || multiscaleOf(node) !== null) found.push({ path: child, node })
      else if (depth < 2) await below(child, depth + 1)
    }
  }
  await below('', 0)
  return found
}
