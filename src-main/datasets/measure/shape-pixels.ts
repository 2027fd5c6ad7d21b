/** Which pixels belong to a shape: the runs of a region, row by row, and the steps of a line. */
import type { LineShape, MeasuredShape, RegionShape } from '../../../src-preload/contract/measure'

interface Size {
  readonly width: number
  readonly height: number
}

/** What of a shape lies in a plane; null: nothing. */
export function within(shape: MeasuredShape, { width, height }: Size): MeasuredShape | null {
  if (shape.kind === 'line') {
    const inside = Math.max(shape.x1, shape.x2) < width && Math.max(shape.y1, shape.y2) < height
    return inside ? shape : null
  }
  return shape.x < width && shape.y < height ? shape : null
}

/** The rectangle of the plane that holds a region's pixels. */
export function boundsOf(shape: RegionShape, { width, height }: Size): RegionShape {
  return {
    kind: 'rectangle',
    x: shape.x,
    y: shape.y,
    width: Math.min(shape.width, width - shape.x),
    height: Math.min(shape.height, height - shape.y)
  }
}

export interface Run {
  readonly from: number
  readonly to: number
}

/** Pixels of a row that belong to a region, `to` not included; null: none. The row of a rectangle is all of it. */
export function runInRow({ kind, x, y, width, height }: RegionShape, row: number): Run | null {
  if (kind === 'rectangle') return { from: x, to: x + width }
  const down = (row + 0.5 - (y + height / 2)) / (height / 2)
  const half = (width / 2) * Math.sqrt(Math.max(0, 1 - down * down))
  const middle = x + width / 2
  // the middles of its pixels lie inside: middle - half <= i + 0.5 <= middle + half
  const from = Math.ceil(middle - half - 0.5)
  const to = Math.floor(middle + half - 0.5) + 1
  return from < to ? { from, to } : null
}

/** The parts of a run that do not lie in any of the others. */
export function runsWithout(run: Run, holes: readonly Run[]): Run[] {
  const left: Run[] = []
  let from = run.from
  for (const hole of [...holes].sort((a, b) => a.from - b.from)) {
    if (hole.from > from) left.push({ from, to: Math.min(hole.from, run.to) })
    from = Math.max(from, hole.to)
    if (from >= run.to) return left.filter((part) => part.from < part.to)
  }
  left.push({ from, to: run.to })
  return left.filter((part) => part.from < part.to)
}

export interface Step {
  readonly x: number
  readonly y: number
}

/** One pixel for each step along the longer direction: none twice, none left out, no value made of several. */
export function stepsOf({ x1, y1, x2, y2 }: LineShape): Step[] {
  const steps = Math.max(Math.abs(x2 - x1), Math.abs(y2 - y1))
  return Array.from({ length: steps + 1 }, (_, i) => ({
    x: Math.round(x1 + (steps === 0 ? 0 : ((x2 - x1) * i) / steps)),
    y: Math.round(y1 + (steps === 0 ? 0 : ((y2 - y1) * i) / steps))
  }))
}
