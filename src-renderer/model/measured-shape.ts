/** The shape that is measured, as it is drawn and moved: whole pixels, always inside of the frame. */
import type { LineShape, MeasuredShape, RegionShape } from '../../src-preload/contract/measure'
import type { Point, Size } from '../drawing/viewport'

export type ShapeKind = MeasuredShape['kind']

const between = (value: number, most: number): number => Math.min(most, Math.max(0, Math.round(value)))

/** What a drag from one point of the picture to another draws; null where it is too short to be meant. */
export function drawn(kind: ShapeKind, from: Point, to: Point, full: Size): MeasuredShape | null {
  if (kind === 'line') {
    const line: LineShape = {
      kind,
      x1: between(from.x - 0.5, full.width - 1),
      y1: between(from.y - 0.5, full.height - 1),
      x2: between(to.x - 0.5, full.width - 1),
      y2: between(to.y - 0.5, full.height - 1)
    }
    return line.x1 === line.x2 && line.y1 === line.y2 ? null : line
  }
  const [left, right] = ordered(between(from.x, full.width), between(to.x, full.width))
  const [top, bottom] = ordered(between(from.y, full.height), between(to.y, full.height))
  if (right === left || bottom === top) return null
  return { kind, x: left, y: top, width: right - left, height: bottom - top }
}

const ordered = (a: number, b: number): [number, number] => (a < b ? [a, b] : [b, a])

/** A shape to begin with, for those who do not draw. */
export function inTheMiddle(kind: ShapeKind, { width, height }: Size): MeasuredShape {
  const quarter = (length: number): number => Math.floor(length / 4)
  const far = (length: number): number => Math.max(quarter(length), Math.ceil((length * 3) / 4) - 1)
  if (kind === 'line') {
    const y = Math.floor(height / 2)
    return {
      kind,
      x1: quarter(width),
      y1: Math.min(y, height - 1),
      x2: far(width),
      y2: Math.min(y, height - 1)
    }
  }
  return {
    kind,
    x: quarter(width),
    y: quarter(height),
    width: far(width) - quarter(width) + 1,
    height: far(height) - quarter(height) + 1
  }
}

/** What of a shape a frame of this size has; null: nothing. */
export function fitted(shape: MeasuredShape, { width, height }: Size): MeasuredShape | null {
  if (shape.kind === 'line') {
    const inside = Math.max(shape.x1, shape.x2) < width && Math.max(shape.y1, shape.y2) < height
    return inside ? shape : null
  }
  if (shape.x >= width || shape.y >= height) return null
  return {
    ...shape,
    width: Math.min(shape.width, width - shape.x),
    height: Math.min(shape.height, height - shape.y)
  }
}

export type HandleName =
  'start' | 'end' | 'middle' | 'top left' | 'top right' | 'bottom left' | 'bottom right'

export interface Handle extends Point {
  readonly name: HandleName
}

/** Where a shape can be taken, in picture units. */
export function handlesOf(shape: MeasuredShape): Handle[] {
  if (shape.kind === 'line') {
    const { x1, y1, x2, y2 } = shape
    return [
      { name: 'start', x: x1 + 0.5, y: y1 + 0.5 },
      { name: 'end', x: x2 + 0.5, y: y2 + 0.5 },
      { name: 'middle', x: (x1 + x2 + 1) / 2, y: (y1 + y2 + 1) / 2 }
    ]
  }
  const { x, y, width, height } = shape
  return [
    { name: 'top left', x, y },
    { name: 'top right', x: x + width, y },
    { name: 'bottom left', x, y: y + height },
    { name: 'bottom right', x: x + width, y: y + height },
    { name: 'middle', x: x + width / 2, y: y + height / 2 }
  ]
}

/** The shape after a handle went by so many whole pixels. */
export function moved(shape: MeasuredShape, name: HandleName, by: Point, full: Size): MeasuredShape {
  return shape.kind === 'line' ? movedLine(shape, name, by, full) : movedRegion(shape, name, by, full)
}

function movedLine(line: LineShape, name: HandleName, by: Point, full: Size): LineShape {
  const x = (value: number): number => between(value + by.x, full.width - 1)
  const y = (value: number): number => between(value + by.y, full.height - 1)
  if (name === 'start') return { ...line, x1: x(line.x1), y1: y(line.y1) }
  if (name === 'end') return { ...line, x2: x(line.x2), y2: y(line.y2) }
  const right = room(by.x, Math.min(line.x1, line.x2), full.width - 1 - Math.max(line.x1, line.x2))
  const down = room(by.y, Math.min(line.y1, line.y2), full.height - 1 - Math.max(line.y1, line.y2))
  return {
    ...line,
    x1: line.x1 + right,
    x2: line.x2 + right,
    y1: line.y1 + down,
    y2: line.y2 + down
  }
}

/** As far as there is room before and behind. */
const room = (by: number, before: number, behind: number): number => Math.max(-before, Math.min(behind, by))

function movedRegion(region: RegionShape, name: HandleName, by: Point, full: Size): RegionShape {
  const { x, y, width, height } = region
  if (name === 'middle')
    return {
      ...region,
      x: x + room(by.x, x, full.width - x - width),
      y: y + room(by.y, y, full.height - y - height)
    }
  const side = (
    from: number,
    length: number,
    first: boolean,
    step: number,
    most: number
  ): [number, number] => {
    const a = first ? Math.min(from + length - 1, between(from + step, most)) : from
    const b = first ? from + length : Math.max(from + 1, between(from + length + step, most))
    return [a, b - a]
  }
  const [left, wide] = side(x, width, name.endsWith('left'), by.x, full.width)
  const [top, high] = side(y, height, name.startsWith('top'), by.y, full.height)
  return { ...region, x: left, y: top, width: wide, height: high }
}

/** Sides of a pixel in µm; null where one is unknown. */
export type PixelSides = { readonly x: number; readonly y: number } | null

/** In µm where the sides are known, else in pixels, between the middles of the first and the last. */
export function lengthOf({ x1, y1, x2, y2 }: LineShape, sides: PixelSides): number {
  const { x, y } = sides ?? { x: 1, y: 1 }
  return Math.hypot((x2 - x1) * x, (y2 - y1) * y)
}
