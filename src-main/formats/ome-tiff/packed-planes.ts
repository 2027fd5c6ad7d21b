/** Compressed planes: one behind the other, each group's directories before its planes; where they lie is remembered, 16 bytes a plane. */
import { toPage, type DirectFile, type PixelMemory } from '../direct-file'
import type { Location, PlacedFrame, StreamPlan } from '../file-sink'
import { frameBytes } from '../../../src-preload/contract/pixels'
import { planeNumber } from '../layout'
import { GrowingNumbers } from '../tally'
import { IFD_BYTES, type Strip } from './ifd'
import type { PlaneCodec } from './plane-codec'
import type { PlaneStore } from './plane-store'

const PER_GROUP = 64
const IFD_BLOCK = PER_GROUP * IFD_BYTES
/** Strips begin on even multiples of this. */
const ALIGN = 16

export class PackedPlanes implements PlaneStore {
  planes = 0
  readonly perGroup = PER_GROUP
  private readonly offsets = new GrowingNumbers()
  private readonly lengths = new GrowingNumbers()
  private readonly groups = new GrowingNumbers()
  private readonly bytes: number
  private zeros: Uint8Array | null = null

  constructor(
    private readonly plan: StreamPlan,
    private readonly image: number,
    private readonly codec: PlaneCodec,
    private readonly memory: PixelMemory,
    private readonly file: () => DirectFile,
    /** Where the next group or strip may begin. */
    private end: number
  ) {
    this.bytes = frameBytes(plan.frame)
  }

  strip(plane: number): Strip {
    return { offset: this.offsets.at(plane), length: this.lengths.at(plane) }
  }

  ifd(plane: number): number {
    return this.groups.at(Math.floor(plane / PER_GROUP)) + (plane % PER_GROUP) * IFD_BYTES
  }

  write(frames: readonly PlacedFrame[], locations: Location[]): void {
    for (const { offset, index } of frames) {
      const packed = this.codec.encode(new Uint8Array(this.memory.buffer, offset, this.bytes))
      locations.push({ file: this.image, ...this.append(planeNumber(this.plan, index), packed) })
    }
  }

  skip(plane: number): void {
    this.zeros ??= Uint8Array.from(this.codec.encode(new Uint8Array(this.bytes)))
    this.append(plane, this.zeros)
  }

  private append(plane: number, packed: Uint8Array): Strip {
    this.openGroup(Math.floor(plane / PER_GROUP))
    const strip = { offset: this.end, length: packed.byteLength }
    this.file().writeBytes(packed, strip.offset)
    this.end = aligned(strip.offset + strip.length)
    this.adopt(plane, strip)
    return strip
  }

  private openGroup(group: number): void {
    if (group < this.groups.length && this.groups.at(group) > 0) return
    this.groups.set(group, toPage(this.end))
    this.end = toPage(this.end) + IFD_BLOCK
  }

  makeReadable(): void {
    // Skipped planes are written as all others.
  }

  settle(planes: number, padded: number): number {
    // Planes behind the end were never accepted; their groups may stay where they were to be.
    this.planes = planes
    this.end = this.groups.at(Math.floor((planes - 1) / PER_GROUP)) + IFD_BLOCK
    for (let plane = 0; plane < planes; plane++)
      this.end = Math.max(this.end, aligned(this.offsets.at(plane) + this.lengths.at(plane)))
    this.groups.length = Math.floor((planes - 1) / PER_GROUP) + 1
    for (let plane = planes; plane < padded; plane++) this.skip(plane)
    this.file().truncate(this.end)
    return this.end
  }

  adopt(plane: number, { offset, length }: Strip): void {
    this.offsets.set(plane, offset)
    this.lengths.set(plane, length)
    this.planes = Math.max(this.planes, plane + 1)
    this.end = Math.max(this.end, aligned(offset + length))
    const group = Math.floor(plane / PER_GROUP)
    if (plane % PER_GROUP === 0) this.groups.set(group, offset - IFD_BLOCK)
  }

  blank(plane: number): void {
    this.skip(plane)
  }

  pixels({ offset, length }: Strip): Uint8Array | null {
    const packed = this.file().read(offset, length)
    return packed.byteLength === length ? this.codec.decode(packed, this.bytes) : null
  }
}

const aligned = (offset: number): number => Math.ceil(offset / ALIGN) * ALIGN
