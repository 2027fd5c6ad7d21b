/** A saved dataset as the rest of the program sees it, whatever its format. */
import type {
  DatasetKind,
  DatasetMetadata,
  DatasetState,
  ImageInfo
} from '../../src-preload/contract/dataset'
import type { LabelInfo } from '../../src-preload/contract/label'
import type { PlateMap } from '../../src-preload/contract/plate'
import type { FrameRecord, Json, KeyInfo, RunEvent } from '../../src-preload/contract/record'
import type { Pixels } from '../picture'

/**
 * The pixels of one plane, native byte order; `samples` > 1 for interleaved RGB. float16 comes as its raw 16 bits, bool as 0 and 1, complex as real
 * and imaginary part by turns.
 */
export interface Plane {
  readonly width: number
  readonly height: number
  readonly samples: number
  readonly pixelType: ImageInfo['pixelType']
  readonly data: Pixels
}

/** A rectangle of one level of a plane, in pixels of that level. */
export interface PlaneBox {
  readonly level: number
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Pixels that are not there, relative to the box that was read. */
export interface Hole {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly missing: 'missing' | 'damaged'
  /** A sentence. */
  readonly reason: string
}

/** A part of a plane; its pixels are of no use in the holes. */
export interface PlanePart extends Plane {
  readonly holes: readonly Hole[]
}

/** One resolution of a plane; number 0 is the plane itself. */
export interface Level {
  readonly width: number
  readonly height: number
  /** How many pixels of the plane one of this level stands for, along x and y. */
  readonly factor: { readonly x: number; readonly y: number }
  /** The smallest piece that can be read alone, and how many bytes it takes in memory. */
  readonly block: { readonly width: number; readonly height: number; readonly bytes: number }
}

/** A label of an image, as one reads it. */
export interface LabelImage {
  readonly info: LabelInfo
  readonly levels: readonly Level[]
  /** Pixels of the image that one of the label's largest level stands for. */
  readonly factor: { readonly x: number; readonly y: number }
  /** Index as that of the image. */
  part(index: readonly number[], box: PlaneBox, signal?: AbortSignal): Promise<PlanePart | MissingPlane>
}

/** Why a plane shows no pixels: never acquired, or its bytes are gone or damaged. Missing is not zero. */
export interface MissingPlane {
  readonly missing: 'never acquired' | 'missing' | 'damaged'
  readonly reason: string
}

export interface FrameRow {
  /** Acquisition number, from 0. */
  readonly frame: number
  readonly image: number
  /** Place in the image: one number for each axis but y, x (and s). */
  readonly storageIndex: readonly number[]
  readonly record: FrameRecord
}

export interface Dataset {
  readonly path: string
  readonly kind: DatasetKind
  readonly state: DatasetState
  readonly images: readonly ImageInfo[]
  readonly plates: readonly PlateMap[]
  readonly warnings: readonly string[]
  /** All frames in acquisition order; frames without a record have an empty one. */
  readonly frames: number
  /** Frames of each image; their sum is `frames`. */
  readonly imageFrames: readonly number[]
  /** What is about the whole dataset, by namespace: global metadata, and in OME-Zarr the attributes of the root. */
  readonly globals: ReadonlyMap<string, Json>
  /** What the recording itself wrote at its end, null where it left nothing. */
  readonly finish: { readonly end: string; readonly frames: number } | null
  rows(from: number, count: number, signal?: AbortSignal): Promise<readonly FrameRow[]>
  keys(): Promise<readonly KeyInfo[]>
  events(): Promise<readonly RunEvent[]>
  /** Index: one number for each axis of the image but y, x (and s), in the axes' order. */
  plane(image: number, index: readonly number[], signal?: AbortSignal): Promise<Plane | MissingPlane>
  /** The resolutions of an image's planes, largest first; empty where the image can't be read. */
  levels(image: number): readonly Level[]
  /** A part of a plane, without reading much more than that. The box lies inside of the level. */
  part(
    image: number,
    index: readonly number[],
    box: PlaneBox,
    signal?: AbortSignal
  ): Promise<PlanePart | MissingPlane>
  /** The labels that lie over an image; looked for when they are asked for. */
  labels(image: number): Promise<readonly LabelImage[]>
  /** Whether the bytes of a plane are there, from names, tables and sizes alone; damage inside them is only seen by reading. */
  isThere(image: number, index: readonly number[]): Promise<boolean>
  metadata(): Promise<DatasetMetadata>
  close(): Promise<void>
}
