/** Where the n-th frame of a stream goes (image and index), and how large an image with so many planes is. Counting only; no file is touched. */
import type { StreamPlan } from './file-sink'

/** Sizes along `plan.axes` of an image that holds `planes` planes: the slowest axis ends with the last step begun, the others are whole. */
export function imageSizes(plan: Pick<StreamPlan, 'axes'>, planes: number): number[] {
  const inner = plan.axes.slice(1).reduce((product, axis) => product * (axis.count ?? 1), 1)
  return plan.axes.map((axis, i) => (i === 0 ? Math.ceil(planes / inner) : (axis.count ?? 1)))
}

/** Number of a plane in its image, counted in acquisition order. */
export function planeNumber(plan: Pick<StreamPlan, 'axes'>, index: readonly number[]): number {
  return plan.axes.reduce(
    (number, axis, i) => (i === 0 ? 0 : number * (axis.count ?? 1)) + (index[i] ?? 0),
    0
  )
}

/** Index along `plan.axes` of the plane with this number. */
export function planeIndex(plan: Pick<StreamPlan, 'axes'>, number: number): number[] {
  const index = new Array<number>(plan.axes.length).fill(0)
  let rest = number
  for (let i = plan.axes.length - 1; i > 0; i--) {
    const count = plan.axes[i]?.count ?? 1
    index[i] = rest % count
    rest = Math.floor(rest / count)
  }
  if (index.length > 0) index[0] = rest
  return index
}

/** All frames that a stream has place for: every image full; Infinity where an axis is open. */
export function capacity(plan: Pick<StreamPlan, 'axes' | 'images'>): number {
  return plan.axes.reduce((product, axis) => product * (axis.count ?? Infinity), plan.images.length)
}

export interface Place {
  readonly image: number
  readonly index: readonly number[]
}

/** Counts through all places in acquisition order. */
export class Router {
  private readonly digits: number[]
  private readonly limits: readonly number[]

  /** `next`: sequence number of the first place that is given out. */
  constructor(
    private readonly plan: Pick<StreamPlan, 'axes' | 'images' | 'positionAxis'>,
    next = 0
  ) {
    const limits = plan.axes.map((axis) => axis.count ?? Infinity)
    if (plan.positionAxis !== null) limits.splice(plan.positionAxis, 0, plan.images.length)
    this.limits = limits
    this.digits = new Array<number>(limits.length).fill(0)
    let rest = next
    for (let i = limits.length - 1; i >= 0; i--) {
      const limit = limits[i] ?? 1
      this.digits[i] = limit === Infinity || i === 0 ? rest : rest % limit
      rest = limit === Infinity ? 0 : Math.floor(rest / limit)
    }
  }

  /** The place of the next frame; goes on to the one after it. */
  next(): Place {
    const { positionAxis } = this.plan
    const index = this.digits.slice()
    const image = positionAxis === null ? 0 : (index.splice(positionAxis, 1)[0] ?? 0)
    for (let i = this.digits.length - 1; i >= 0; i--) {
      const digit = (this.digits[i] ?? 0) + 1
      if (digit < (this.limits[i] ?? 1) || i === 0) {
        this.digits[i] = digit
        break
      }
      this.digits[i] = 0
    }
    return { image, index }
  }
}
