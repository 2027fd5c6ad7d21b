/** The resolutions of a plane: which stored copies belong to it, and which of them a screen needs. */
import { LARGEST_WHOLE_SIDE, type ImageInfo } from '../../src-preload/contract/dataset'
import type { Level } from './dataset'

interface Size {
  readonly width: number
  readonly height: number
}

/** Smaller planes are read whole, and their copies are left alone. */
export const isLarge = ({ width, height }: Size): boolean => Math.max(width, height) > LARGEST_WHOLE_SIDE

/** A little less than asked for looks the same, and is often the next level. */
const ENOUGH = 0.75

/** Whether a smaller picture shows all of the larger one: its sides are shorter by the same factor, but for rounding. */
export function isSmallerCopy(copy: Size, of: Size): boolean {
  const smaller = copy.width <= of.width && copy.height <= of.height
  const same = copy.width === of.width && copy.height === of.height
  const bent = Math.abs(copy.width * of.height - copy.height * of.width)
  return smaller && !same && bent <= of.width + of.height
}

/** Number of the smallest level that has `scale` of its own pixels for each pixel of the plane. */
export function levelFor(levels: readonly Level[], scale: number): number {
  let best = 0
  levels.forEach(({ factor }, number) => {
    if (1 / Math.max(factor.x, factor.y) >= scale * ENOUGH) best = number
  })
  return best
}

/** Sizes for the page; nothing where there is only the plane itself. */
export const levelSizes = (levels: readonly Level[]): Pick<ImageInfo, 'levels'> =>
  levels.length > 1 ? { levels: levels.map(({ width, height }) => ({ width, height })) } : {}
