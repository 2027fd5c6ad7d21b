/** One TIFF while it is recorded: planes of one image, in acquisition order, each with a directory, and with smaller levels where they are asked for. */
import { toFailure } from '../../../src-preload/contract/failure'
import { attemptAll } from '../attempt-all'
import { DirectFile, type PixelMemory } from '../direct-file'
import type { Disk } from '../disk'
import type { ImagePlan, Location, PlacedFrame, StreamPlan } from '../file-sink'
import { capacity } from '../layout'
import { paddedPlanes } from '../ome-xml/ome-xml'
import { DirectoryChain } from './directory-chain'
import { FixedPlanes } from './fixed-planes'
import { HEADER_BYTES, headerBytes, type Description } from './ifd'
import { PackedPlanes } from './packed-planes'
import type { PlaneStore } from './plane-store'
import { provisionalBlock, provisionalLength } from './provisional'
import type { StoredAs } from './stored-as'
import { groupLayout } from './tiff-layout'

/** Takes the final description, in pieces. */
export type XmlOut = (piece: string | Uint8Array) => void

export interface TiffFileInput {
  readonly plan: StreamPlan
  readonly image: ImagePlan
  readonly path: string
  readonly stored: StoredAs
  readonly memory: PixelMemory
  readonly disk: Disk
  readonly warn?: (sentence: string) => void
}

export class TiffFile {
  readonly store: PlaneStore
  private file: DirectFile | null
  private readonly chain: DirectoryChain
  /** The provisional description, in the header block. */
  private readonly xml: Description
  private readonly header: number
  private readonly inner: number
  /** Closed for a while with something that was not synced. */
  private unsynced = false

  /** Creates the file, or opens it to go on (recovery). */
  constructor(
    private readonly input: TiffFileInput,
    mode: 'create' | 'resume'
  ) {
    const { plan, image, path, stored, memory, disk } = input
    this.xml = { offset: HEADER_BYTES, length: provisionalLength(plan, image) }
    this.inner = paddedPlanes(plan, 1)
    const layout = groupLayout(
      plan.frame,
      HEADER_BYTES + this.xml.length,
      capacity(plan) / plan.images.length
    )
    const file = (): DirectFile => this.open()
    this.header = layout.header
    this.store =
      stored.packed === null
        ? new FixedPlanes(plan, image.index, layout, file)
        : new PackedPlanes(
            { ...stored.packed, plan, image: image.index, memory, file, ifdBytes: stored.maker.bytes },
            layout.header
          )
    this.chain = new DirectoryChain(stored.maker, this.store, this.store.perGroup, this.xml)
    this.file =
      mode === 'create'
        ? DirectFile.create(path, memory, this.options(disk))
        : DirectFile.open(path, memory, this.options(disk))
    if (mode === 'create') this.beginOrTakeBack()
  }

  private beginOrTakeBack(): void {
    try {
      this.begin()
    } catch (error) {
      const { disk, path } = this.input
      attemptAll([
        () => {
          this.close()
        },
        () => {
          disk.unlink(path)
        }
      ])
      throw error
    }
  }

  private options(disk: Disk): { disk: Disk; buffered: boolean } {
    return { disk, buffered: !this.store.direct }
  }

  get path(): string {
    return this.input.path
  }

  get size(): number {
    return this.open().size
  }

  private open(): DirectFile {
    const { path, memory, disk } = this.input
    return (this.file ??= DirectFile.open(path, memory, this.options(disk)))
  }

  /** The header block: no directory, and the provisional XML. */
  private begin(): void {
    const block = Buffer.alloc(this.header)
    headerBytes(0).copy(block)
    this.provisional(0)?.copy(block, HEADER_BYTES)
    this.open().writeBytes(block, 0)
  }

  private provisional(planes: number): Buffer | null {
    return provisionalBlock(this.input.plan, this.input.image, Math.max(planes, this.inner), this.xml.length)
  }

  write(frames: readonly PlacedFrame[], locations: Location[]): void {
    this.store.write(frames, locations)
  }

  /** Shows readers all whole steps so far. */
  checkpoint(): void {
    const shown = Math.floor(this.store.planes / this.inner) * this.inner
    if (shown <= this.chain.reach) return
    const block = this.provisional(shown)
    if (block === null) return
    this.store.makeReadable(shown)
    this.chain.extend(this.open(), shown)
    this.open().writeBytes(block, this.xml.offset)
  }

  sync(): void {
    const suspended = this.file === null
    if (suspended && !this.unsynced) return
    if (suspended) this.open().touch()
    this.open().sync()
    this.unsynced = false
    if (suspended) this.suspend() // there may be more files than handles
  }

  /** Gives its handles back until it is used again. */
  suspend(): void {
    if (this.file === null) return
    this.unsynced = this.unsynced || this.file.unsynced
    this.file.close()
    this.file = null
  }

  /** Cuts or pads to the planes of the finished dataset, links them all, and appends the final XML; answers where that lies. */
  finish(planes: number, writeXml: (out: XmlOut) => void): Description {
    const padded = paddedPlanes(this.input.plan, planes)
    const at = this.store.settle(planes, padded)
    if (this.chain.reach > padded) this.chain.rewrite(this.open(), padded)
    else this.chain.extend(this.open(), padded)
    const description = { offset: at, length: this.append(at, writeXml) }
    this.open().sync() // the description must be there before anything points to it
    this.chain.describe(this.open(), description)
    this.open().sync()
    return description
  }

  /**
   * After `finish`: makes the levels that are still missing behind everything else, and only then leads to them. The pictures are all there, so a
   * disk that is full by now, or a plane that does not decode, costs the levels alone.
   */
  completeLevels(): void {
    const { pyramid } = this.store
    if (pyramid === null) return
    const end = this.size
    pyramid.continueAt(end)
    try {
      while (pyramid.missing) pyramid.makeNext()
      this.open().sync()
    } catch (error) {
      const failure = toFailure(error)
      if (failure.code !== 'disk.full') throw error
      pyramid.drop(failure.message)
    }
    if (pyramid.dropped !== null) {
      this.open().truncate(end)
      this.input.warn?.(`${this.path} has no smaller levels: ${pyramid.dropped}`)
    }
    if (this.chain.plain || pyramid.dropped !== null) this.chain.rewrite(this.open(), this.store.planes)
    this.open().sync()
  }

  private append(at: number, writeXml: (out: XmlOut) => void): number {
    let length = 0
    let room = Buffer.allocUnsafe(256 * 1024)
    const out: XmlOut = (piece) => {
      // Into the same buffer again and again: a million frames would leave gigabytes to the garbage collector.
      if (typeof piece === 'string' && piece.length * 3 > room.byteLength)
        room = Buffer.allocUnsafe(piece.length * 3)
      const bytes = typeof piece === 'string' ? room.subarray(0, room.write(piece)) : piece
      this.open().writeBytes(bytes, at + length)
      length += bytes.byteLength
    }
    writeXml(out)
    out('\0')
    return length
  }

  read(position: number, length: number): Uint8Array {
    return this.open().read(position, length)
  }

  /** Recovery: header and chain on disk may be of any age, or torn, so they are written again. */
  beginAgain(): void {
    this.begin()
  }

  close(): void {
    this.suspend()
  }
}
