/** The images of an OME-TIFF: what the OME block says of them, held against what the pages are. */
import type { AxisInfo, ImageInfo } from '../../../src-preload/contract/dataset'
import type { Level, MissingPlane } from '../dataset'
import { levelSizes } from '../levels'
import type { Members } from './members'
import type { OmeImage, OmePixels } from './ome-model'
import type { TiffFile } from './tiff-file'
import {
  framesOf,
  hasRecords,
  lazyRecords,
  recordsElsewhere,
  usableImages,
  type FramesRequest,
  type OmeSet
} from './ome-records'
import { pageIsThere } from './plain-tiff'
import { levelsOf } from './pyramid'
import { dimensionOrder, planeMap, type PlaneAxis, type PlaneMap } from './plane-map'
import { channelInfo, fitting, fittingPart, pageAxes, type Page, type TiffImage } from './tiff-image'

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
/** More blocks keep the thread busy for a while: between the steps others have their turn. */
const MANY_BLOCKS = 10_000
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
/** Of a longer stack the pages are not counted one by one at once. */
const MOST_COUNTED = 2_000_000

export async function omeImages(set: OmeSet, signal?: AbortSignal): Promise<TiffImage[]> {
  const usable = usableImages(set.reader.head)
  const maps: { image: OmeImage; pixels: OmePixels; page: FirstPage | MissingPlane; map: PlaneMap }[] = []
  for (const image of usable) {
    const pixels = image.pixels as OmePixels
    const pages = await pagesOf(set, image, signal)
    const page = await firstPage(set, image, pixels, pages, signal)
    const samples = 'missing' in page ? samplesOf(image) : page.samples
    const fileOf = (block: Parameters<Members['fileOf']>[0]): number | null => set.members.fileOf(block)
    if (image.tiffData.length > MANY_BLOCKS) await turn()
    const map = planeMap(
      image,
      grown(pixels, image, pages, set),
      samples,
      fileOf,
      (file) => pages.get(file) ?? 0
    )
    maps.push({ image, pixels, page, map })
  }
  const records = lazyRecords(
    set,
    maps.map(({ map }) => map)
  )
  if (maps.some(({ image }) => image.tiffData.length > MANY_BLOCKS)) await turn()
  const elsewhere = await recordsElsewhere(set, usable, signal)
  return Promise.all(
    maps.map(async ({ image, pixels, page, map }, number) => {
      const present = await presentPlanes(set, map, signal)
      const there = elsewhere[number] ?? null
      const count = hasRecords(image, set.reader.head)
        ? image.planes.z.length + image.leftOut
        : (there?.image.planes.z.length ?? null)
      return omeImage(set, { image, pixels, page, map, count, records, present, number })
    })
  )
}

/** Planes whose pages are there and whole as far as the directories tell; null where counting would take too long. */
async function presentPlanes(set: OmeSet, map: PlaneMap, signal?: AbortSignal): Promise<number | null> {
  if (map.planes > MOST_COUNTED && set.countMs === undefined) return null
  const files = new Map<number, { pages: number; cut: ReadonlySet<number> }>()
  const inFiles = new Set<number>()
  map.present(({ file }) => inFiles.add(file) !== undefined)
  if (map.planes > MANY_BLOCKS) await turn()
  for (const number of inFiles) {
    const found = await set.members.use(number, async (file) => ({
      pages: file === null ? 0 : await file.chain.count(set.countMs ?? PAGE_BUDGET_MS, signal),
      cut: file?.chain.cut ?? new Set<number>()
    }))
    const { pages, cut } = found
    if (pages === null) return null
    files.set(number, { pages, cut })
  }
  return map.present(({ file, ifd }) => {
    const found = files.get(file)
    return found !== undefined && ifd < found.pages && !found.cut.has(ifd)
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
    const count = await set.members.use(number, async (file) =>
      file === null ? 0 : ((await file.chain.count(set.countMs ?? PAGE_BUDGET_MS, signal)) ?? Infinity)
    )
    pages.set(number, count)
  }
  return pages
}

/** A recording that broke off says SizeT 1 and has more pages: they are its time points. */
function grown(
  pixels: OmePixels,
  image: OmeImage,
  pages: ReadonlyMap<number, number>,
  set: OmeSet
): OmePixels {
  const planes = pixels.sizeZ * pixels.sizeT * Math.ceil(pixels.sizeC / samplesOf(image))
  const [only] = pages.values()
  const alone =
    set.reader.head.images.length === 1 && pages.size === 1 && only !== undefined && Number.isFinite(only)
  if (!alone || only <= planes) return pixels
  if (planes > 1) {
    set.warnings.push(
      `The file holds ${only} pages, its metadata announces ${planes}; the others are not shown.`
    )
    return pixels
  }
  set.warnings.push(
    `The metadata announces one plane, the file holds ${only}; they are shown as time points.`
  )
  const [block] = image.tiffData
  if (block !== undefined) image.tiffData[0] = { ...block, ifd: 0, planeCount: only }
  return { ...pixels, sizeT: only }
}

interface FirstPage extends Page {
  readonly levels: readonly Level[]
}

/** The first page that is there: what the pixels are is what the pages say. */
async function firstPage(
  set: OmeSet,
  image: OmeImage,
  pixels: OmePixels,
  pages: ReadonlyMap<number, number>,
  signal?: AbortSignal
): Promise<FirstPage | MissingPlane> {
  const blocks = image.tiffData.length === 0 ? [null] : image.tiffData
  let why: MissingPlane = { missing: 'missing', reason: `No file of ${image.name ?? image.id} was found.` }
  for (const block of blocks.slice(0, 1000)) {
    const number = set.members.fileOf(block)
    if (number === null) continue
    const ifd = Math.min(block?.ifd ?? 0, Math.max(0, (pages.get(number) ?? 1) - 1))
    const gone: MissingPlane = { missing: 'missing', reason: set.members.whyNot(number) }
    const layout = await set.members.use(number, async (file) => file?.layout(ifd, signal) ?? gone)
    if (!('missing' in layout)) {
      warnOfDifferences(set, pixels, layout)
      const { width, height, samples, pixelType } = layout
      const layouts = await set.members.use(number, async (file) => file?.levels(ifd, signal) ?? [])
      return { width, height, samples, pixelType, levels: levelsOf(layouts) }
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

interface Parts extends FramesRequest {
  readonly image: OmeImage
  readonly pixels: OmePixels
  readonly page: FirstPage | MissingPlane
  readonly present: number | null
}

function omeImage(set: OmeSet, parts: Parts): TiffImage {
  const { image, pixels, page, map } = parts
  const slowestFirst = [...dimensionOrder(pixels.order)].reverse()
  const recorded = set.recording.plan?.letters ?? []
  const axes = [
    ...recorded,
    ...slowestFirst.filter((axis) => map.sizes[axis] > 1 && !recorded.includes(axis))
  ]
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
  const levels = 'missing' in page ? [] : page.levels
  const scaled = (axis: 'x' | 'y' | 'z' | 't'): Partial<AxisInfo> => {
    const scale = pixels.scales[axis]
    return scale === null ? {} : { unit: scale.unit, scale: scale.value }
  }
  const stack = axes.map((axis): AxisInfo => ({
    name: axis,
    size: map.sizes[axis],
    ...(axis === 'c' ? {} : scaled(axis))
  }))
  const info: ImageInfo = {
    name: image.name ?? image.id,
    axes: [...stack, ...pageAxes(known, { x: scaled('x'), y: scaled('y') })],
    pixelType: known.pixelType,
    declared: map.planes,
    present: parts.present,
    channels: image.channels.map(({ name, color }, number) => channelInfo(name, number, color)),
    ...levelSizes(levels),
    readable: !('missing' in page),
    ...('missing' in page ? { reason: page.reason } : {})
  }
  const at = (index: readonly number[]): Record<PlaneAxis, number> => {
    const place = { z: 0, c: 0, t: 0 }
    axes.forEach((axis, i) => (place[axis] = index[i] ?? 0))
    return place
  }
  const onPage = async <T>(
    index: readonly number[],
    read: (file: TiffFile, ifd: number) => Promise<T | MissingPlane>
  ): Promise<T | MissingPlane> => {
    const { z, c, t } = at(index)
    const place = map.place(map.number(z, c, t))
    if (place === null) return noPlace(set, image, at(index))
    return set.members.use(place.file, async (file) =>
      file === null ? { missing: 'missing', reason: set.members.whyNot(place.file) } : read(file, place.ifd)
    )
  }
  return {
    info,
    outer,
    levels,
    frames: framesOf(set, parts, axes, outer),
    isThere: async (index) => (await onPage(index, pageIsThere)) === true,
    plane: (index, signal) =>
      onPage(index, async (file, ifd) =>
        fitting(await file.plane(ifd, signal), known, `Page ${ifd + 1} of ${file.name}`)
      ),
    part: (index, box, signal) =>
      onPage(index, (file, ifd) => fittingPart(file, ifd, box, { page: known, levels }, signal))
  }
}

function noPlace(set: OmeSet, image: OmeImage, at: Readonly<Record<PlaneAxis, number>>): MissingPlane {
  const where = `z ${at.z}, c ${at.c}, t ${at.t} of ${image.name ?? image.id}`
  const gone = [...set.members.missing]
  if (gone.length > 0) {
    return {
      missing: 'missing',
      reason: `The plane at ${where} is in a missing file (${gone.slice(0, 3).join(', ')}).`
    }
  }
  return { missing: 'never acquired', reason: `The metadata names no page for the plane at ${where}.` }
}
