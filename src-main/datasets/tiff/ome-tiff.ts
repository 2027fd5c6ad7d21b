/** The images of an OME-TIFF: what the OME block says of them, held against what the pages are. */
import type { AxisInfo, ImageInfo } from '../../../src-preload/contract/dataset'
import type { Recording } from '../records/recording'
import type { MissingPlane } from '../dataset'
import { readyFrames, type LazyFrames } from '../records/frame-table'
import type { Members } from './members'
import { annotationNumbers, omeFrames, type PlanesSource } from './ome-frames'
import type { OmeImage, OmeModel, OmePixels } from './ome-model'
import type { OmeReader } from './ome-reader'
import { dimensionOrder, planeMap, type PlaneAxis, type PlaneMap } from './plane-map'
import { bareFrames, channelInfo, fitting, pageAxes, type Page, type TiffImage } from './tiff-image'

export interface OmeSet {
  readonly reader: OmeReader
  readonly members: Members
  /** What the recording says of itself. Its axes are shown even when their size is 1. */
  readonly recording: Recording
  readonly warnings: string[]
}

const OME_TYPES: Readonly<Record<string, ImageInfo['pixelType']>> = {
  bit: 'bool',
  float: 'float32',
  double: 'float64',
  complex: 'complex64',
  'double-complex': 'complex128',
  uint8: 'uint8',
  uint16: 'uint16',
  uint32: 'uint32',
  int8: 'int8',
  int16: 'int16',
  int32: 'int32'
}

const PAGE_BUDGET_MS = 200
/** Of a longer stack the pages are not counted one by one at once. */
const MOST_COUNTED = 2_000_000

export async function omeImages(set: OmeSet, signal?: AbortSignal): Promise<TiffImage[]> {
  const usable = usableImages(set.reader.head)
  const maps: { image: OmeImage; pixels: OmePixels; page: Page | MissingPlane; map: PlaneMap }[] = []
  for (const image of usable) {
    const pixels = image.pixels as OmePixels
    const pages = await pagesOf(set, image, signal)
    const page = await firstPage(set, image, pixels, pages, signal)
    const samples = 'missing' in page ? samplesOf(image) : page.samples
    const fileOf = (block: Parameters<Members['fileOf']>[0]): number | null => set.members.fileOf(block)
    const map = planeMap(image, grown(pixels, image, pages, set), samples, fileOf, (file) => pages.get(file) ?? 0)
    maps.push({ image, pixels, page, map })
  }
  const records = lazyRecords(set, maps.map(({ map }) => map))
  const elsewhere = await recordsElsewhere(set, usable, signal)
  return Promise.all(
    maps.map(async ({ image, pixels, page, map }, number) => {
      const present = await presentPlanes(set, map, signal)
      const there = elsewhere[number] ?? null
      const count = hasRecords(image, set.reader.head) ? image.planes.z.length + image.leftOut : (there?.image.planes.z.length ?? null)
      return omeImage(set, { image, pixels, page, map, count, records, present, number })
    })
  )
}

const usableImages = (model: OmeModel): OmeImage[] =>
  model.images.filter(({ pixels }) => pixels !== null && pixels.sizeX > 0 && pixels.sizeY > 0)

interface Records {
  readonly sources: readonly (PlanesSource | null)[]
  readonly order: 'page' | 'time' | 'annotation'
}

/** Where the records of each image are, found once, when someone wants them. */
function lazyRecords(set: OmeSet, maps: readonly PlaneMap[]): (signal?: AbortSignal) => Promise<Records> {
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

/** Planes whose pages are there and whole as far as the directories tell; null where counting would take too long. */
async function presentPlanes(set: OmeSet, map: PlaneMap, signal?: AbortSignal): Promise<number | null> {
  if (map.planes > MOST_COUNTED) return null
  const files = new Map<number, { pages: number; cut: ReadonlySet<number> } | null>()
  const inFiles = new Set<number>()
  map.present(({ file }) => inFiles.add(file) !== undefined)
  for (const number of inFiles) {
    const file = await set.members.open(number)
    const pages = file === null ? 0 : await file.chain.count(PAGE_BUDGET_MS, signal)
    if (pages === null) return null
    files.set(number, file === null ? null : { pages, cut: file.chain.cut })
  }
  return map.present(({ file, ifd }) => {
    const found = files.get(file) ?? null
    return found !== null && ifd < found.pages && !found.cut.has(ifd)
  })
}

const samplesOf = (image: OmeImage): number => Math.max(1, image.channels[0]?.samples ?? 1)

/** Known lengths of the files that an image's blocks name; a chain that takes too long to walk counts as endless. */
async function pagesOf(set: OmeSet, image: OmeImage, signal?: AbortSignal): Promise<Map<number, number>> {
  const pages = new Map<number, number>()
  const blocks = image.tiffData.length === 0 ? [null] : image.tiffData
  const open = blocks.some((block) => block === null || (block.ifd === null && block.planeCount === null))
  for (const block of blocks) {
    const number = set.members.fileOf(block)
    if (number === null || pages.has(number)) continue
    if (!open && pages.size > 0) continue
    const file = await set.members.open(number)
    const count = (await file?.chain.count(PAGE_BUDGET_MS, signal)) ?? null
    pages.set(number, file === null ? 0 : (count ?? Infinity))
  }
  return pages
}

/** A recording that broke off says SizeT 1 and has more pages: they are its time points. */
function grown(pixels: OmePixels, image: OmeImage, pages: ReadonlyMap<number, number>, set: OmeSet): OmePixels {
  const planes = pixels.sizeZ * pixels.sizeT * Math.ceil(pixels.sizeC / samplesOf(image))
  const [only] = pages.values()
  const alone = set.reader.head.images.length === 1 && pages.size === 1 && only !== undefined && Number.isFinite(only)
  if (!alone || only <= planes) return pixels
  if (planes > 1) {
    set.warnings.push(`The file holds ${only} pages, its metadata announces ${planes}; the others are not shown.`)
    return pixels
  }
  set.warnings.push(`The metadata announces one plane, the file holds ${only}; they are shown as time points.`)
  const [block] = image.tiffData
  if (block !== undefined) image.tiffData[0] = { ...block, ifd: 0, planeCount: only }
  return { ...pixels, sizeT: only }
}

/** The first page that is there: what the pixels are is what the pages say. */
async function firstPage(
  set: OmeSet,
  image: OmeImage,
  pixels: OmePixels,
  pages: ReadonlyMap<number, number>,
  signal?: AbortSignal
): Promise<Page | MissingPlane> {
  const blocks = image.tiffData.length === 0 ? [null] : image.tiffData
  let why: MissingPlane = { missing: 'missing', reason: `No file of ${image.name ?? image.id} was found.` }
  for (const block of blocks.slice(0, 1000)) {
    const number = set.members.fileOf(block)
    if (number === null) continue
    const file = await set.members.open(number)
    if (file === null) continue
    const layout = await file.layout(Math.min(block?.ifd ?? 0, (pages.get(number) ?? 1) - 1), signal)
    if (!('missing' in layout)) {
      warnOfDifferences(set, pixels, layout)
      return layout
    }
    why = layout
  }
  return why
}

function warnOfDifferences(set: OmeSet, pixels: OmePixels, page: Page): void {
  const said = OME_TYPES[pixels.type.toLowerCase()]
  if (pixels.sizeX !== page.width || pixels.sizeY !== page.height) {
    set.warnings.push(
      `The metadata announces ${pixels.sizeX} × ${pixels.sizeY} pixels, the pages hold ${page.width} × ${page.height}.`
    )
  }
  if (said !== undefined && said !== page.pixelType) {
    set.warnings.push(`The metadata announces pixels of type ${said}, the pages hold ${page.pixelType}.`)
  }
}

/** Some writers give each file of a set the planes of its own image only; those are fetched from there. */
async function recordsElsewhere(
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
    const reader = await (await set.members.open(file))?.ome(signal)
    const model = await reader?.whole(signal)
    const there = model?.images.find(({ id }) => id === image.id)
    if (model === undefined || there === undefined || !hasRecords(there, model)) continue
    found[number] = { model, image: there, annotations: annotationNumbers(model) }
  }
  return found
}

/** Plane elements that say nothing are no records: then every page is a frame. */
const hasRecords = ({ planes }: OmeImage, model: OmeModel): boolean =>
  planes.z.some((_, i) => (planes.refs[i] ?? null) !== null || model.planeRows.keysOf(planes.row[i] ?? 0).length > 0)

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
      source !== null && source.image.planes.row.every((row) => source.model.planeRows.cell(row, 'delta_t') !== null)
  )
  return timed ? 'time' : 'annotation'
}

interface Parts {
  readonly image: OmeImage
  readonly pixels: OmePixels
  readonly page: Page | MissingPlane
  readonly map: PlaneMap
  /** Records of the image, null where it has none. */
  readonly count: number | null
  readonly records: (signal?: AbortSignal) => Promise<Records>
  readonly present: number | null
  readonly number: number
}

function omeImage(set: OmeSet, parts: Parts): TiffImage {
  const { image, pixels, page, map } = parts
  const slowestFirst = [...dimensionOrder(pixels.order)].reverse()
  const recorded = set.recording.plan?.letters ?? []
  const axes = [...recorded, ...slowestFirst.filter((axis) => map.sizes[axis] > 1 && !recorded.includes(axis))]
  const outer = axes.map((axis) => map.sizes[axis])
  const known: Page =
    'missing' in page
      ? {
          width: pixels.sizeX,
          height: pixels.sizeY,
          samples: samplesOf(image),
          pixelType: OME_TYPES[pixels.type.toLowerCase()] ?? 'uint8'
        }
      : page
  const scaled = (axis: 'x' | 'y' | 'z' | 't'): Partial<AxisInfo> => {
    const scale = pixels.scales[axis]
    return scale === null ? {} : { unit: scale.unit, scale: scale.value }
  }
  const stack = axes.map(
    (axis): AxisInfo => ({ name: axis, size: map.sizes[axis], ...(axis === 'c' ? {} : scaled(axis)) })
  )
  const info: ImageInfo = {
    name: image.name ?? image.id,
    axes: [...stack, ...pageAxes(known, { x: scaled('x'), y: scaled('y') })],
    pixelType: known.pixelType,
    declared: map.planes,
    present: parts.present,
    channels: image.channels.map(({ name, color }, number) => channelInfo(name, number, color)),
    readable: !('missing' in page),
    ...('missing' in page ? { reason: page.reason } : {})
  }
  return {
    info,
    outer,
    frames: framesOf(set, parts, axes, outer),
    async plane(index, signal) {
      const at = { z: 0, c: 0, t: 0 }
      axes.forEach((axis, i) => (at[axis] = index[i] ?? 0))
      const place = map.place(map.number(at.z, at.c, at.t))
      if (place === null) return noPlace(set, image, at)
      const file = await set.members.open(place.file)
      if (file === null) return { missing: 'missing', reason: `${set.members.paths[place.file] ?? 'A file'} is missing.` }
      const plane = await file.plane(place.ifd, signal)
      return fitting(plane, known, `Page ${place.ifd + 1} of ${file.name}`)
    }
  }
}

function framesOf(set: OmeSet, parts: Parts, axes: readonly PlaneAxis[], outer: readonly number[]): LazyFrames {
  const { plan, schema, frames } = set.recording
  const { map, count, number } = parts
  const journaled = frames?.[number]
  if (journaled !== undefined) return readyFrames(journaled)
  if (count === null) return readyFrames(bareFrames(outer))
  const counted = plan === null ? null : (index: readonly number[]) => plan.order(number, index)
  return {
    count,
    async load(signal) {
      const { sources, order } = await parts.records(signal)
      const source = sources[number] ?? null
      return source === null ? bareFrames(outer) : omeFrames(source, { map, axes, schema, order, counted })
    }
  }
}

function noPlace(set: OmeSet, image: OmeImage, at: Readonly<Record<PlaneAxis, number>>): MissingPlane {
  const where = `z ${at.z}, c ${at.c}, t ${at.t} of ${image.name ?? image.id}`
  const gone = [...set.members.missing]
  if (gone.length > 0) {
    return { missing: 'missing', reason: `The plane at ${where} is in a missing file (${gone.slice(0, 3).join(', ')}).` }
  }
  return { missing: 'never acquired', reason: `The metadata names no page for the plane at ${where}.` }
}
