/** What a pixel is: the types that are stored, by numpy's and OME's common names. */

export const PIXEL_TYPES = [
  'uint8',
  'int8',
  'uint16',
  'int16',
  'uint32',
  'int32',
  'float32',
  'float64',
  'uint64',
  'int64',
  'float16'
] as const

export type PixelType = (typeof PIXEL_TYPES)[number]

/** Bytes of one pixel. */
export const BYTES_PER_PIXEL: Readonly<Record<PixelType, number>> = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  float64: 8,
  uint64: 8,
  int64: 8,
  float16: 2
}

/** The array that holds pixels of a type. float16 is its raw bits: JavaScript has no array of halves yet. */
interface PixelArrays {
  readonly uint8: Uint8Array
  readonly int8: Int8Array
  readonly uint16: Uint16Array
  readonly int16: Int16Array
  readonly uint32: Uint32Array
  readonly int32: Int32Array
  readonly float32: Float32Array
  readonly float64: Float64Array
  readonly uint64: BigUint64Array
  readonly int64: BigInt64Array
  readonly float16: Uint16Array
}
export type PixelArray<T extends PixelType> = PixelArrays[T]

type View<A> = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => A
const VIEWS: { readonly [T in PixelType]: View<PixelArrays[T]> } = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
  uint64: BigUint64Array,
  int64: BigInt64Array,
  float16: Uint16Array
}

/** The same bytes, as numbers of this type. They must begin at a multiple of the type's size. */
export const pixelView = <T extends PixelType>(
  { buffer, byteOffset, byteLength }: Uint8Array,
  pixelType: T
): PixelArray<T> => new VIEWS[pixelType](buffer, byteOffset, byteLength / BYTES_PER_PIXEL[pixelType])

/** Size and type of a 2D frame: `height` rows of `width` pixels, row by row, little-endian. */
export interface FrameFormat {
  readonly width: number
  readonly height: number
  readonly pixelType: PixelType
}

/** The part of a sensor that makes a frame. Offsets and sizes count binned pixels, as in GenICam's SFNC; `binning` is the side of a binned pixel in sensor pixels. */
export interface SensorArea {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly binning: number
}

export const AREA_PARTS = [
  'x',
  'y',
  'width',
  'height',
  'binning'
] as const satisfies readonly (keyof SensorArea)[]

/** The whole of a camera's sensor, in sensor pixels, and how it can be binned. */
export interface SensorSize {
  readonly width: number
  readonly height: number
  /** Always has 1. */
  readonly binnings: readonly number[]
}

export const frameBytes = (format: FrameFormat): number =>
  format.width * format.height * BYTES_PER_PIXEL[format.pixelType]

/** A rectangle in pixels of the full frame. */
export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Where the values of a picture come from when it is not made of all pixels that it covers. */
export type PictureSource =
  /** A smaller copy that is stored beside the frame; one of its pixels stands for `factor` × `factor`. */
  | { readonly kind: 'level'; readonly level: number; readonly factor: number }
  /** One pixel was picked of each `step` × `step`. */
  | { readonly kind: 'picked'; readonly step: number }
  /** Of each `step` × `step` the value that is furthest from 0. */
  | { readonly kind: 'largest'; readonly step: number }

/** A picture for the screen: at most the asked size, with the true pixel values of the pixels it shows. */
export interface Picture {
  /** Running number of the frame it shows: the index in a run or dataset, or the live counter. */
  readonly frame: number
  readonly full: { readonly width: number; readonly height: number; readonly pixelType: PixelType }
  /** Every `step`-th pixel of the full frame, in both directions, averaged over step × step for step > 1. */
  readonly step: number
  readonly width: number
  readonly height: number
  /** 3: red, green and blue of each pixel by turns. */
  readonly samples: 1 | 3
  /** uint8 and uint16 stay what they are; all other types come as float32. */
  readonly data: Uint8Array | Uint16Array | Float32Array
  /** 256 equal bins from `histogramFrom` to `histogramTo`. */
  readonly histogram: Uint32Array
  readonly histogramFrom: number
  readonly histogramTo: number
  /** Least and greatest value among the pixels shown (NaN is left out). */
  readonly min: number
  readonly max: number
  /** Fraction of pixels at or above the saturation level, null where no level is known. */
  readonly saturated: number | null
  /** Where it lies in the full frame; left out: from its upper left corner on, `step` by `step`. It may reach a little beyond the end. */
  readonly area?: Area
  readonly source?: PictureSource
  /** Some of its pixels are missing or damaged, which makes them NaN; says in a sentence why. */
  readonly holes?: string
}

/** The rectangle of the full frame that a picture covers. */
export const areaOf = ({ area, width, height, step }: Picture): Area =>
  area ?? { x: 0, y: 0, width: width * step, height: height * step }

/** Frames of one place, in the same position and at the same depth, can be laid over each other. */
export interface PlanPart {
  readonly channel: string
  readonly place: string
}

/** So many channels can be laid over each other. */
export const MOST_OVERLAID = 8

/** A picture of what the camera just saw. `frame` is a running number of all frames since the start of the app. */
export interface LivePicture extends Picture {
  /** The frame's number in the running recording; null: shown only, not saved. */
  readonly recorded: number | null
  /** What of a plan it shows; null: it belongs to no channel of one. */
  readonly part: PlanPart | null
}
