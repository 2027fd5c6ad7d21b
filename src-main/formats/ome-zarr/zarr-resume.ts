/** An OME-Zarr whose recording broke off, taken up by a recovery: frames that are whole are adopted, indices and documents are written for them. */
import { join } from 'node:path'
import { ChunkDecoder } from '../codecs/chunk-codec'
import { onDisk } from '../disk'
import type { ImagePlan, LocatedFrame, RecordSource, ResumedSink, SinkDeps, StreamPlan } from '../file-sink'
import { Failed } from '../../../src-preload/contract/failure'
import { ArrayStore } from './array-store'
import { sharedMemory } from '../codecs/kernel'
import { replaceDocuments } from './document-batch'
import { arrayFolder, imagesWithFrames, makeFolders, writeFinalDocuments } from './documents'
import { makeGrid, type Grid } from './grid'
import { LoggedForm } from './logged-form'
import { LowerLevels } from './lower-levels'
import { removeNotes } from './notes'
import { OpenFiles, removeTree } from './open-files'
import { makeOrder, type Order } from './order'
import { piecesOf } from './pieces'
import { StoredFiles } from './stored-files'
import { PlaneForm, RawForm, type StoredForm } from './stored-form'
import { Windows } from './windows'

interface ImageState {
  readonly plan: ImagePlan
  readonly store: ArrayStore
  readonly folder: string
  /** Grid positions of the files that adopted frames lie in. */
  readonly kept: Set<string>
}

export const resumeZarrSink = (plan: StreamPlan, deps: SinkDeps): ResumedSink => new ResumedZarr(plan, deps)

function storedForm(plan: StreamPlan, grid: Grid, deps: SinkDeps): StoredForm {
  const files = new StoredFiles(grid, deps.disk)
  const compression = plan.compression.zarr
  if (compression === 'none') return new RawForm(grid, files)
  if (compression === 'lzw' || compression === 'deflate') {
    throw new Failed('dataset.unreadable', `${compression} is a compression of OME-TIFF, not of OME-Zarr.`)
  }
  return grid.planesPerChunk === 1 && piecesOf(grid).length === 1
    ? new PlaneForm(grid, files, new ChunkDecoder(compression))
    : new LoggedForm(plan, grid, files, compression, deps)
}

class ResumedZarr implements ResumedSink {
  readonly kind = 'ome-zarr'
  readonly path: string
  private readonly grid: Grid
  private readonly order: Order
  private readonly files: OpenFiles
  private readonly form: StoredForm
  private readonly images: readonly ImageState[]
  private readonly windows: Windows
  private readonly channelAt: number
  private lower: LowerLevels | null = null
  /** The frame that smaller levels are made from. */
  private readonly frame: WebAssembly.Memory
  private ordinal = -1
  private isOpen = true

  constructor(
    private readonly plan: StreamPlan,
    private readonly deps: SinkDeps
  ) {
    this.path = plan.zarrPath as string
    const grid = (this.grid = makeGrid(plan))
    this.order = makeOrder(plan, grid)
    this.files = new OpenFiles(deps)
    this.form = storedForm(plan, grid, deps)
    this.frame = sharedMemory(grid.frameBytes)
    this.windows = new Windows(plan.frame.pixelType)
    this.channelAt = plan.axes.findIndex((axis) => axis.type === 'channel')
    this.images = plan.images.map((image) => {
      const folder = arrayFolder(this.path, image, 0)
      const store = new ArrayStore(folder, image.index, grid, this.order, this.files, deps.disk, true)
      return { plan: image, store, folder, kept: new Set<string>() }
    })
  }

  pixels(frame: LocatedFrame): Uint8Array | null {
    const pixels = this.form.pixels(this.image(frame).folder, frame)
    if (pixels !== null) {
      const channel = this.channelAt === -1 ? 0 : (frame.index[this.channelAt] as number)
      const { buffer, byteOffset, byteLength } = aligned(pixels)
      this.windows.look(frame.image, channel, buffer, byteOffset, byteLength)
    }
    return pixels
  }

  adopt(frame: LocatedFrame): void {
    const { store, kept } = this.image(frame)
    const set = store.setOf(frame.index)
    kept.add(set.key)
    this.form.adopt(store, set, frame)
    this.reduce(frame)
    this.ordinal = Math.max(this.ordinal, this.order.ordinal(frame.image, frame.index))
    if (set.last <= this.ordinal) this.settle(store, this.ordinal)
  }

  finish(records: RecordSource): void {
    const { plan, deps } = this
    for (const { store } of this.images) this.settle(store, Infinity)
    const images = imagesWithFrames(plan, records)
    for (const image of this.images) {
      if (!images.includes(image.plan)) continue
      makeFolders(deps.disk, this.path, image.folder)
      this.sweep(join(image.folder, 'c'), this.grid.axes.length, '', image.kept)
    }
    this.files.sync()
    this.form.sync()
    for (const level of this.lower?.writers ?? []) {
      level.settle(Infinity)
      level.sync()
    }
    const window = (image: number, channel: number) => this.windows.of(image, channel)
    writeFinalDocuments(deps.disk, { plan, grid: this.grid, images, records, window })
    this.abandon()
  }

  remove(): void {
    this.abandon()
    removeTree(this.deps.disk, this.path)
  }

  abandon(): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.form.close()
    this.files.closeAll()
    for (const level of this.lower?.writers ?? []) level.close()
  }

  /** Smaller levels are made anew from the adopted frames: cheaper to get right than to find out what is whole. */
  private reduce(frame: LocatedFrame): void {
    if ((this.plan.pyramidLevels ?? 0) === 0) return
    const lower = (this.lower ??= this.beginLower())
    const pixels = this.form.pixels(this.image(frame).folder, frame)
    if (pixels === null)
      throw new Failed('dataset.unreadable', `Frame ${frame.frame} of ${this.path} has no pixels.`)
    new Uint8Array(this.frame.buffer).set(pixels)
    lower.write([{ ...frame, offset: 0 }])
    for (const level of lower.writers) level.settle(this.ordinal)
  }

  private beginLower(): LowerLevels {
    const { plan, deps } = this
    for (let level = 1; level <= (plan.pyramidLevels ?? 0); level++) {
      for (const image of plan.images) removeTree(deps.disk, arrayFolder(this.path, image, level))
      removeNotes(plan, level, deps.disk)
    }
    const lower = new LowerLevels(plan, { ...deps, memory: this.frame, encoderThreads: 0 })
    replaceDocuments(deps.disk, (batch) => {
      for (const level of lower.writers) level.begin(batch)
    })
    return lower
  }

  private image(frame: Pick<LocatedFrame, 'image'>): ImageState {
    return this.images[frame.image] as ImageState
  }

  private settle(store: ArrayStore, ordinal: number): void {
    for (const set of store.due(ordinal)) this.form.settle(store, set)
    store.seal(ordinal)
    store.forget(ordinal)
  }

  /** Deletes chunk files without an adopted frame: `depth` folders of plane axes, then those of rows and columns. */
  private sweep(folder: string, depth: number, position: string, kept: ReadonlySet<string>): void {
    const { disk } = this.deps
    if (!disk.exists(folder)) return
    if (depth === 0) {
      if (!kept.has(position)) removeTree(disk, folder)
      return
    }
    for (const name of onDisk(`read ${folder}`, () => disk.list(folder))) {
      this.sweep(join(folder, name), depth - 1, position === '' ? name : `${position}/${name}`, kept)
    }
    if (onDisk(`read ${folder}`, () => disk.list(folder)).length === 0) {
      onDisk(`delete ${folder}`, () => disk.removeFolder(folder))
    }
  }
}

/** Starting at a multiple of any pixel's size. */
const aligned = (pixels: Uint8Array): Uint8Array => (pixels.byteOffset % 8 === 0 ? pixels : pixels.slice())
