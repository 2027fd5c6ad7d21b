/** OME-Zarr 0.5 as a sink: creates the hierarchy, brings frames into chunks, lets the arrays grow with what is complete, and finishes all documents. */
import { dirname } from 'node:path'
import { onDisk } from '../disk'
import type {
  FileSink,
  ImagePlan,
  Location,
  PlacedFrame,
  RecordSource,
  SinkDeps,
  StreamPlan
} from '../file-sink'
import { Failed } from '../../../src-preload/contract/failure'
import { ArrayStore } from './array-store'
import { replaceDocuments, type DocumentBatch } from './document-batch'
import {
  addArrayDocument,
  addGroups,
  arrayFolder,
  imagesWithFrames,
  makeFolders,
  writeFinalDocuments
} from './documents'
import { EncodedPixels } from './encoded-pixels'
import { ChunkLog } from './chunk-log'
import { encoderThreads } from './encoder-set'
import { makeGrid, type Grid } from './grid'
import { GroupedPixels } from './grouped-pixels'
import { OpenFiles, removeTree } from './open-files'
import { makeOrder, type Order } from './order'
import { piecesOf } from './pieces'
import { RawPixels, type PixelWriter } from './raw-pixels'
import { Windows } from './windows'

interface ImageState {
  readonly plan: ImagePlan
  readonly store: ArrayStore
  /** Steps along the slowest axis that the array's document shows. */
  shown: number
}

export interface ZarrSinkDeps extends SinkDeps {
  /** Threads that compress; 0: the caller does. As many as the machine is good for where left out. */
  readonly encoderThreads?: number
}

/** Creates the folder of the dataset, which must not be there yet, and all documents of an empty one. */
export function createZarrSink(plan: StreamPlan, deps: ZarrSinkDeps): FileSink {
  const { disk } = deps
  const root = plan.zarrPath as string
  onDisk(`create ${root}`, () => disk.makeFolder(root))
  const sink = new ZarrSink(plan, deps, root)
  try {
    sink.begin()
  } catch (error) {
    sink.remove()
    throw error
  }
  return sink
}

function pixelWriter(
  plan: StreamPlan,
  grid: Grid,
  order: Order,
  deps: ZarrSinkDeps,
  storeOf: (image: number) => ArrayStore
): PixelWriter {
  const compression = plan.compression.zarr
  if (compression === 'none') return new RawPixels(grid, deps.memory, storeOf)
  if (compression === 'lzw' || compression === 'deflate') {
    throw new Failed('argument.invalid', `${compression} is a compression of OME-TIFF, not of OME-Zarr.`)
  }
  if (grid.planesPerChunk > 1) return new GroupedPixels(plan, grid, order, compression, deps, storeOf)
  const log = piecesOf(grid).length > 1 ? ChunkLog.create(plan, deps.disk) : null
  return new EncodedPixels(
    grid,
    compression,
    deps.memory,
    deps.encoderThreads ?? encoderThreads(),
    log,
    storeOf
  )
}

class ZarrSink implements FileSink {
  readonly kind = 'ome-zarr'
  readonly grid: Grid
  private readonly order: Order
  private readonly pixels: PixelWriter
  private readonly files: OpenFiles
  private readonly images: readonly ImageState[]
  private readonly windows: Windows
  private readonly channelAt: number
  /** Of the newest plane that came or was skipped. */
  private ordinal = -1
  private isOpen = true

  constructor(
    readonly plan: StreamPlan,
    private readonly deps: ZarrSinkDeps,
    readonly path: string
  ) {
    const grid = (this.grid = makeGrid(plan))
    this.order = makeOrder(plan, grid)
    this.pixels = pixelWriter(plan, grid, this.order, deps, (image) => this.store(image))
    this.files = new OpenFiles({ disk: deps.disk, memory: this.pixels.memory })
    this.windows = new Windows(plan.frame.pixelType)
    this.channelAt = plan.axes.findIndex((axis) => axis.type === 'channel')
    this.images = plan.images.map((image) => {
      const folder = arrayFolder(path, image)
      const store = new ArrayStore(folder, image.index, grid, this.order, this.files, deps.disk, false)
      return { plan: image, store, shown: 0 }
    })
  }

  begin(): void {
    const { plan, deps, path } = this
    const fill = (batch: DocumentBatch): void => {
      for (const image of this.images) {
        makeFolders(deps.disk, path, arrayFolder(path, image.plan))
        addArrayDocument(batch, this, image.plan, this.sizes(0))
      }
      addGroups(batch, deps.disk, { ...this.documents(), images: plan.images, records: null })
    }
    // Until the first sync there is nothing that these would lead to.
    replaceDocuments(deps.disk, fill, false)
    this.files.noteFolders([dirname(path), path, ...this.images.map(({ store }) => store.folder)])
  }

  write(frames: readonly PlacedFrame[]): readonly Location[] {
    const stores = this.images.length === 1 ? [this.store(0)] : this.storesOf(frames)
    try {
      const locations = this.pixels.write(frames)
      for (const frame of frames) {
        this.pass(frame.image, frame.index)
        this.look(frame)
      }
      this.pixels.settle(this.ordinal)
      for (const store of stores) store.seal(this.ordinal)
      for (const store of stores) store.forget(this.ordinal)
      this.pixels.commit()
      return locations
    } catch (error) {
      this.pixels.takeBack()
      throw error
    }
  }

  skip(image: number, index: readonly number[]): void {
    this.pass(image, index)
  }

  checkpoint(): void {
    this.settle(this.ordinal)
    for (const { store } of this.images) store.publish()
  }

  sync(): void {
    this.files.sync()
    this.pixels.sync()
    this.grow()
  }

  finish(records: RecordSource): void {
    const { plan, deps } = this
    this.settle(Infinity)
    this.files.sync()
    writeFinalDocuments(deps.disk, { ...this.documents(), images: imagesWithFrames(plan, records), records })
    this.abandon()
  }

  remove(): void {
    this.abandon()
    removeTree(this.deps.disk, this.path)
  }

  abandon(): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.pixels.close()
    this.files.closeAll()
  }

  private documents() {
    return {
      plan: this.plan,
      grid: this.grid,
      window: (image: number, channel: number) => this.windows.of(image, channel)
    }
  }

  private settle(ordinal: number): void {
    this.pixels.settle(ordinal)
    this.pixels.commit()
    for (const { store } of this.images) {
      store.seal(ordinal)
      store.forget(ordinal)
    }
  }

  private storesOf(frames: readonly PlacedFrame[]): ArrayStore[] {
    return [...new Set(frames.map((frame) => frame.image))].map((image) => this.store(image))
  }

  private store(image: number): ArrayStore {
    return (this.images[image] as ImageState).store
  }

  private pass(image: number, index: readonly number[]): void {
    this.ordinal = Math.max(this.ordinal, this.order.ordinal(image, index))
  }

  private look(frame: PlacedFrame): void {
    const channel = this.channelAt === -1 ? 0 : (frame.index[this.channelAt] as number)
    this.windows.look(frame.image, channel, this.deps.memory.buffer, frame.offset, this.grid.frameBytes)
  }

  /** Shows what is complete and on disk: whole files along the slowest axis, or whole chunks where the index tells them apart. */
  private grow(): void {
    const slowest = this.grid.axes.find((axis) => axis.at === 0)
    if (slowest === undefined) return
    const unit = this.grid.indexAtStart ? slowest.chunk : slowest.span
    const grown = this.images.flatMap((image) => {
      const done = this.order.stepsDone(image.plan.index, this.ordinal)
      const shown = done === slowest.plan.count ? done : done - (done % unit)
      return shown > image.shown ? [{ image, shown }] : []
    })
    if (grown.length === 0) return
    replaceDocuments(this.deps.disk, (batch) => {
      for (const { image, shown } of grown) addArrayDocument(batch, this, image.plan, this.sizes(shown))
    })
    for (const { image, shown } of grown) image.shown = shown
  }

  /** Sizes along plan.axes with so many steps of the slowest. */
  private sizes(steps: number): number[] {
    return this.plan.axes.map((axis, at) => (at === 0 ? steps : (axis.count as number)))
  }
}
