/** An OME-Zarr whose recording broke off, taken up by a recovery: frames that are whole are adopted, indices and documents are written for them. */
import { join } from 'node:path'
import { onDisk } from '../disk'
import type {
  ImagePlan,
  LocatedFrame,
  PlacedFrame,
  RecordSource,
  ResumedSink,
  SinkDeps,
  StreamPlan
} from '../file-sink'
import { ChunkDecoder, type ChunkCompression } from '../codecs/chunk-codec'
import { ArrayStore, type FileSet } from './array-store'
import { arrayFolder, imagesWithFrames, makeFolders, writeFinalDocuments } from './documents'
import { makeGrid, planeInChunk, planeSlot, type Grid } from './grid'
import { OpenFiles, removeTree } from './open-files'
import { makeOrder, type Order } from './order'
import { piecesOf, slotsPerPlane, type Piece } from './pieces'
import { wipePlane } from './raw-pixels'
import { StoredPixels } from './stored-pixels'
import { Windows } from './windows'

interface ImageState {
  readonly plan: ImagePlan
  readonly store: ArrayStore
  readonly folder: string
  /** Grid positions of the files that adopted frames lie in. */
  readonly kept: Set<string>
}

/** Nothing on disk changes before the first `adopt`. */
export const resumeZarrSink = (plan: StreamPlan, deps: SinkDeps): ResumedSink => new ResumedZarr(plan, deps)

class ResumedZarr implements ResumedSink {
  readonly kind = 'ome-zarr'
  readonly path: string
  private readonly grid: Grid
  private readonly order: Order
  private readonly pieces: readonly Piece[]
  private readonly files: OpenFiles
  private readonly stored: StoredPixels
  private readonly images: readonly ImageState[]
  private readonly windows: Windows
  /** null: chunks are not compressed. */
  private readonly decoder: ChunkDecoder | null
  private readonly channelAt: number
  /** Which planes of a file set were adopted, where a chunk has more than one. */
  private readonly planes = new Map<FileSet, Uint8Array>()
  private ordinal = -1

  constructor(
    private readonly plan: StreamPlan,
    private readonly deps: SinkDeps
  ) {
    this.path = plan.zarrPath as string
    const grid = (this.grid = makeGrid(plan))
    this.order = makeOrder(plan, grid)
    this.pieces = piecesOf(grid)
    this.files = new OpenFiles(deps)
    this.stored = new StoredPixels(grid, deps.disk)
    this.windows = new Windows(plan.frame.pixelType)
    const compression = plan.compression.zarr as ChunkCompression | 'none'
    this.decoder = compression === 'none' ? null : new ChunkDecoder(compression)
    this.channelAt = plan.axes.findIndex((axis) => axis.type === 'channel')
    this.images = plan.images.map((image) => {
      const folder = arrayFolder(this.path, image)
      const store = new ArrayStore(folder, image.index, grid, this.order, this.files, deps.disk, true)
      return { plan: image, store, folder, kept: new Set<string>() }
    })
  }

  pixels(frame: LocatedFrame): Uint8Array | null {
    const { folder } = this.image(frame)
    const { decoder } = this
    const pixels =
      decoder === null
        ? this.stored.plane(folder, frame.index)
        : this.stored.encodedPlane(folder, frame.index, frame.location, decoder)
    if (pixels !== null) {
      this.windows.look(
        frame.image,
        this.channelAt === -1 ? 0 : (frame.index[this.channelAt] as number),
        pixels
      )
    }
    return pixels
  }

  adopt(frame: LocatedFrame): void {
    const { grid } = this
    const { store, kept } = this.image(frame)
    const set = store.setOf(frame.index)
    kept.add(set.key)
    const chunk = planeSlot(grid, frame.index)
    for (const piece of this.pieces) {
      const file = store.file(set, piece.file)
      const slot = chunk * slotsPerPlane(grid) + piece.slot
      if (this.decoder === null) file.put(slot, file.place(slot), grid.chunkBytes)
      else file.put(slot, frame.location.offset, frame.location.length)
    }
    if (grid.planesPerChunk > 1) {
      this.planesOf(set)[chunk * grid.planesPerChunk + planeInChunk(grid, frame.index)] = 1
    }
    this.ordinal = Math.max(this.ordinal, this.order.ordinal(frame.image, frame.index))
    if (set.last <= this.ordinal) this.settle(store, this.ordinal)
  }

  finish(records: RecordSource): void {
    const { plan, deps } = this
    this.stored.close()
    for (const { store } of this.images) this.settle(store, Infinity)
    const images = imagesWithFrames(plan, records)
    for (const image of this.images) {
      if (!images.includes(image.plan)) continue
      makeFolders(deps.disk, this.path, image.folder)
      this.sweep(join(image.folder, 'c'), this.grid.axes.length, '', image.kept)
    }
    this.files.sync()
    const window = (image: number, channel: number) => this.windows.of(image, channel)
    writeFinalDocuments(deps.disk, { plan, grid: this.grid, images, records, window })
    this.abandon()
  }

  remove(): void {
    this.abandon()
    removeTree(this.deps.disk, this.path)
  }

  abandon(): void {
    this.stored.close()
    this.files.closeAll()
  }

  private image(frame: Pick<PlacedFrame, 'image'>): ImageState {
    return this.images[frame.image] as ImageState
  }

  private planesOf(set: FileSet): Uint8Array {
    let planes = this.planes.get(set)
    if (planes === undefined) {
      planes = new Uint8Array((this.grid.slots / slotsPerPlane(this.grid)) * this.grid.planesPerChunk)
      this.planes.set(set, planes)
    }
    return planes
  }

  private settle(store: ArrayStore, ordinal: number): void {
    for (const set of store.due(ordinal)) this.wipeOthers(set)
    store.seal(ordinal)
    store.forget(ordinal)
  }

  /** Planes that share a chunk with adopted ones, but have no record, must read as zeros. */
  private wipeOthers(set: FileSet): void {
    const { grid, pieces } = this
    this.planes.get(set)?.forEach((adopted, plane) => {
      const within = plane % grid.planesPerChunk
      if (adopted === 0) wipePlane(grid, pieces, set, (plane - within) / grid.planesPerChunk, within)
    })
    this.planes.delete(set)
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
