/** Where the planes of one TIFF lie and how they get there; one kind for planes as they are, one for compressed ones. */
import type { Location, PlacedFrame } from '../file-sink'
import type { Strip } from './ifd'

export interface PlanePlaces {
  strip(plane: number): Strip
  /** Offset of the plane's directory. */
  ifd(plane: number): number
}

export interface PlaneStore extends PlanePlaces {
  /** Planes written or skipped so far. */
  readonly planes: number
  readonly perGroup: number
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
}
