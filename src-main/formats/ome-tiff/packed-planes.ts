/** Planes of any length, compressed or in tiles: one behind the other, each group's directories before its planes; where they lie is remembered. */
import { PAGE, toPage, type DirectFile, type PixelMemory } from '../direct-file'
import type { Location, PlacedFrame, StreamPlan } from '../file-sink'
import { frameBytes } from '../../../src-preload/contract/pixels'
import { planeNumber } from '../layout'
import { GrowingNumbers } from '../tally'
import type { Strip } from './ifd'
import { LowerPlanes } from './lower-planes'
import type { LowerPictures } from './lower-pictures'
import { ALIGN, type PictureForm } from './picture-form'
import type { PlaneStore } from './plane-store'

const PER_GROUP = 64

export interface PackedInput {
  readonly plan: StreamPlan
  readonly image: number
  readonly memory: PixelMemory
  readonly form: PictureForm
  /** null: no smaller levels. */
  readonly lower: LowerPictures | null
  readonly file: () => DirectFile
  /** Room of a directory. */
  readonly ifdBytes: number
}

export class PackedPlanes implements PlaneStore {
  planes = 0
  readonly perGroup = PER_GROUP
  readonly direct: boolean
  readonly pyramid: LowerPlanes | null
  private readonly offsets = new GrowingNumbers()
  private readonly lengths = new GrowingNumbers()
  private readonly groups = new GrowingNumbers()
  private readonly bytes: number
  private readonly groupBytes: number
  private readonly align: number

  constructor(
    private readonly input: PackedInput,
    /** Where the next group or picture may begin. */
    private end: number
  ) {
    const { plan, form, lower, ifdBytes } = input
    this.bytes = frameBytes(plan.frame)
    this.groupBytes = PER_GROUP * ifdBytes
    this.direct = form.pages
    // Pictures in whole pages begin on one.
    this.align = form.pages ? PAGE : ALIGN
    const append = (make: (at: number) => Uint8Array): Strip => this.append(make)
    this.pyramid = lower === null ? null : new LowerPlanes(lower, this, append)
  }

  strip(plane: number): Strip {
    return { offset: this.offsets.at(plane), length: this.lengths.at(plane) }
  }

  ifd(plane: number): number {
    return this.groups.at(Math.floor(plane / PER_GROUP)) + (plane % PER_GROUP) * this.input.ifdBytes
  }

  lower(plane: number): number {
    return this.pyramid?.of(plane) ?? 0
  }

  numberOf({ index }: PlacedFrame): number {
    return planeNumber(this.input.plan, index)
  }

  /** The pixels of a frame that is still in memory. */
  inMemory({ offset }: PlacedFrame): Uint8Array {
    return new Uint8Array(this.input.memory.buffer, offset, this.bytes)
  }

  write(frames: readonly PlacedFrame[], locations: Location[]): void {
    for (const frame of frames) {
      const pixels = this.inMemory(frame)
      const strip = this.add(this.numberOf(frame), (at) => this.input.form.encode(pixels, at))
      locations.push({ file: this.input.image, ...strip })
    }
  }

  skip(plane: number): void {
    this.add(plane, (at) => this.input.form.blank(at))
  }

  private add(plane: number, make: (at: number) => Uint8Array): Strip {
    this.openGroup(Math.floor(plane / PER_GROUP))
    const strip = this.append(make)
    this.adopt(plane, strip)
    return strip
  }

  private append(make: (at: number) => Uint8Array): Strip {
    const offset = this.end
    const bytes = make(offset)
    if (this.direct && bytes.buffer instanceof SharedArrayBuffer) this.input.file().writePages(bytes, offset)
    else this.input.file().writeBytes(bytes, offset)
    this.end = this.aligned(offset + bytes.byteLength)
    return { offset, length: bytes.byteLength }
  }

  private openGroup(group: number): void {
    if (group < this.groups.length && this.groups.at(group) > 0) return
    this.groups.set(group, toPage(this.end))
    this.end = toPage(this.end) + this.groupBytes
  }

  makeReadable(): void {
    // Skipped planes are written as all others.
  }

  settle(planes: number, padded: number): number {
    // Planes behind the end were never accepted; their groups may stay where they were to be.
    this.planes = planes
    this.end = this.groups.at(Math.floor((planes - 1) / PER_GROUP)) + this.groupBytes
    for (let plane = 0; plane < planes; plane++)
      this.end = Math.max(this.end, this.aligned(this.offsets.at(plane) + this.lengths.at(plane)))
    this.end = Math.max(this.end, this.aligned(this.pyramid?.settle(planes) ?? 0))
    this.groups.length = Math.floor((planes - 1) / PER_GROUP) + 1
    for (let plane = planes; plane < padded; plane++) this.skip(plane)
    this.input.file().truncate(this.end)
    return this.end
  }

  continueAt(offset: number): void {
    this.end = this.aligned(offset)
  }

  adopt(plane: number, { offset, length }: Strip): void {
    this.offsets.set(plane, offset)
    this.lengths.set(plane, length)
    this.planes = Math.max(this.planes, plane + 1)
    this.end = Math.max(this.end, this.aligned(offset + length))
    const group = Math.floor(plane / PER_GROUP)
    if (plane % PER_GROUP === 0) this.groups.set(group, offset - this.groupBytes)
  }

  blank(plane: number): void {
    this.skip(plane)
  }

  pixels({ offset, length }: Strip): Uint8Array | null {
    const stored = this.input.file().read(offset, length)
    return stored.byteLength === length ? this.input.form.decode(stored, offset) : null
  }

  private aligned(offset: number): number {
    return Math.ceil(offset / this.align) * this.align
  }
}
