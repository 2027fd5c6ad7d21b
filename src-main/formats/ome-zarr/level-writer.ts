/** Writes one level of all images: the arrays' files, what is shown of them while recording, and their part of a batch of frames. */
import { Failed } from '../../../src-preload/contract/failure'
import type { Disk } from '../disk'
import type { ImagePlan, Location, PlacedFrame, SinkDeps, StreamPlan } from '../file-sink'
import { ArrayStore } from './array-store'
import { ChunkLog } from './chunk-log'
import type { DocumentBatch } from './document-batch'
import { addArrayDocument, arrayFolder, makeFolders } from './documents'
import { EncodedPixels } from './encoded-pixels'
import { encoderThreads } from './encoder-set'
import { makeGrid, type Grid } from './grid'
import { GroupedPixels } from './grouped-pixels'
import { OpenFiles } from './open-files'
import { makeOrder, type Order } from './order'
import { piecesOf } from './pieces'
import { RawPixels, type PixelWriter } from './raw-pixels'

export interface ZarrSinkDeps extends SinkDeps {
  /** Threads that compress; 0: the caller does. As many as the machine is good for where left out. */
  readonly encoderThreads?: number
}

interface ImageState {
  readonly plan: ImagePlan
  readonly store: ArrayStore
  /** Steps along the slowest axis that the array's document shows. */
  shown: number
}

export class LevelWriter {
  readonly grid: Grid
  readonly order: Order
  readonly images: readonly ImageState[]
  private readonly pixels: PixelWriter
  private readonly files: OpenFiles
  private readonly disk: Disk
  /** Stores that the last write went to. */
  private touched: readonly ArrayStore[] = []

  /** `plan` and the frames in `deps.memory` are those of this level. */
  constructor(
    readonly plan: StreamPlan,
    readonly level: number,
    deps: ZarrSinkDeps
  ) {
    const grid = (this.grid = makeGrid(plan))
    this.disk = deps.disk
    this.order = makeOrder(plan, grid)
    this.pixels = this.pixelWriter(deps)
    this.files = new OpenFiles({ disk: deps.disk, memory: this.pixels.memory })
    this.images = plan.images.map((image) => {
      const folder = arrayFolder(plan.zarrPath as string, image, level)
      const store = new ArrayStore(folder, image.index, grid, this.order, this.files, deps.disk, false)
      return { plan: image, store, shown: 0 }
    })
  }

  /** Makes the folders and adds the documents of arrays without a plane. */
  begin(batch: DocumentBatch): void {
    for (const { plan, store } of this.images) {
      makeFolders(this.disk, this.plan.zarrPath as string, store.folder)
      addArrayDocument(batch, this, plan, this.sizes(0))
    }
    this.files.noteFolders(this.images.map(({ store }) => store.folder))
  }

  noteFolders(folders: readonly string[]): void {
    this.files.noteFolders(folders)
  }

  write(frames: readonly PlacedFrame[]): Location[] {
    this.touched = this.images.length === 1 ? [this.store(0)] : this.storesOf(frames)
    return this.pixels.write(frames)
  }

  /** Completes what `write` completed; until `commit` it can be taken back. */
  complete(ordinal: number): void {
    this.pixels.settle(ordinal)
    for (const store of this.touched) store.seal(ordinal)
  }

  commit(ordinal: number): void {
    for (const store of this.touched) store.forget(ordinal)
    this.pixels.commit()
  }

  takeBack(): void {
    this.pixels.takeBack()
  }

  /** Completes whatever is due, Infinity: all. */
  settle(ordinal: number): void {
    this.touched = this.images.map(({ store }) => store)
    this.complete(ordinal)
    this.commit(ordinal)
  }

  publish(): void {
    for (const { store } of this.images) store.publish()
  }

  sync(): void {
    this.files.sync()
    this.pixels.sync()
  }

  /**
   * Shows what is complete and on disk: whole files along the slowest axis, or whole chunks where the index tells them apart. How many arrays have
   * grown.
   */
  grow(batch: DocumentBatch, ordinal: number): number {
    const slowest = this.grid.axes.find((axis) => axis.at === 0)
    if (slowest === undefined) return 0
    let grown = 0
    const unit = this.grid.indexAtStart ? slowest.chunk : slowest.span
    for (const image of this.images) {
      const done = this.order.stepsDone(image.plan.index, ordinal)
      const shown = done === slowest.plan.count ? done : done - (done % unit)
      if (shown <= image.shown) continue
      addArrayDocument(batch, this, image.plan, this.sizes(shown))
      image.shown = shown
      grown++
    }
    return grown
  }

  close(): void {
    this.pixels.close()
    this.files.closeAll()
  }

  private pixelWriter(deps: ZarrSinkDeps): PixelWriter {
    const { plan, grid, order, level } = this
    const storeOf = (image: number): ArrayStore => this.store(image)
    const compression = plan.compression.zarr
    if (compression === 'none') return new RawPixels(grid, deps.memory, storeOf)
    if (compression === 'lzw' || compression === 'deflate') {
      throw new Failed('argument.invalid', `${compression} is a compression of OME-TIFF, not of OME-Zarr.`)
    }
    if (grid.planesPerChunk > 1)
      return new GroupedPixels(plan, level, grid, order, compression, deps, storeOf)
    const log = piecesOf(grid).length > 1 ? ChunkLog.create(plan, level, deps.disk) : null
    const threads = deps.encoderThreads ?? (level === 0 ? encoderThreads() : 0)
    return new EncodedPixels(grid, compression, deps.memory, threads, log, storeOf)
  }

  private storesOf(frames: readonly PlacedFrame[]): ArrayStore[] {
    return [...new Set(frames.map((frame) => frame.image))].map((image) => this.store(image))
  }

  private store(image: number): ArrayStore {
    return (this.images[image] as ImageState).store
  }

  /** Sizes along plan.axes with so many steps of the slowest. */
  private sizes(steps: number): number[] {
    return this.plan.axes.map((axis, at) => (at === 0 ? steps : (axis.count as number)))
  }
}
