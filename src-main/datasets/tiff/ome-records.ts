/** Where the records of an OME-TIFF are: in its own block, in those of other files of the set, or in a journal; found when they are wanted. */
import { readyFrames, type LazyFrames } from '../records/frame-table'
import type { Recording } from '../records/recording'
import type { Members } from './members'
import { annotationNumbers, omeFrames, type PlanesSource } from './ome-frames'
import type { OmeImage, OmeModel } from './ome-model'
import type { OmeReader } from './ome-reader'
import type { PlaneAxis, PlaneMap } from './plane-map'
import { bareFrames } from './tiff-image'

export interface OmeSet {
  readonly reader: OmeReader
  readonly members: Members
  /** What the recording says of itself. Its axes are shown even when their size is 1. */
  readonly recording: Recording
  readonly warnings: string[]
  /** How long the pages of a file may be counted. */
  readonly countMs?: number | undefined
}

export const usableImages = (model: OmeModel): OmeImage[] =>
  model.images.filter(({ pixels }) => pixels !== null && pixels.sizeX > 0 && pixels.sizeY > 0)

export interface Records {
  readonly sources: readonly (PlanesSource | null)[]
  readonly order: 'page' | 'time' | 'annotation'
}

/** Where the records of each image are, found once, when someone wants them. */
export function lazyRecords(
  set: OmeSet,
  maps: readonly PlaneMap[]
): (signal?: AbortSignal) => Promise<Records> {
  let found: Promise<Records> | null = null
  const find = async (signal?: AbortSignal): Promise<Records> => {
    const model = await set.reader.whole(signal)
    const images = usableImages(model)
    const own = annotationNumbers(model)
    const elsewhere = await recordsElsewhere(set, images, signal)
    const sources = images.map((image, number): PlanesSource | null =>
      hasRecords(image, model) ? { model, image, annotations: own } : (elsewhere[number] ?? null)
    )
    return { sources, order: orderBy(set, sources, maps) }
  }
  return (signal) => {
    found ??= find(signal).catch((error: unknown) => {
      found = null
      throw error
    })
    return found
  }
}

/** Some writers give each file of a set the planes of its own image only; those are fetched from there. */
export async function recordsElsewhere(
  set: OmeSet,
  images: readonly OmeImage[],
  signal?: AbortSignal
): Promise<(PlanesSource | null)[]> {
  const found = images.map((): PlanesSource | null => null)
  if (!images.some(({ planes }) => planes.z.length > 0)) return found
  for (const [number, image] of images.entries()) {
    if (image.planes.z.length > 0) continue
    const file = set.members.fileOf(image.tiffData[0] ?? null)
    if (file === null || file === 0) continue
    const model = await set.members.use(file, async (there) => (await there?.ome(signal))?.whole(signal))
    const there = model?.images.find(({ id }) => id === image.id)
    if (model === undefined || there === undefined || !hasRecords(there, model)) continue
    found[number] = { model, image: there, annotations: annotationNumbers(model) }
  }
  return found
}

/** Plane elements that say nothing are no records: then every page is a frame. */
export const hasRecords = ({ planes }: OmeImage, model: OmeModel): boolean =>
  planes.z.some(
    (_, i) => (planes.refs[i] ?? null) !== null || model.planeRows.keysOf(planes.row[i] ?? 0).length > 0
  )

/** What tells the order over all images: pages when all lie in one file, else times, else the numbers of the annotations. */
function orderBy(
  set: OmeSet,
  sources: readonly (PlanesSource | null)[],
  maps: readonly PlaneMap[]
): 'page' | 'time' | 'annotation' {
  const files = new Set(maps.map((map) => map.place(0)?.file))
  if (maps.length <= 1 || (files.size === 1 && set.members.paths.length === 1)) return 'page'
  const timed = sources.every(
    (source) =>
      source !== null &&
      source.image.planes.row.every((row) => source.model.planeRows.cell(row, 'delta_t') !== null)
  )
  return timed ? 'time' : 'annotation'
}

/** What an image needs to find its frames. */
export interface FramesRequest {
  readonly map: PlaneMap
  /** Records of the image, null where it has none. */
  readonly count: number | null
  readonly records: (signal?: AbortSignal) => Promise<Records>
  /** Of the image in the set. */
  readonly number: number
}

export function framesOf(
  set: OmeSet,
  request: FramesRequest,
  axes: readonly PlaneAxis[],
  outer: readonly number[]
): LazyFrames {
  const { plan, schema, frames } = set.recording
  const { map, count, number } = request
  const journaled = frames?.[number]
  if (journaled !== undefined) return readyFrames(journaled)
  if (count === null) return readyFrames(bareFrames(outer))
  const counted = plan === null ? null : (index: readonly number[]) => plan.order(number, index)
  return {
    count,
    async load(signal) {
      const { sources, order } = await request.records(signal)
      const source = sources[number] ?? null
      return source === null ? bareFrames(outer) : omeFrames(source, { map, axes, schema, order, counted })
    }
  }
}
