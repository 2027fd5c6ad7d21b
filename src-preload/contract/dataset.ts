/** Saved datasets as the page and the command line see them. */
import type { PixelType } from './pixels'
import type { PlateMap } from './plate'

export type DatasetKind = 'ome-tiff' | 'tiff' | 'imagej-tiff' | 'ome-zarr' | 'zarr'

/** `incomplete`: a crash left a journal. `recording`: another program, or this one, is still writing it. */
export type DatasetState = 'complete' | 'incomplete' | 'recording'

export interface ChannelInfo {
  readonly name: string
  /** `#rrggbb`. */
  readonly color?: string
  /** Display window stored in the file. */
  readonly window?: { readonly from: number; readonly to: number }
}

export interface AxisInfo {
  /** t, c, z, y, x or another name from the file; `s` for samples of an RGB pixel. */
  readonly name: string
  readonly size: number
  readonly unit?: string
  /** Distance between two steps, in `unit`. */
  readonly scale?: number
  /** Where the first step lies, in `unit`; 0 where left out. */
  readonly translation?: number
}

/** Planes with a longer side are read by parts, and from smaller copies where there are any. */
export const LARGEST_WHOLE_SIDE = 4096

export interface ImageInfo {
  readonly name: string
  /** In storage order, y and x last but for `s`. */
  readonly axes: readonly AxisInfo[]
  readonly pixelType: PixelType | 'bool' | 'complex64' | 'complex128'
  /** Planes that the axes announce. */
  readonly declared: number
  /** Planes whose pixels are there; null where only reading all would tell. */
  readonly present: number | null
  /** Planes of which a part is there: their chunks together, and how many of those were not written. */
  readonly inPart?: { readonly planes: number; readonly absent: number; readonly chunks: number }
  readonly channels: readonly ChannelInfo[]
  /** Sizes of a plane that is read by parts and of its smaller copies, largest first; left out where there are no copies. */
  readonly levels?: readonly { readonly width: number; readonly height: number }[]
  /** False where the pixels can't be shown; `reason` says why in one sentence. */
  readonly readable: boolean
  readonly reason?: string
}

export interface DatasetInfo {
  readonly id: string
  readonly path: string
  readonly name: string
  readonly kind: DatasetKind
  readonly state: DatasetState
  readonly images: readonly ImageInfo[]
  /** Plates whose wells the images are; mostly none. */
  readonly plates: readonly PlateMap[]
  /** Frames with a record, or planes where there are no records. */
  readonly frames: number
  /** Things that are odd but did not stop the reading, one sentence each. */
  readonly warnings: readonly string[]
}

/** Planes of which nothing is there, as far as that was counted. */
export const missingPlanes = ({ declared, present, inPart }: ImageInfo): number =>
  present === null ? 0 : declared - present - (inPart?.planes ?? 0)

/** A node of the metadata tree: either a value or children. */
export interface MetadataNode {
  readonly name: string
  readonly value?: string
  readonly children?: readonly MetadataNode[]
}

export interface DatasetMetadata {
  readonly tree: readonly MetadataNode[]
  /** The documents as they are in the file: OME-XML, zarr.json. */
  readonly raw: readonly { readonly name: string; readonly text: string }[]
}

export interface RecoveryReport {
  readonly paths: readonly string[]
  /** Frames whose pixels and record are both there. */
  readonly frames: number
  /** Frames that were on their way when the recording broke off. */
  readonly lost: number
  readonly action: 'recovered' | 'removed' | 'nothing to do'
  /** What the datasets have to do without, a sentence each. */
  readonly notes?: readonly string[]
}

export interface RecentDataset {
  readonly path: string
  readonly name: string
  readonly openedAt: string
}
