/** Acquisition order as numbers: since frames come in that order, one number tells which planes, chunks and steps can no longer change. */
import type { StreamPlan } from '../file-sink'
import type { Grid } from './grid'

export interface Order {
  /** Running number of a plane among all planes of all images. */
  ordinal(image: number, index: readonly number[]): number
  /** Ordinal of the last plane in the file at this grid position. */
  lastInFile(image: number, position: readonly number[]): number
  /** Ordinal of the last plane in the chunk that holds `index`. */
  lastInChunk(image: number, index: readonly number[]): number
  /** Steps of an image along its slowest axis, the one along which it grows, of which no plane is still to come at `ordinal`. */
  stepsDone(image: number, ordinal: number): number
}

export function makeOrder(plan: StreamPlan, grid: Grid): Order {
  const counts = plan.axes.map((axis) => axis.count ?? Infinity)
  const images = plan.images.length
  const positionAt = plan.positionAxis ?? 0

  const ordinal = (image: number, index: readonly number[]): number => {
    let number = 0
    for (let at = 0; at <= counts.length; at++) {
      if (at === positionAt) number = number * images + image
      // The slowest axis may be unbounded: its own count is never multiplied in.
      if (at < counts.length)
        number =
          number === 0 ? (index[at] as number) : number * (counts[at] as number) + (index[at] as number)
    }
    return number
  }
  /** The last plane of a box: `end` is one past its last index along an axis, cut to what the axis has. */
  const lastOf = (image: number, end: (at: number) => number): number =>
    ordinal(
      image,
      counts.map((count, at) => Math.min(end(at), count) - 1)
    )

  const byAxis = new Map(grid.axes.map((axis, k) => [axis.at, { axis, k }]))
  const spanOf = (at: number) => byAxis.get(at) as { axis: Grid['axes'][number]; k: number }
  return {
    ordinal,
    lastInFile: (image, position) =>
      lastOf(image, (at) => {
        const { axis, k } = spanOf(at)
        return ((position[k] as number) + 1) * axis.span
      }),
    lastInChunk: (image, index) =>
      lastOf(image, (at) => {
        const { axis } = spanOf(at)
        return (Math.floor((index[at] as number) / axis.chunk) + 1) * axis.chunk
      }),
    stepsDone(image, ordinal) {
      if (counts.length === 0) return 0
      const lastOfStep = (step: number) => lastOf(image, (at) => (at === 0 ? step + 1 : Infinity))
      const first = lastOfStep(0)
      if (ordinal < first) return 0
      if (counts[0] === 1) return 1
      return Math.min(Math.floor((ordinal - first) / (lastOfStep(1) - first)) + 1, counts[0] as number)
    }
  }
}
