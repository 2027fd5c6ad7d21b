/** An image of a TIFF dataset: what it is called, its axes, and how an index leads to a page. */
import type { AxisInfo, ChannelInfo, ImageInfo } from '../../../src-preload/contract/dataset'
import type { Level, MissingPlane, Plane, PlaneBox, PlanePart } from '../dataset'
import type { ImageFrames, LazyFrames } from '../records/frame-table'
import type { TiffFile } from './tiff-file'

export interface TiffImage {
  readonly info: ImageInfo
  readonly frames: LazyFrames
  /** Counts of the axes but y, x and s. */
  readonly outer: readonly number[]
  readonly levels: readonly Level[]
  plane(index: readonly number[], signal?: AbortSignal): Promise<Plane | MissingPlane>
  part(index: readonly number[], box: PlaneBox, signal?: AbortSignal): Promise<PlanePart | MissingPlane>
  isThere(index: readonly number[]): Promise<boolean>
}

export interface Page {
  readonly width: number
  readonly height: number
  readonly samples: number
  readonly pixelType: ImageInfo['pixelType']
}

/** The axes of a page, behind those of the stack. */
export function pageAxes(
  page: Page,
  scales: { x?: Partial<AxisInfo>; y?: Partial<AxisInfo> } = {}
): AxisInfo[] {
  const axes: AxisInfo[] = [
    { name: 'y', size: page.height, ...scales.y },
    { name: 'x', size: page.width, ...scales.x }
  ]
  return page.samples > 1 ? [...axes, { name: 's', size: page.samples }] : axes
}

/** A page that does not fit into its image must never be shown as if it did. */
export function fitting(plane: Plane | MissingPlane, page: Page, where: string): Plane | MissingPlane {
  if ('missing' in plane) return plane
  const same =
    plane.width === page.width &&
    plane.height === page.height &&
    plane.samples === page.samples &&
    plane.pixelType === page.pixelType
  if (same) return plane
  return {
    missing: 'damaged',
    reason: `${where} holds ${plane.width} × ${plane.height} ${plane.pixelType}, not ${page.width} × ${page.height} ${page.pixelType}.`
  }
}

/** The same for a part: the page's picture at this level must have the size that the image announces. */
export async function fittingPart(
  file: TiffFile,
  ifd: number,
  box: PlaneBox,
  image: { readonly page: Page; readonly levels: readonly Level[] },
  signal?: AbortSignal
): Promise<PlanePart | MissingPlane> {
  const found = (await file.levels(ifd, signal))[box.level]
  const level = image.levels[box.level]
  const where = `Page ${ifd + 1} of ${file.name}`
  if (found !== undefined && (found.width !== level?.width || found.height !== level.height))
    return {
      missing: 'damaged',
      reason: `${where} holds ${found.width} × ${found.height} pixels, not ${level?.width ?? 0} × ${level?.height ?? 0}.`
    }
  const part = await file.part(ifd, box, signal)
  if ('missing' in part) return part
  const { samples, pixelType } = image.page
  if (part.samples === samples && part.pixelType === pixelType) return part
  return { missing: 'damaged', reason: `${where} holds ${part.pixelType}, not ${pixelType}.` }
}

/** Frames of an image without records: every plane, in storage order. */
export function bareFrames(outer: readonly number[]): ImageFrames {
  const count = outer.reduce((product, size) => product * size, 1)
  return {
    count,
    storageIndex: (frame) => unravel(frame, outer),
    record: () => ({}),
    order: () => null
  }
}

/** Index of plane number `number` where the last axis runs fastest. */
export function unravel(number: number, sizes: readonly number[]): number[] {
  const index = new Array<number>(sizes.length).fill(0)
  let rest = number
  for (let i = sizes.length - 1; i >= 0; i--) {
    const size = sizes[i] as number
    index[i] = i === 0 ? rest : rest % size
    rest = Math.floor(rest / size)
  }
  return index
}

/** One number for an index inside the axes, null where it is outside. */
export function ravel(index: readonly number[], sizes: readonly number[]): number | null {
  if (index.length !== sizes.length) return null
  let number = 0
  for (let i = 0; i < sizes.length; i++) {
    const at = index[i] as number
    const size = sizes[i] as number
    if (!(Number.isInteger(at) && at >= 0 && at < size)) return null
    number = number * size + at
  }
  return number
}

export function channelInfo(name: string | null, number: number, color: string | null): ChannelInfo {
  return { name: name ?? `Channel ${number}`, ...(color === null ? {} : { color }) }
}
