/** One image of a Zarr dataset: the array of its largest resolution, with names for its axes and planes by index. */
import type { AxisInfo, ImageInfo } from '../../../src-preload/contract/dataset'
import { Failed } from '../../../src-preload/contract/failure'
import type { Level, MissingPlane, Plane, PlaneBox, PlanePart } from '../dataset'
import { levelSizes } from '../levels'
import { bareFrames } from '../tiff/tiff-image'
import { readyFrames, type LazyFrames } from '../records/frame-table'
import { ArrayUnsupported, metaOf, type ArrayMeta } from './array-meta'
import { arrayLevel, smallerArrays, type ArrayLevel } from './array-levels'
import type { ImagePlace } from './hierarchy'
import { readNode, type ZarrNode } from './node'
import { channelsOf, multiscaleOf, type Multiscale } from './ome-attributes'
import { geometryOf, readPart, readPlane, type PlaneRequest } from './plane-reader'
import { planePresence, presentPlanes } from './present'
import { arrayReader } from './read-region'
import { joinKey, type Store } from './store'
import { frameMetadata } from './zarr-records'

export interface ZarrImage {
  readonly info: ImageInfo
  readonly frames: LazyFrames
  readonly outer: readonly number[]
  readonly path: string
  readonly levels: readonly Level[]
  plane(index: readonly number[], signal?: AbortSignal): Promise<Plane | MissingPlane>
  part(index: readonly number[], box: PlaneBox, signal?: AbortSignal): Promise<PlanePart | MissingPlane>
  isThere(index: readonly number[]): Promise<boolean>
}

const nameOf = (store: Store, path: string, multiscale: Multiscale | null): string =>
  multiscale?.name ?? (path === '' ? (store.root.split(/[\\/]/).pop() ?? '') : path)

export async function zarrImage(
  store: Store,
  place: ImagePlace,
  warnings: string[],
  countMs = COUNT_BUDGET_MS
): Promise<ZarrImage> {
  const { path, node } = place
  if (node === null) return unreadable(path, path, `${store.root}/${path} is missing or damaged.`)
  const multiscale = node.kind === 'array' ? null : multiscaleOf(node)
  const name = nameOf(store, path, multiscale)
  try {
    const arrayNode = node.kind === 'array' ? node : await largest(store, path, multiscale)
    const meta = metaOf(arrayNode)
    const axes = namedAxes(meta, multiscale, path, warnings)
    return await readableImage(
      store,
      { path, name, arrayPath: arrayNode.path, node, multiscale, meta, axes, countMs },
      warnings
    )
  } catch (error) {
    if (error instanceof ArrayUnsupported) {
      return unreadable(path, name, `${store.root}/${path} can't be shown: ${error.message}.`)
    }
    if (error instanceof Failed) return unreadable(path, name, error.message)
    throw error
  }
}

async function largest(store: Store, path: string, multiscale: Multiscale | null): Promise<ZarrNode> {
  const [first] = multiscale?.paths ?? []
  if (first === undefined) throw new ArrayUnsupported('its multiscales name no array')
  const arrayPath = joinKey(path, first)
  if (!(await store.inside(arrayPath))) throw new ArrayUnsupported(`${first} leads out of the dataset`)
  const found = await readNode(store, arrayPath)
  if (found === null || found.kind !== 'array')
    throw new ArrayUnsupported(`the array ${arrayPath} is missing`)
  return found
}

function unreadable(path: string, name: string, reason: string): ZarrImage {
  const info: ImageInfo = {
    name,
    axes: [],
    pixelType: 'uint8',
    declared: 0,
    present: 0,
    channels: [],
    readable: false,
    reason
  }
  return {
    info,
    path,
    outer: [],
    frames: readyFrames({ count: 0, storageIndex: () => [], record: () => ({}), order: () => null }),
    levels: [],
    plane: () => Promise.resolve({ missing: 'damaged', reason }),
    part: () => Promise.resolve({ missing: 'damaged', reason }),
    isThere: () => Promise.resolve(false)
  }
}

/** Counting what is there may take so long when a dataset is opened. */
const COUNT_BUDGET_MS = 100

const OLD_AXES = ['t', 'c', 'z', 'y', 'x']
const FREE_NAMES = ['i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 'u', 'v', 'w']

/** Axes of the array in its order, with their sizes. */
function namedAxes(
  meta: ArrayMeta,
  multiscale: Multiscale | null,
  path: string,
  warnings: string[]
): AxisInfo[] {
  const count = meta.shape.length
  const told = multiscale?.axes ?? null
  if (told !== null && told.length !== count) {
    warnings.push(
      `The image ${path === '' ? 'at the root' : path} names ${told.length} axes, its array has ${count}.`
    )
  }
  const names = told !== null && told.length === count ? told : guessed(meta, multiscale !== null)
  return names.map((axis, i) => {
    const scale = multiscale?.scale?.[i]
    const known = axis.unit !== undefined && scale !== undefined && scale > 0
    const translation = multiscale?.translation?.[i]
    const placed = known && translation !== undefined && translation !== 0
    return {
      ...axis,
      size: meta.shape[i] as number,
      ...(known ? { scale } : {}),
      ...(placed ? { translation } : {})
    }
  })
}

/** NGFF before 0.3 has t, c, z, y, x; other arrays may name their dimensions; else only the last two are known. */
function guessed(meta: ArrayMeta, isImage: boolean): AxisInfo[] {
  const count = meta.shape.length
  const own = meta.dimensionNames
  if (
    own !== null &&
    own.length === count &&
    own.every((name) => name !== null && name !== '') &&
    new Set(own).size === count
  ) {
    return own.map((name) => ({ name: name as string, size: 0 }))
  }
  if (isImage && count <= OLD_AXES.length)
    return OLD_AXES.slice(OLD_AXES.length - count).map((name) => ({ name, size: 0 }))
  const outer = Math.max(0, count - 2)
  const last = count === 1 ? ['x'] : ['y', 'x']
  return [...Array.from({ length: outer }, (_, i) => FREE_NAMES[i] ?? `axis${i}`), ...last].map((name) => ({
    name,
    size: 0
  }))
}

interface Parts {
  readonly path: string
  readonly name: string
  readonly arrayPath: string
  readonly node: ZarrNode
  readonly multiscale: Multiscale | null
  readonly meta: ArrayMeta
  readonly axes: readonly AxisInfo[]
  readonly countMs: number
}

async function readableImage(store: Store, parts: Parts, warnings: string[]): Promise<ZarrImage> {
  const { path, name, meta, axes, node } = parts
  if (axes.length === 0) throw new ArrayUnsupported('it has no axes')
  const geometry = geometryOf(axes)
  const { y, x, s, outerAxes } = geometry
  const outer = outerAxes.map((axis) => meta.shape[axis] as number)
  const declared = outer.reduce((all, size) => all * size, 1)
  const recorded = frameMetadata(node, outer, warnings)
  const resolutions = [
    arrayLevel(arrayReader(store, parts.arrayPath, meta), parts.arrayPath, geometry, null),
    ...(await smallerArrays(store, { path, multiscale: parts.multiscale, meta, geometry }))
  ]
  const [full] = resolutions
  const levels = resolutions.map(({ level }) => level)
  const info: ImageInfo = {
    name,
    axes: [...outerAxes, ...(y === null ? [] : [y]), x, ...(s === null ? [] : [s])].map(
      (axis) => axes[axis] as AxisInfo
    ),
    pixelType: meta.type.pixelType,
    declared,
    ...(await presentPlanes(store, parts.arrayPath, meta, outerAxes, parts.countMs)),
    channels: channelsOf(node),
    ...levelSizes(levels),
    readable: true
  }
  const request = (index: readonly number[], arrayPath: string): PlaneRequest => ({
    where: joinKey(store.root, arrayPath),
    geometry,
    index,
    recorded
  })
  return {
    info,
    path,
    outer,
    levels,
    frames: recorded ?? readyFrames(bareFrames(outer)),
    isThere: planePresence(store, parts.arrayPath, meta, outerAxes),
    plane: (index, signal) => readPlane((full as ArrayLevel).reader, request(index, parts.arrayPath), signal),
    part(index, box, signal) {
      const found = resolutions[box.level]
      if (found === undefined)
        return Promise.resolve({ missing: 'missing', reason: `${name} has no level ${box.level}.` })
      return readPart(found.reader, request(index, found.path), box, signal)
    }
  }
}
