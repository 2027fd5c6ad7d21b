/** Where the planes of one TIFF lie and how they get there: plain ones at places that their number tells, all others one behind the other. */
import type { Location, PlacedFrame } from '../file-sink'
import type { Strip } from './ifd'

export interface PlanePlaces {
  /** The plane's strip, or its table of tiles and the tiles. */
  strip(plane: number): Strip
  /** Offset of the plane's directory. */
  ifd(plane: number): number
  /** Offset of the plane's smaller levels; 0: it has none, or none yet. */
  lower(plane: number): number
}

export interface PlaneStore extends PlanePlaces {
  /** Planes written or skipped so far. */
  readonly planes: number
  readonly perGroup: number
  /** Whole pages of it may by-pass the page cache. */
  readonly direct: boolean
  /** Frames of this image, in acquisition order. */
  write(frames: readonly PlacedFrame[], locations: Location[]): void
  skip(plane: number): void
  /** So many planes can be read to their last byte from now on. */
  makeReadable(planes: number): void
  /** Forgets what lies behind the first `planes` planes, adds zero planes up to `padded`, and answers where the file may go on. */
  settle(planes: number, padded: number): number
  /** Recovery: a plane that is whole, and one that shall read as zeros. */
  adopt(plane: number, strip: Strip): void
  blank(plane: number): void
  /** The raw pixels at a place; null: not all there. */
  pixels(strip: Strip): Uint8Array | null
  /** Smaller levels, where the file shall have them. */
  readonly pyramid: Pyramid | null
}

export interface Pyramid {
  /** Some plane has no levels yet. */
  readonly missing: boolean
  /** Makes the levels of frames that are still in memory. */
  makeOf(frames: readonly PlacedFrame[]): void
  /** Makes the levels of one plane that has none, out of the file. */
  makeNext(): void
  /** Up to here the file belongs to others. */
  continueAt(offset: number): void
  /** No plane has levels any more, for this reason; null: they may. */
  readonly dropped: string | null
  drop(why: string): void
}
