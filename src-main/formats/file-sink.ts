/**
 * The inside border of the writers: what the writer thread asks of one saved form (OME-TIFF, OME-Zarr). Everything here is synchronous and runs
 * in the writer thread, in a recovery, or in a test; the thread owns the order of things, a sink owns its files.
 */
import type { FrameFormat } from '../../src-preload/contract/pixels'
import type { Json, KeyInfo, RunEvent } from '../../src-preload/contract/record'
import type { PixelMemory } from './direct-file'
import type { Disk } from './disk'
import type { Channel, Compression, Plate, Position } from './settings'

/** One axis that is not y or x and not the position axis. */
export interface AxisPlan {
  /** As given by the user; `t`, `c`, `z` where the type says so. */
  readonly name: string
  readonly type: 'time' | 'channel' | 'space' | 'other'
  /** null: grows while recording. */
  readonly count: number | null
  readonly unit: string | null
  readonly scale: number | null
  readonly translation: number | null
  /** Planes of one chunk and chunks of one shard along this axis; shardChunks null: not sharded. */
  readonly chunk: number
  readonly shardChunks: number | null
  readonly channels: readonly Channel[]
}

export interface ImagePlan {
  /** Index of the image in the dataset, also the position's index. */
  readonly index: number
  readonly name: string
  /** Group (OME-Zarr) or the part of the file name (OME-TIFF); '' for the only image. */
  readonly part: string
  readonly position: Position | null
}

/** Everything that is decided before the first frame. Plain data: it travels to the thread and into the journal. */
export interface StreamPlan {
  /** Folder and bare name: `folder/stem.ome.tiff`, `folder/stem.ome.zarr`, `folder/stem.journal`. */
  readonly folder: string
  readonly stem: string
  readonly tiffPath: string | null
  readonly zarrPath: string | null
  readonly frame: FrameFormat
  /** In acquisition order, slowest first; the positions' place among them in `positionAxis` (null: one image). */
  readonly axes: readonly AxisPlan[]
  readonly positionAxis: number | null
  /** The same axes in the order in which OME-Zarr stores them, as indices into `axes`. */
  readonly storageOrder: readonly number[]
  /** y and x: unit and size of a pixel where known; chunk sizes for OME-Zarr. */
  readonly y: {
    readonly unit: string | null
    readonly scale: number | null
    readonly translation: number | null
    readonly chunk: number
    readonly shardChunks: number | null
  }
  readonly x: {
    readonly unit: string | null
    readonly scale: number | null
    readonly translation: number | null
    readonly chunk: number
    readonly shardChunks: number | null
  }
  readonly images: readonly ImagePlan[]
  readonly plate: Plate | null
  readonly compression: { readonly tiff: Compression; readonly zarr: Compression }
  readonly tiffMetadata: 'redundant' | 'master' | 'companion'
  readonly shardIndex: 'end' | 'start'
  readonly significantBits: number | null
  /** Smaller copies of each image, each half as wide and high as the one before. */
  readonly pyramidLevels?: number
  /** Side of a tile in OME-TIFF; null: one strip a plane. */
  readonly tileSize?: number | null
  /** Start of the acquisition, ISO 8601 UTC with microseconds; '' where nobody knows. */
  readonly startedAt: string
  readonly uuids: readonly string[]
  /** `Benchframe 0.1.0`. */
  readonly creator: string
}

/** A frame in memory that goes to a place. */
export interface PlacedFrame {
  /** Acquisition number, from 0; the number that the journal knows it by. */
  readonly frame: number
  readonly image: number
  /** Along `plan.axes`, without the position. */
  readonly index: readonly number[]
  /** Byte offset of its pixels in the shared memory; consecutive frames of a batch are often neighbours, and then one write takes them all. */
  readonly offset: number
}

/** Where the stored bytes of a frame lie; what recovery needs to find them again. Meaning of `file` is the sink's own (file of a set, shard number). */
export interface Location {
  readonly file: number
  readonly offset: number
  /** Bytes as stored (compressed). */
  readonly length: number
}

export interface FrameEntry {
  readonly frame: number
  readonly image: number
  readonly index: readonly number[]
  /** The record as strict JSON text `{...}`, exactly as journaled. */
  readonly record: string
}

/** What the projections are made from: the journal, read as a stream and as often as needed; never a million objects at once. */
export interface RecordSource {
  /** Frames of one image (or of all, for null) that are in the finished dataset, in acquisition order. */
  frames(image: number | null): Iterable<FrameEntry>
  readonly count: number
  /**
   * Planes of one image in the finished dataset, frames and skipped ones, counted in acquisition order; 0: the image has no frame and is left
   * out of the dataset. `imageSizes` (layout.ts) makes the sizes out of it. Whatever a sink wrote beyond it is cut off or left unreferenced.
   */
  planes(image: number): number
  readonly keys: readonly KeyInfo[]
  readonly events: readonly RunEvent[]
  /**
   * Global metadata by namespace. Reserved: `benchframe/form` (contract/stored-form.ts) is what people typed about the dataset: what OME has a
   * place for goes there (ome-xml/form-elements.ts), and all of it into one MapAnnotation of that Namespace referenced by every Image;
   * OME-Zarr gets it as `attributes.benchframe.form`, not as a top-level attribute.
   */
  readonly globals: ReadonlyMap<string, Json>
  /** How the recording ended and what was counted, for `attributes.benchframe` and its TIFF twin. */
  readonly finish: { readonly end: string; readonly frames: number; readonly [key: string]: Json }
}

export interface FileSink {
  readonly kind: 'ome-tiff' | 'ome-zarr'
  readonly path: string
  /**
   * Writes the frames' pixels and tells where they lie, in the same order. Throws the first error. After `disk.full` comes `finish` with
   * what earlier calls had written (the failed call's frames are not in its records); after any other error comes `abandon`.
   */
  write(frames: readonly PlacedFrame[]): readonly Location[]
  /** Marks planes as skipped: they will read as zeros. */
  skip(image: number, index: readonly number[]): void
  /** Makes headers and sizes on disk agree with what is completely written. Cheap; called about every 100 ms while frames come. */
  checkpoint(): void
  /** fdatasync of everything that was written. */
  sync(): void
  /**
   * There is time: a step of what can also be done at the end. `fresh`: the frames of the last write, still in memory; with none, something older.
   * Whether more may be left.
   */
  spare?(fresh: readonly PlacedFrame[]): boolean
  /** Pads ragged ends, writes final sizes and all metadata, syncs. */
  finish(records: RecordSource): void
  /** When every dataset of the run is finished: adds what one is whole without, as far as the disk has room for it, and closes the files. */
  complete?(records: RecordSource): void
  /** Closes and deletes what this sink created (a run without a frame). */
  remove(): void
  /** Closes file handles and leaves the files as they are (after a failure; recovery takes it from there). */
  abandon(): void
}

/** What a sink needs from the thread. */
export interface SinkDeps {
  readonly memory: PixelMemory
  readonly disk: Disk
  /** Told of what a finished dataset has to do without, a sentence each. */
  readonly warn?: (sentence: string) => void
}

/** A frame of a broken-off recording, as its journal tells it. */
export interface LocatedFrame {
  readonly frame: number
  readonly image: number
  readonly index: readonly number[]
  readonly location: Location
}

/** A sink over the files of a broken-off recording: recovery asks for pixels, adopts what is whole, and finishes. */
export interface ResumedSink {
  readonly kind: FileSink['kind']
  readonly path: string
  /** The raw pixels at this place; null where they are not all there or do not decode. */
  pixels(frame: LocatedFrame): Uint8Array | null
  /** Cheaper than `pixels`, where a sink can: whether the stored bytes lie inside their file. Asked for frames that were synced. */
  isPresent?(frame: LocatedFrame): boolean
  /** The frame is in the finished dataset; called in acquisition order, up to 10⁶ times. */
  adopt(frame: LocatedFrame): void
  /** As in FileSink; also when an earlier recovery was killed in the middle of it, or after it. */
  finish(records: RecordSource): void
  /** As in FileSink. */
  complete?(records: RecordSource): void
  remove(): void
  abandon(): void
}
