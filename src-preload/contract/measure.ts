/** Values measured in the stored pixels of a plane, along a line or in a region: what is asked, and what was found. */
import { integer, oneOf, shape, type Check } from './check'

/** A line from the middle of one pixel to that of another; both belong to it. */
export interface LineShape {
  readonly kind: 'line'
  readonly x1: number
  readonly y1: number
  readonly x2: number
  readonly y2: number
}

/** A region in whole pixels; an ellipse has those whose middle lies inside of it. */
export interface RegionShape {
  readonly kind: 'rectangle' | 'ellipse'
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export type MeasuredShape = LineShape | RegionShape
export const SHAPE_KINDS = ['line', 'rectangle', 'ellipse'] as const

const FAR = 2 ** 31
const lineCheck: Check<LineShape> = shape({
  kind: oneOf('line'),
  x1: integer(0, FAR),
  y1: integer(0, FAR),
  x2: integer(0, FAR),
  y2: integer(0, FAR)
})
const regionCheck: Check<RegionShape> = shape({
  kind: oneOf('rectangle', 'ellipse'),
  x: integer(0, FAR),
  y: integer(0, FAR),
  width: integer(1, FAR),
  height: integer(1, FAR)
})
export const measuredShapeCheck: Check<MeasuredShape> = (value, name) =>
  ((value ?? {}) as { kind?: unknown }).kind === 'line' ? lineCheck(value, name) : regionCheck(value, name)

/** Of the finite values; null where there are none. */
export interface Statistics {
  /** Pixels that were measured. */
  readonly n: number
  readonly min: number | null
  readonly max: number | null
  readonly mean: number | null
  /** Of a sample (n - 1), as ImageJ gives it; null for fewer than two pixels. */
  readonly std: number | null
  readonly sum: number
  /** Pixels that are in the shape, but not there or damaged. */
  readonly missing: number
  /** Pixels that are NaN or infinite. */
  readonly notFinite: number
}

export interface MeasuredChannel {
  readonly name: string
  /** `#rrggbb`, where the file says one. */
  readonly color?: string
  /** Null: the plane is not there, `reason` says why. */
  readonly statistics: Statistics | null
  /** Along a line: the pixel of each step, NaN where it is missing. */
  readonly values: Float64Array | null
  /** Why pixels are missing, a sentence. */
  readonly reason: string | null
}

/** Always of the full resolution, each pixel as it is stored. */
export interface Measured {
  /** What of the shape lies in the plane. */
  readonly shape: MeasuredShape
  readonly channels: readonly MeasuredChannel[]
  /** Channels that are too many to be measured at once. */
  readonly channelsLeftOut: number
}

/** One shape measured in every frame of an image. */
export interface MeasuredFrames {
  readonly frames: Int32Array
  /** One for each sample of a pixel: one, or red, green and blue. NaN where a frame has none. */
  readonly samples: readonly MeasuredSeries[]
  /** Frames without a measured pixel. */
  readonly missing: number
}

export interface MeasuredSeries {
  readonly name: string
  readonly n: Float64Array
  readonly mean: Float64Array
  readonly std: Float64Array
  readonly min: Float64Array
  readonly max: Float64Array
}

export interface MeasureProgress {
  readonly done: number
  readonly total: number
}
