/** Uncompressed pixels into chunks. Every byte has its place from the start, so planes go to disk as they come, also into half-filled chunks. */
import type { PixelMemory } from '../direct-file'
import type { Location, PlacedFrame } from '../file-sink'
import type { ArrayStore, FileSet } from './array-store'
import type { ChunkFile } from './chunk-file'
import { planeInChunk, planeSlot, type Grid } from './grid'
import { cut } from '../cut-plane'
import { piecesOf, slotsPerPlane, type Piece } from './pieces'
import { Runs } from './runs'

/** What the sink asks of the part that brings pixels into chunks. */
export interface PixelWriter {
  /** Where the bytes lie that go to disk: the frames themselves, or what was made of them. */
  readonly memory: PixelMemory
  write(frames: readonly PlacedFrame[]): Location[]
  /** Makes chunks of what waits for planes that can no longer come; all of it for Infinity. */
  settle(ordinal: number): void
  /** The last `write` and `settle` are whole. */
  commit(): void
  /** After a failure instead: none of the frames of the last `write` stays in a chunk. */
  takeBack(): void
  sync(): void
  /** Ends threads. */
  close(): void
}

interface Spot {
  readonly file: ChunkFile
  readonly slot: number
}

const STAGING_BYTES = 16 * 1024 * 1024
const WASM_PAGE = 65_536

export class RawPixels implements PixelWriter {
  readonly memory: PixelMemory
  private readonly runs = new Runs()
  private readonly pieces: readonly Piece[]
  private stagingUsed = 0
  /** The frames of the last write, and the chunks that began with one of them. */
  private newest: readonly PlacedFrame[] = []
  private begun: Spot[] = []

  constructor(
    private readonly grid: Grid,
    private readonly frames: PixelMemory,
    private readonly storeOf: (image: number) => ArrayStore
  ) {
    this.pieces = piecesOf(grid)
    const bytes = Math.max(STAGING_BYTES, grid.stride)
    this.memory = grid.whole ? frames : new WebAssembly.Memory({ initial: Math.ceil(bytes / WASM_PAGE) })
  }

  write(frames: readonly PlacedFrame[]): Location[] {
    this.newest = frames
    this.begun = []
    const locations = frames.map((frame) => this.add(frame, this.storeOf(frame.image)))
    this.flush()
    return locations
  }

  settle(): void {
    // Nothing waits.
  }

  commit(): void {
    this.newest = []
    this.begun = []
  }

  sync(): void {
    // The files are synced by those who opened them.
  }

  takeBack(): void {
    this.runs.drop()
    this.stagingUsed = 0
    for (const { file, slot } of this.begun) file.drop(slot)
    if (this.grid.planesPerChunk === 1) return
    for (const { image, index } of this.newest) {
      const set = this.storeOf(image).setOf(index)
      wipePlane(this.grid, this.pieces, set, planeSlot(this.grid, index), planeInChunk(this.grid, index))
    }
  }

  close(): void {
    this.commit()
  }

  private add(frame: PlacedFrame, store: ArrayStore): Location {
    const { grid } = this
    const set = store.setOf(frame.index)
    const first = planeSlot(grid, frame.index) * slotsPerPlane(grid)
    const within = planeInChunk(grid, frame.index) * grid.pieceBytes
    if (grid.whole) {
      const file = store.file(set, 0)
      const position = file.place(first) + within
      this.note(file, first)
      this.runs.add(file, frame.offset, grid.planesPerChunk === 1 ? grid.stride : grid.frameBytes, position)
      return { file: 0, offset: position, length: grid.frameBytes }
    }
    const plane = new Uint8Array(this.frames.buffer, frame.offset, grid.frameBytes)
    for (const piece of this.pieces) {
      const file = store.file(set, piece.file)
      const slot = first + piece.slot
      const position = file.place(slot) + within
      this.note(file, slot)
      const length = grid.planesPerChunk === 1 ? grid.stride : grid.pieceBytes
      const offset = this.stage(length)
      cut(grid, plane, piece, new Uint8Array(this.memory.buffer, offset, grid.pieceBytes))
      this.runs.add(file, offset, length, position)
    }
    return { file: 0, offset: 0, length: grid.frameBytes }
  }

  private note(file: ChunkFile, slot: number): void {
    if (file.has(slot)) return
    this.begun.push({ file, slot })
    file.put(slot, file.place(slot), this.grid.chunkBytes)
  }

  private stage(length: number): number {
    if (this.stagingUsed + length > this.memory.buffer.byteLength) this.flush()
    const offset = this.stagingUsed
    this.stagingUsed += length
    return offset
  }

  private flush(): void {
    this.runs.flush()
    this.stagingUsed = 0
  }
}

/** Zeros where a plane would lie in chunks that are kept for other planes. */
export function wipePlane(
  grid: Grid,
  pieces: readonly Piece[],
  set: FileSet,
  chunk: number,
  plane: number
): void {
  for (const piece of pieces) {
    const file = set.files[piece.file]
    const slot = chunk * slotsPerPlane(grid) + piece.slot
    if (file?.has(slot) === true) file.wipe(file.place(slot) + plane * grid.pieceBytes, grid.pieceBytes)
  }
}
