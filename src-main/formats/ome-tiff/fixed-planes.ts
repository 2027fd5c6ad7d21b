/** Uncompressed planes: their number alone says where they lie, neighbours in memory are written in one call, and skipped planes are holes. */
import { toPage, type DirectFile } from '../direct-file'
import type { Location, PlacedFrame, StreamPlan } from '../file-sink'
import { planeNumber } from '../layout'
import { IFD_BYTES, type Strip } from './ifd'
import type { PlaneStore } from './plane-store'
import { groupStart, planeOffset, type GroupLayout } from './tiff-layout'

export class FixedPlanes implements PlaneStore {
  planes = 0
  readonly direct = true
  readonly pyramid = null
  /** End of what is in the file. */
  private end = 0

  constructor(
    private readonly plan: StreamPlan,
    private readonly image: number,
    private readonly layout: GroupLayout,
    private readonly file: () => DirectFile
  ) {}

  get perGroup(): number {
    return this.layout.perGroup
  }

  strip(plane: number): Strip {
    return { offset: planeOffset(this.layout, plane), length: this.layout.planeBytes }
  }

  ifd(plane: number): number {
    return groupStart(this.layout, Math.floor(plane / this.perGroup)) + (plane % this.perGroup) * IFD_BYTES
  }

  lower(): number {
    return 0
  }

  write(frames: readonly PlacedFrame[], locations: Location[]): void {
    const { stride, planeBytes } = this.layout
    for (let first = 0; first < frames.length;) {
      const start = frames[first] as PlacedFrame
      const plane = planeNumber(this.plan, start.index)
      const offset = planeOffset(this.layout, plane)
      let count = 1
      while (this.follows(frames, first, count, plane)) count += 1
      this.file().writeMemory(start.offset, count * stride, offset)
      for (let i = 0; i < count; i++)
        locations.push({ file: this.image, offset: offset + i * stride, length: planeBytes })
      this.planes = Math.max(this.planes, plane + count)
      this.end = Math.max(this.end, offset + count * stride)
      first += count
    }
  }

  private follows(frames: readonly PlacedFrame[], first: number, count: number, plane: number): boolean {
    const start = frames[first] as PlacedFrame
    const next = frames[first + count]
    if (next === undefined || next.offset !== start.offset + count * this.layout.stride) return false
    return (plane + count) % this.perGroup !== 0 && planeNumber(this.plan, next.index) === plane + count
  }

  skip(plane: number): void {
    this.planes = Math.max(this.planes, plane + 1)
  }

  /** Zeros of skipped planes at the end are there only when the file is long enough. */
  makeReadable(planes: number): void {
    const { offset, length } = this.strip(planes - 1)
    if (this.end >= offset + length) return
    this.end = offset + length
    if (this.file().size < this.end) this.file().truncate(this.end)
  }

  settle(planes: number, padded: number): number {
    const last = this.strip(planes - 1)
    this.file().truncate(last.offset + last.length)
    const { offset, length } = this.strip(padded - 1)
    this.end = toPage(offset + length)
    this.file().truncate(this.end)
    this.planes = padded
    return this.end
  }

  adopt(plane: number): void {
    this.planes = Math.max(this.planes, plane + 1)
  }

  /** Skipped planes are zeros already; what is left of a torn one is not. */
  blank(plane: number): void {
    const { offset, length } = this.strip(plane)
    const found = this.file().read(offset, length)
    if (found.some((byte) => byte !== 0)) this.file().writeBytes(new Uint8Array(length), offset)
  }

  pixels({ offset, length }: Strip): Uint8Array | null {
    const bytes = this.file().read(offset, length)
    return bytes.byteLength === length ? bytes : null
  }
}
