/** One image of a Zarr dataset: the array of its largest resolution, with names for its axes and planes by index. */
import type { AxisInfo, ImageInfo } from '../../../src-preload/contract/dataset'
import { Failed } from '../../../src-preload/contract/failure'
import type { MissingPlane, Plane } from '../dataset'
import { typedView } from '../plane'
import { bareFrames } from '../tiff/tiff-image'
import { readyFrames, type LazyFrames } from '../records/frame-table'
import { arrayV2, arrayV3, ArrayUnsupported, type ArrayMeta } from './array-meta'
import { ChunkDamage } from './codecs'
import type { ImagePlace } from './hierarchy'
import { readNode, type ZarrNode } from './node'
import { channelsOf, multiscaleOf, type Multiscale } from './ome-attributes'
import { planePresence, presentPlanes } from './present'
import { arrayReader, type ArrayReader } from './read-region'
import { joinKey, type Store } from './store'
import { frameMetadata, type LazyRecorded } from './zarr-records'

export interface ZarrImage {
  readonly info: ImageInfo
  readonly frames: LazyFrames
  readonly outer: readonly number[]
  readonly path: string
  plane(index: readonly number[], signal?: AbortSignal): Promise<Plane | MissingPlane>
  isThere(index: readonly number[]): Promise<boolean>
}

export const metaOf = (node: ZarrNode): ArrayMeta =>
  node.version === 3 ? arrayV3(node.meta) : arrayV2(node.meta, node.attributes)

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
      { path, name, arrayPath: arrayNode.path, node, meta, axes, countMs },
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
    plane: () => Promise.resolve({ missing: 'damaged', reason }),
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
  readonly meta: ArrayMeta
  readonly axes: readonly AxisInfo[]
  readonly countMs: number
}

/** Which axes are those of a picture: y and x by name, else the last two; s, where it is the last. */
function pictureAxes(axes: readonly AxisInfo[]): { y: number | null; x: number; s: number | null } {
  const named = (name: string): number => axes.findIndex((axis) => axis.name.toLowerCase() === name)
  const last = axes.length - 1
  if (last === 0) return { y: null, x: 0, s: null }
  const y = named('y')
  const x = named('x')
  if (y < 0 || x < 0 || y === x) return { y: last - 1, x: last, s: null }
  const s = named('s')
  return { y, x, s: s === last && s > x && s > y ? s : null }
}

async function readableImage(store: Store, parts: Parts, warnings: string[]): Promise<ZarrImage> {
  const { path, name, meta, axes, node } = parts
  if (axes.length === 0) throw new ArrayUnsupported('it has no axes')
  const { y, x, s } = pictureAxes(axes)
  const outerAxes = axes.flatMap((_, axis) => (axis === y || axis === x || axis === s ? [] : [axis]))
  const outer = outerAxes.map((axis) => meta.shape[axis] as number)
  const declared = outer.reduce((all, size) => all * size, 1)
  const frames = frameMetadata(node, outer, warnings)
  const reader = arrayReader(store, parts.arrayPath, meta)
  const geometry = { y, x, s, outerAxes }
  const info: ImageInfo = {
    name,
    axes: [...outerAxes, ...(y === null ? [] : [y]), x, ...(s === null ? [] : [s])].map(
      (axis) => axes[axis] as AxisInfo
    ),
    pixelType: meta.type.pixelType,
    declared,
    present: await presentPlanes(store, parts.arrayPath, meta, outerAxes, parts.countMs),
    channels: channelsOf(node),
    readable: true
  }
  return {
    info,
    path,
    outer,
    frames: frames ?? readyFrames(bareFrames(outer)),
    isThere: planePresence(store, parts.arrayPath, meta, outerAxes),
    plane: (index, signal) =>
      planeOf(
        reader,
        { where: joinKey(store.root, parts.arrayPath), geometry, index, recorded: frames },
        signal
      )
  }
}

interface PlaneRequest {
  readonly where: string
  readonly geometry: {
    readonly y: number | null
    readonly x: number
    readonly s: number | null
    readonly outerAxes: readonly number[]
  }
  readonly index: readonly number[]
  readonly recorded: LazyRecorded | null
}

async function planeOf(
  reader: ArrayReader,
  request: PlaneRequest,
  signal?: AbortSignal
): Promise<Plane | MissingPlane> {
  const { meta } = reader
  const { geometry, index, where } = request
  const { y, x, s, outerAxes } = geometry
  const start = new Array<number>(meta.shape.length).fill(0)
  const count = [...meta.shape]
  outerAxes.forEach((axis, i) => {
    start[axis] = index[i] as number
    count[axis] = 1
  })
  try {
    const region = await reader.read({ start, count }, signal)
    const [gone] = region.absent
    if (gone !== undefined) {
      const nothing = region.absent.length === region.chunks
      if (nothing && (await neverRecorded(request.recorded, index, signal))) {
        return {
          missing: 'never acquired',
          reason: `No frame was recorded at [${index.join(', ')}] of ${where}.`
        }
      }
      const more = region.absent.length > 1 ? ` and ${region.absent.length - 1} more` : ''
      return {
        missing: 'missing',
        reason: `${gone}${more} of ${region.chunks} chunks of ${where} ${region.absent.length > 1 ? 'are' : 'is'} missing.`
      }
    }
    const height = y === null ? 1 : (meta.shape[y] as number)
    const width = meta.shape[x] as number
    const samples = s === null ? 1 : (meta.shape[s] as number)
    const bytes = y !== null && y > x ? turned(region.bytes, width, height, meta.type.bytes) : region.bytes
    return {
      width,
      height,
      samples,
      pixelType: meta.type.pixelType,
      data: typedView(meta.type.pixelType, wholeBuffer(bytes))
    }
  } catch (error) {
    if (error instanceof ChunkDamage) return { missing: 'damaged', reason: `In ${where}, ${error.message}.` }
    throw error
  }
}

/** Records that can't be read leave it open. */
async function neverRecorded(
  recorded: LazyRecorded | null,
  index: readonly number[],
  signal?: AbortSignal
): Promise<boolean> {
  try {
    return recorded !== null && !(await recorded.load(signal)).has(index)
  } catch (error) {
    if (error instanceof Failed) return false
    throw error
  }
}

const wholeBuffer = (bytes: Uint8Array): ArrayBuffer =>
  bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength
    ? (bytes.buffer as ArrayBuffer)
    : bytes.slice().buffer

/** A picture that is stored column by column (x before y). */
function turned(bytes: Uint8Array, width: number, height: number, size: number): Uint8Array {
  const out = new Uint8Array(bytes.length)
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      const from = (x * height + y) * size
      out.set(bytes.subarray(from, from + size), (y * width + x) * size)
    }
  }
  return out
}
