/** Which planes of a TIFF have their smaller levels, and where those lie; makes them from frames in memory while there is time, from the file after. */
import type { PlacedFrame } from '../file-sink'
import { GrowingNumbers } from '../tally'
import type { Strip } from './ifd'
import type { LowerPictures } from './lower-pictures'
import type { Pyramid } from './plane-store'

/** The planes that levels are made of. */
export interface FullPlanes {
  readonly planes: number
  numberOf(frame: PlacedFrame): number
  inMemory(frame: PlacedFrame): Uint8Array
  strip(plane: number): Strip
  pixels(strip: Strip): Uint8Array | null
  /** Whatever is appended next begins there. */
  continueAt(offset: number): void
}

export class LowerPlanes implements Pyramid {
  private readonly offsets = new GrowingNumbers()
  private readonly ends = new GrowingNumbers()
  /** All planes before this one have levels. */
  private first = 0
  dropped: string | null = null

  constructor(
    private readonly pictures: LowerPictures,
    private readonly planes: FullPlanes,
    private readonly append: (make: (at: number) => Uint8Array) => Strip
  ) {}

  of(plane: number): number {
    return plane < this.offsets.length ? this.offsets.at(plane) : 0
  }

  get missing(): boolean {
    if (this.dropped !== null) return false
    while (this.first < this.planes.planes && this.of(this.first) > 0) this.first += 1
    return this.first < this.planes.planes
  }

  makeOf(frames: readonly PlacedFrame[]): void {
    if (this.dropped !== null) return
    for (const frame of frames) this.make(this.planes.numberOf(frame), this.planes.inMemory(frame))
  }

  makeNext(): void {
    if (!this.missing) return
    const pixels = this.planes.pixels(this.planes.strip(this.first))
    if (pixels === null) this.drop(`plane ${this.first} can't be read.`)
    else this.make(this.first, pixels)
  }

  private make(plane: number, pixels: Uint8Array): void {
    const { offset, length } = this.append((at) => this.pictures.encode(pixels, at))
    this.offsets.set(plane, offset)
    this.ends.set(plane, offset + length)
  }

  /** Forgets planes behind these; answers where the last levels end. */
  settle(planes: number): number {
    this.offsets.length = Math.min(this.offsets.length, planes)
    this.ends.length = this.offsets.length
    this.first = 0
    let end = 0
    for (let plane = 0; plane < this.ends.length; plane++) end = Math.max(end, this.ends.at(plane))
    return end
  }

  continueAt(offset: number): void {
    this.planes.continueAt(offset)
  }

  drop(why: string): void {
    this.offsets.length = this.ends.length = 0
    this.dropped = why
  }
}
