/** Images of a TIFF without a usable OME block: ImageJ hyperstacks, and plain pages grouped by what they look like. */
import type { AxisInfo, ImageInfo } from '../../../src-preload/contract/dataset'
import type { Level, MissingPlane, Plane, PlaneBox, PlanePart } from '../dataset'
import { levelSizes } from '../levels'
import { readyFrames } from '../records/frame-table'
import { typedView } from '../plane'
import type { Layout } from './layout'
import { rowBytes, swapBytes } from './unpack'
import { levelsOf } from './pyramid'
import { TAG } from './tags'
import { readNumbers } from './ifd'
import type { TiffFile } from './tiff-file'
import { bareFrames, fitting, fittingPart, pageAxes, ravel, type Page, type TiffImage } from './tiff-image'

const COUNT_BUDGET_MS = 1000
/** So many pages are looked at one by one; longer stacks are taken as uniform, and a page that is not says so when shown. */
const LOOKED_AT = 64

export const isImageJ = (description: string): boolean => description.startsWith('ImageJ=')

function imageJ(description: string): ReadonlyMap<string, string> {
  return new Map(
    description.split(/\r?\n/).flatMap((line) => {
      const at = line.indexOf('=')
      return at < 0 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()] as const]
    })
  )
}

const whole = (text: string | undefined): number => {
  const number = Number(text ?? '1')
  return Number.isSafeInteger(number) && number > 0 && number < 1e9 ? number : 1
}

/** An ImageJ hyperstack: channels fastest, then slices, then frames. */
export async function imageJImage(
  file: TiffFile,
  warnings: string[],
  signal?: AbortSignal
): Promise<TiffImage> {
  const told = imageJ(file.description)
  const count = (await file.chain.count(COUNT_BUDGET_MS, signal)) ?? Infinity
  const first = await file.layout(0, signal)
  const images = whole(told.get('images'))
  const sizes = { t: whole(told.get('frames')), z: whole(told.get('slices')), c: whole(told.get('channels')) }
  const hyper = sizes.t * sizes.z * sizes.c
  const pages = Math.max(images, Number.isFinite(count) ? count : images)
  if (hyper !== pages && hyper > 1)
    warnings.push(`ImageJ's note announces ${hyper} planes, the file holds ${pages}.`)
  const named = (['t', 'z', 'c'] as const).map((name): AxisInfo => ({ name, size: sizes[name] }))
  const stack =
    hyper === pages ? named.filter(({ size }) => size > 1) : pages > 1 ? [{ name: 'i', size: pages }] : []
  // Stacks beyond 4 GB have one directory; their planes follow the first one's pixels (ImageJ's TiffDecoder).
  const raw = count === 1 && pages > 1 && !('missing' in first) ? first : null
  return stackImage(file, first, stack, {
    levels: levelsOf(raw === null ? await file.levels(0, signal) : [raw]),
    read: (number, signal) => (raw === null ? file.plane(number, signal) : rawPlane(file, raw, number)),
    part: raw === null ? null : (number, box) => rawPart(file, raw, number, box),
    ifd: (number) => number,
    isThere: (number) =>
      raw === null
        ? pageIsThere(file, number)
        : Promise.resolve((raw.offsets[0] ?? 0) + (number + 1) * planeLength(raw) <= file.source.size)
  })
}

const planeLength = (layout: Layout): number => rowBytes(layout, layout.width) * layout.height

async function rawPlane(file: TiffFile, layout: Layout, number: number): Promise<Plane | MissingPlane> {
  const length = planeLength(layout)
  const at = (layout.offsets[0] ?? 0) + number * length
  const bytes = new Uint8Array(length)
  const got = await file.source.read(bytes, at)
  if (got < length) {
    return {
      missing: 'damaged',
      reason: `${file.path} ends inside plane ${number + 1}: ${got} of ${length} bytes are there.`
    }
  }
  if (!layout.littleEndian) swapBytes(bytes, layout.bits / 8)
  const { width, height, samples, pixelType } = layout
  return { width, height, samples, pixelType, data: typedView(pixelType, bytes.buffer) }
}

/** Its planes are one strip each, wherever the directory ends them. */
function rawPart(
  file: TiffFile,
  layout: Layout,
  number: number,
  box: PlaneBox
): Promise<PlanePart | MissingPlane> {
  const length = planeLength(layout)
  const plane: Layout = {
    ...layout,
    blockHeight: layout.height,
    down: 1,
    offsets: Float64Array.of((layout.offsets[0] ?? 0) + number * length),
    byteCounts: Float64Array.of(length)
  }
  return file.partOf(plane, box)
}

interface StackPlanes {
  readonly levels: readonly Level[]
  /** The directory of a plane. */
  readonly ifd: (number: number) => number
  /** Where planes have no directories of their own. */
  readonly part: ((number: number, box: PlaneBox) => Promise<PlanePart | MissingPlane>) | null
  readonly read: (number: number, signal?: AbortSignal) => Promise<Plane | MissingPlane>
  readonly isThere: (number: number) => Promise<boolean>
}

/** The page has a directory, and its pixels do not run beyond the end of the file. */
export async function pageIsThere(file: TiffFile, ifd: number): Promise<boolean> {
  return (await file.chain.at(ifd)) !== null && !file.chain.cut.has(ifd)
}

function stackImage(
  file: TiffFile,
  first: Layout | MissingPlane,
  stack: readonly AxisInfo[],
  planes: StackPlanes
): TiffImage {
  const page: Page = 'missing' in first ? { width: 0, height: 0, samples: 1, pixelType: 'uint8' } : first
  const outer = stack.map(({ size }) => size)
  const info: ImageInfo = {
    name: file.name,
    axes: [...stack, ...pageAxes(page)],
    pixelType: page.pixelType,
    declared: outer.reduce((product, size) => product * size, 1),
    present: 'missing' in first ? 0 : null,
    channels: [],
    ...levelSizes(planes.levels),
    readable: !('missing' in first),
    ...('missing' in first ? { reason: first.reason } : {})
  }
  return {
    info,
    outer,
    levels: planes.levels,
    frames: readyFrames(bareFrames(outer)),
    async part(index, box, signal) {
      const number = ravel(index, outer)
      if (number === null) return { missing: 'never acquired', reason: `${file.path} has no such plane.` }
      if (planes.part !== null) return planes.part(number, box)
      return fittingPart(file, planes.ifd(number), box, { page, levels: planes.levels }, signal)
    },
    async isThere(index) {
      const number = ravel(index, outer)
      return number !== null && planes.isThere(number)
    },
    async plane(index, signal) {
      const number = ravel(index, outer)
      if (number === null) return { missing: 'never acquired', reason: `${file.path} has no such plane.` }
      return fitting(await planes.read(number, signal), page, `Page ${number + 1} of ${file.name}`)
    }
  }
}

/** Plain pages: neighbours of one shape are a stack; reduced copies of a page (NewSubfileType bit 0) are left out. */
export async function plainImages(
  file: TiffFile,
  warnings: string[],
  signal?: AbortSignal
): Promise<TiffImage[]> {
  const count = await file.chain.count(COUNT_BUDGET_MS, signal)
  if (count === null)
    warnings.push(
      `${file.name} has more than ${file.chain.known} pages; the first ${file.chain.known} are shown.`
    )
  const pages = count ?? file.chain.known
  if (file.chain.damage !== null)
    warnings.push(`${file.name} breaks off after ${pages} pages: ${file.chain.damage}.`)
  if (pages > LOOKED_AT) {
    return [
      stackImage(file, await file.layout(0, signal), [{ name: 'i', size: pages }], {
        levels: levelsOf(await file.levels(0, signal)),
        part: null,
        ifd: (n) => n,
        read: (n, s) => file.plane(n, s),
        isThere: (n) => pageIsThere(file, n)
      })
    ]
  }
  const groups: { first: Layout | MissingPlane; ifds: number[] }[] = []
  for (let ifd = 0; ifd < pages; ifd++) {
    if (await isReduced(file, ifd)) continue
    const layout = await file.layout(ifd, signal)
    const group = groups.find(({ first }) => alike(first, layout))
    if (group === undefined) groups.push({ first: layout, ifds: [ifd] })
    else group.ifds.push(ifd)
  }
  const levels = await Promise.all(groups.map(({ ifds }) => file.levels(ifds[0] ?? 0, signal)))
  return groups.map(({ first, ifds }, group) =>
    stackImage(file, first, ifds.length > 1 ? [{ name: 'i', size: ifds.length }] : [], {
      levels: levelsOf(levels[group] ?? []),
      part: null,
      ifd: (n) => ifds[n] ?? 0,
      read: (n, s) => file.plane(ifds[n] ?? 0, s),
      isThere: (n) => pageIsThere(file, ifds[n] ?? 0)
    })
  )
}

async function isReduced(file: TiffFile, ifd: number): Promise<boolean> {
  if (ifd === 0) return false
  const entry = (await file.chain.at(ifd))?.entries.get(TAG.newSubfileType)
  if (entry === undefined || entry.count !== 1) return false
  return ((readNumbers(file.source, file.chain.header, entry)[0] ?? 0) & 1) === 1
}

function alike(a: Layout | MissingPlane, b: Layout | MissingPlane): boolean {
  if ('missing' in a || 'missing' in b) return false
  return (
    a.width === b.width && a.height === b.height && a.samples === b.samples && a.pixelType === b.pixelType
  )
}
