/** One TIFF while it is recorded: planes of one image, in acquisition order, one strip each. */
import { DirectFile, toPage, type PixelMemory } from '../direct-file'
import type { Disk } from '../disk'
import type { ImagePlan, Location, PlacedFrame, RecordSource, StreamPlan } from '../file-sink'
import { planeNumber } from '../layout'
import { paddedPlanes } from '../ome-xml/ome-xml'
import { DirectoryChain } from './directory-chain'
import { HEADER_BYTES, IfdMaker, headerBytes, type Description } from './ifd'
import { fixedPlaces, type PlanePlaces } from './plane-places'
import { provisionalBlock, provisionalLength } from './provisional'
import { groupLayout, type GroupLayout } from './tiff-layout'

/** Writes the final description: in pieces, at the end of a file. */
export type WriteXml = (out: (text: string) => void) => void

export interface TiffFileInput {
  readonly plan: StreamPlan
  readonly image: ImagePlan
  readonly path: string
  readonly memory: PixelMemory
  readonly disk: Disk
}

export class TiffFile {
  readonly layout: GroupLayout
  readonly places: PlanePlaces
  private readonly file: DirectFile
  private readonly chain: DirectoryChain
  private readonly xml: Description
  private readonly inner: number
  /** Planes written or skipped. */
  private planes = 0
  /** End of what is in the file. */
  private end: number

  /** Creates the file, or opens it to go on (recovery). */
  constructor(
    private readonly input: TiffFileInput,
    open: 'create' | 'resume'
  ) {
    const { plan, image, path, memory, disk } = input
    this.xml = { offset: HEADER_BYTES, length: provisionalLength(plan, image) }
    this.layout = groupLayout(plan.frame, HEADER_BYTES + this.xml.length)
    this.places = fixedPlaces(this.layout)
    this.chain = new DirectoryChain(
      new IfdMaker(plan.frame, 'none'),
      this.places,
      this.layout.perGroup,
      this.xml
    )
    this.inner = paddedPlanes(plan, 1)
    this.file =
      open === 'create' ? DirectFile.create(path, memory, { disk }) : DirectFile.open(path, memory, { disk })
    this.end = this.layout.header
    if (open === 'create') this.begin()
  }

  get path(): string {
    return this.input.path
  }

  /** The header block: no directory, and room for the provisional XML. */
  private begin(): void {
    const block = Buffer.alloc(this.layout.header)
    headerBytes(0).copy(block)
    this.provisional(0)?.copy(block, HEADER_BYTES)
    this.file.writeBytes(block, 0)
  }

  private provisional(planes: number): Buffer | null {
    return provisionalBlock(this.input.plan, this.input.image, Math.max(planes, this.inner), this.xml.length)
  }

  /** Writes frames of this image; neighbours in memory that are neighbours here go in one call. */
  write(frames: readonly PlacedFrame[], locations: Location[]): void {
    const { stride } = this.layout
    let first = 0
    while (first < frames.length) {
      const start = frames[first] as PlacedFrame
      const plane = planeNumber(this.input.plan, start.index)
      const { offset, length } = this.places.strip(plane)
      let count = 1
      while (this.follows(frames, first, count, plane)) count += 1
      const bytes = count * stride
      this.file.writeMemory(start.offset, bytes, offset)
      for (let i = 0; i < count; i++)
        locations.push({ file: this.input.image.index, offset: offset + i * stride, length })
      this.planes = Math.max(this.planes, plane + count)
      this.end = Math.max(this.end, offset + bytes)
      first += count
    }
  }

  private follows(frames: readonly PlacedFrame[], first: number, count: number, plane: number): boolean {
    const start = frames[first] as PlacedFrame
    const next = frames[first + count]
    if (next === undefined || next.offset !== start.offset + count * this.layout.stride) return false
    const sameGroup = (plane + count) % this.layout.perGroup !== 0
    return sameGroup && planeNumber(this.input.plan, next.index) === plane + count
  }

  /** A skipped plane is a hole in the file, which reads as zeros. */
  skip(plane: number): void {
    this.planes = Math.max(this.planes, plane + 1)
  }

  /** Shows readers all whole steps so far. */
  checkpoint(): void {
    const shown = Math.floor(this.planes / this.inner) * this.inner
    if (shown <= this.chain.reach) return
    const block = this.provisional(shown)
    if (block === null) return
    this.reachEnd(shown)
    this.chain.extend(this.file, shown)
    this.file.writeBytes(block, this.xml.offset)
  }

  sync(): void {
    this.file.sync()
  }

  /** Zeros of skipped planes at the end are there only when the file is long enough. */
  private reachEnd(planes: number): void {
    const { offset, length } = this.places.strip(planes - 1)
    if (this.end >= offset + length) return
    this.end = offset + length
    this.file.truncate(this.end)
  }

  /** Cuts or pads to the planes of the finished dataset, links them all, and appends the final XML. */
  finish(records: RecordSource, writeXml: WriteXml): void {
    const planes = records.planes(this.input.image.index)
    const padded = paddedPlanes(this.input.plan, planes)
    const last = this.places.strip(planes - 1)
    this.file.truncate(last.offset + last.length) // what lies behind was never accepted
    const { offset, length } = this.places.strip(padded - 1)
    const xmlAt = toPage(offset + length)
    this.file.truncate(xmlAt)
    if (this.chain.reach > padded) this.chain.rewrite(this.file, padded)
    else this.chain.extend(this.file, padded)
    const xmlLength = this.append(xmlAt, writeXml)
    this.file.sync() // the description must be there before anything points to it
    this.chain.describe(this.file, { offset: xmlAt, length: xmlLength })
    this.file.sync()
  }

  private append(at: number, writeXml: WriteXml): number {
    let length = 0
    const out = (text: string): void => {
      const bytes = Buffer.from(text)
      this.file.writeBytes(bytes, at + length)
      length += bytes.byteLength
    }
    writeXml(out)
    out('\0')
    return length
  }

  // ------------------------------------------------------------------------------------------------------ recovery

  get size(): number {
    return this.file.size
  }

  /** The pixels of a plane; null: not all there. */
  pixels({ offset, length }: Location): Uint8Array | null {
    const bytes = this.file.read(offset, length)
    return bytes.byteLength === length ? bytes : null
  }

  /** A plane whose frame is left out reads as zeros. */
  blank(plane: number): void {
    const { offset, length } = this.places.strip(plane)
    this.file.writeBytes(new Uint8Array(length), offset)
  }

  /** Header and chain on disk may be of any age, or torn: both are written again. */
  finishResumed(records: RecordSource, writeXml: WriteXml): void {
    this.begin()
    this.finish(records, writeXml)
  }

  close(): void {
    this.file.close()
  }
}
