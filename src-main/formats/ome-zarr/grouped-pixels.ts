/** Compressed chunks of several planes: planes wait on disk until nothing more can come to their chunk, which is then written in one go. */
import type { ChunkCompression } from '../codecs/chunk-codec'
import type { PixelMemory } from '../direct-file'
import type { Location, PlacedFrame, SinkDeps, StreamPlan } from '../file-sink'
import type { ArrayStore, FileSet } from './array-store'
import { ChunkBuilder, type BuiltChunk } from './chunk-builder'
import { ChunkLog } from './chunk-log'
import { planeInChunk, planeSlot, type Grid } from './grid'
import type { Order } from './order'
import { PlaneStore } from './plane-store'
import type { PixelWriter } from './raw-pixels'

/** `Location.file` of a plane that waits. */
export const WAITING = 1

interface WaitingChunk {
  readonly image: number
  readonly set: FileSet
  readonly chunk: number
  /** Ordinal of the last plane that can belong to it. */
  readonly last: number
  /** Places of its planes in the plane store; -1: none came. */
  readonly places: Int32Array
}

export class GroupedPixels implements PixelWriter {
  readonly memory: PixelMemory
  private readonly log: ChunkLog
  private readonly planes: PlaneStore
  private readonly builder: ChunkBuilder
  private readonly waiting = new Map<string, WaitingChunk>()
  /** What the last write began, and what the last settling built. */
  private newest: { readonly key: string; readonly plane: number }[] = []
  private built: { readonly key: string; readonly chunk: WaitingChunk; readonly files: BuiltChunk[] }[] = []

  constructor(
    plan: StreamPlan,
    level: number,
    private readonly grid: Grid,
    private readonly order: Order,
    compression: ChunkCompression,
    deps: SinkDeps,
    private readonly storeOf: (image: number) => ArrayStore
  ) {
    this.memory = deps.memory
    this.log = ChunkLog.create(plan, level, deps.disk)
    this.planes = PlaneStore.create(plan, level, deps, grid.frameBytes)
    this.builder = new ChunkBuilder(grid, compression, this.log)
  }

  write(frames: readonly PlacedFrame[]): Location[] {
    this.newest = []
    this.built = []
    return frames.map(({ image, index, offset }) => {
      const set = this.storeOf(image).setOf(index)
      const chunk = planeSlot(this.grid, index)
      const key = `${image}:${set.key}:${chunk}`
      let waiting = this.waiting.get(key)
      if (waiting === undefined) {
        const last = this.order.lastInChunk(image, index)
        const places = new Int32Array(this.grid.planesPerChunk).fill(-1)
        this.waiting.set(key, (waiting = { image, set, chunk, last, places }))
      }
      const place = this.planes.add(offset)
      const plane = planeInChunk(this.grid, index)
      waiting.places[plane] = place
      this.newest.push({ key, plane })
      return { file: WAITING, offset: place, length: this.grid.frameBytes }
    })
  }

  settle(ordinal: number): void {
    for (const [key, chunk] of this.waiting) {
      if (chunk.last > ordinal) continue
      const planes = Array.from(chunk.places, (place) => (place < 0 ? null : this.planes.read(place)))
      const store = this.storeOf(chunk.image)
      const files = this.builder.write(
        chunk.image,
        store,
        chunk.set,
        chunk.chunk,
        this.builder.assemble(planes)
      )
      this.built.push({ key, chunk, files })
      this.waiting.delete(key)
    }
    this.log.flush()
  }

  /** The last write and settling hold: what they used up may go. */
  commit(): void {
    for (const { chunk } of this.built) this.planes.release([...chunk.places].filter((place) => place >= 0))
    this.newest = []
    this.built = []
  }

  takeBack(): void {
    for (const { key, chunk, files } of this.built) {
      for (const { file, slot } of files) file.drop(slot)
      this.waiting.set(key, chunk)
    }
    for (const { key, plane } of this.newest) {
      const chunk = this.waiting.get(key)
      if (chunk === undefined) continue
      chunk.places[plane] = -1
      if (chunk.places.every((place) => place < 0)) this.waiting.delete(key)
    }
    this.newest = []
    this.built = []
  }

  sync(): void {
    this.log.sync()
    this.planes.sync()
  }

  close(): void {
    this.log.close()
    this.planes.close()
  }
}
