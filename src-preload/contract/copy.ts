/** Copies of a dataset, whole or in part, in either format: what is asked, how far it is, and what was proven at the end. */
import { integer, list, nullable, oneOf, optional, shape, type Check } from './check'

export const COPY_FORMATS = ['ome-tiff', 'ome-zarr'] as const
export type CopyFormat = (typeof COPY_FORMATS)[number]

export const COPY_COMPRESSIONS = [
  'none',
  'lzw',
  'deflate',
  'zstd',
  'blosc-zstd',
  'blosc-lz4',
  'gzip'
] as const

/** Smaller copies of an image are made down to this; smaller ones are read at once anyway. */
const SMALL = 512
export const MOST_LEVELS = 10

/** How many smaller copies an image of this size is worth: until one is small, and at least one. */
export function usualLevels(width: number, height: number): number {
  let levels = 1
  while (Math.max(width, height) / 2 ** levels > SMALL && levels < MOST_LEVELS) levels += 1
  return levels
}

export interface CopyRequest {
  readonly format: CopyFormat
  readonly compression: (typeof COPY_COMPRESSIONS)[number]
  /** Smaller copies of each image beside it, for looking at large ones. */
  readonly levels: number
  /** OME-TIFF: side of a tile; null: as the writers choose. */
  readonly tileSize?: number | null
  /** First and last of each run of frames by acquisition number; null: all. */
  readonly frames: readonly (readonly [first: number, last: number])[] | null
  /** One image of several; null: all. */
  readonly image: number | null
}

const run: Check<readonly [number, number]> = (value, name) => {
  const [first = 0, last = 0] = list(integer(0), 2)(value, name)
  return [first, last]
}

export const copyRequestCheck: Check<CopyRequest> = shape({
  format: oneOf(...COPY_FORMATS),
  compression: oneOf(...COPY_COMPRESSIONS),
  levels: integer(0, MOST_LEVELS),
  tileSize: optional(nullable(integer(16, 65_520))),
  frames: nullable(list(run, 1_000_000)),
  image: nullable(integer(0))
})

export interface CopyProgress {
  readonly phase: 'copying' | 'comparing'
  readonly done: number
  readonly total: number
}

/** The copy was opened again and held against its source, plane by plane and value by value. */
export interface CopyReport {
  readonly path: string
  readonly format: CopyFormat
  /** Frames in the copy. */
  readonly frames: number
  /** Planes whose pixels are the same, byte for byte; and values of records that are the same, with their types. */
  readonly samePlanes: number
  readonly sameValues: number
  /** Of all pixels in the order of the copy's frames, as read from the copy. */
  readonly sha256: string
  /** What is otherwise than in the source, a sentence each. */
  readonly notes: readonly string[]
}
