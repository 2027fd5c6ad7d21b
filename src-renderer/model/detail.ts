/** Which finer part of a large frame the screen needs: asked for with a margin, and again only when that is left or is too coarse. */
import { LARGEST_WHOLE_SIDE, type ImageInfo } from '../../src-preload/contract/dataset'
import { areaOf, type Area, type Picture } from '../../src-preload/contract/pixels'
import type { View } from '../drawing/viewport'

/** What was asked for. */
export interface PartWanted {
  readonly area: Area
  /** Pixels of the screen for each of the frame; never more than the frame has. */
  readonly scale: number
}

/** Part of the visible width and height that is added on each side. */
const MARGIN = 0.25
/** Zooming in by less asks for nothing new. */
const NOTCH = 2 ** 0.5

/** Whether the planes of an image are read by parts. */
export const isLarge = ({ axes }: ImageInfo): boolean =>
  axes.some(({ name, size }) => ['y', 'x'].includes(name.toLowerCase()) && size > LARGEST_WHOLE_SIDE)

const isLargeFrame = ({ width, height }: Picture['full']): boolean =>
  Math.max(width, height) > LARGEST_WHOLE_SIDE

/** Null: the picture of the whole frame is as fine as the screen. `known`: what was asked for last. */
export function detailFor(view: View, picture: Picture, known: PartWanted | null): PartWanted | null {
  const { full } = picture
  if (!isLargeFrame(full)) return null
  if (Math.min(1, view.scale) <= picture.width / areaOf(picture).width) return null
  return partFor(view, full, known)
}

/** The part of a frame of this size that the screen needs. `known`: what was asked for last; it is answered where it is enough. */
export function partFor(view: View, full: Picture['full'], known: PartWanted | null): PartWanted {
  const scale = Math.min(1, view.scale)
  const enough =
    known !== null && known.scale >= scale && known.scale < scale * 4 && holds(known.area, view.area)
  return enough ? known : { area: withMargin(view.area, full), scale: notched(scale) }
}

/** The next notch up; never below the scale itself, whatever logarithms round to. */
const notched = (scale: number): number =>
  Math.min(1, Math.max(scale, NOTCH ** Math.ceil(Math.log(scale) / Math.log(NOTCH) - 1e-9)))

const holds = (outer: Area, inner: Area): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height

function withMargin({ x, y, width, height }: Area, full: Picture['full']): Area {
  const along = (from: number, length: number, size: number): [number, number] => {
    const first = Math.max(0, Math.floor(from - length * MARGIN))
    return [first, Math.max(1, Math.min(size, Math.ceil(from + length * (1 + MARGIN))) - first)]
  }
  const [left, wide] = along(x, width, full.width)
  const [top, high] = along(y, height, full.height)
  return { x: left, y: top, width: wide, height: high }
}
