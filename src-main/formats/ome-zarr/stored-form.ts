/** How the chunks of a broken-off recording are read and taken over: raw chunks, which have fixed places, and compressed ones of a plane each. */
import type { ChunkDecoder } from '../codecs/chunk-codec'
import type { LocatedFrame } from '../file-sink'
import type { ArrayStore, FileSet } from './array-store'
import { filePosition, planeInChunk, planeSlot, type Grid } from './grid'
import { paste } from '../cut-plane'
import { piecesOf, slotsPerPlane, type Piece } from './pieces'
import { wipePlane } from './raw-pixels'
import type { StoredFiles } from './stored-files'

export interface StoredForm {
  /** Null where they are not all there or damaged. `folder` is the array's. */
  pixels(folder: string, frame: LocatedFrame): Uint8Array | null
  /** Puts the frame's chunks into the table of their files. */
  adopt(store: ArrayStore, set: FileSet, frame: LocatedFrame): void
  /** Nothing more comes to the set: its files must hold adopted frames alone. */
  settle(store: ArrayStore, set: FileSet): void
  sync(): void
  close(): void
}

export class RawForm implements StoredForm {
  private readonly pieces: readonly Piece[]
  /** Which planes of a file set were adopted, where a chunk has more than one. */
  private readonly planes = new Map<FileSet, Uint8Array>()

  constructor(
    private readonly grid: Grid,
    private readonly files: StoredFiles
  ) {
    this.pieces = piecesOf(grid)
  }

  pixels(folder: string, { index }: LocatedFrame): Uint8Array | null {
    const { grid } = this
    const position = filePosition(grid, index)
    const first = planeSlot(grid, index) * slotsPerPlane(grid)
    const within = planeInChunk(grid, index) * grid.pieceBytes
    const plane = new Uint8Array(grid.frameBytes)
    for (const piece of this.pieces) {
      const at = grid.headBytes + (first + piece.slot) * grid.stride + within
      const bytes = this.files.read(folder, position, piece.file, at, grid.pieceBytes)
      if (bytes === null) return null
      if (grid.whole) return bytes
      paste(grid, plane, piece, bytes)
    }
    return plane
  }

  adopt(store: ArrayStore, set: FileSet, { index }: LocatedFrame): void {
    const { grid } = this
    const chunk = planeSlot(grid, index)
    for (const piece of this.pieces) {
      const file = store.file(set, piece.file)
      const slot = chunk * slotsPerPlane(grid) + piece.slot
      file.put(slot, file.place(slot), grid.chunkBytes)
    }
    if (grid.planesPerChunk === 1) return
    let planes = this.planes.get(set)
    if (planes === undefined) {
      planes = new Uint8Array((grid.slots / slotsPerPlane(grid)) * grid.planesPerChunk)
      this.planes.set(set, planes)
    }
    planes[chunk * grid.planesPerChunk + planeInChunk(grid, index)] = 1
  }

  /** Planes that share a chunk with adopted ones, but have no record, must read as zeros. */
  settle(_store: ArrayStore, set: FileSet): void {
    const { grid, pieces } = this
    this.planes.get(set)?.forEach((adopted, plane) => {
      const within = plane % grid.planesPerChunk
      if (adopted === 0) wipePlane(grid, pieces, set, (plane - within) / grid.planesPerChunk, within)
    })
    this.planes.delete(set)
  }

  sync(): void {
    // The files are synced by those who opened them.
  }

  close(): void {
    this.files.close()
  }
}

/** Compressed, a whole plane to a chunk: the location is the chunk's. */
export class PlaneForm implements StoredForm {
  constructor(
    private readonly grid: Grid,
    private readonly files: StoredFiles,
    private readonly decoder: ChunkDecoder
  ) {}

  pixels(folder: string, { index, location }: LocatedFrame): Uint8Array | null {
    const stored = this.files.read(
      folder,
      filePosition(this.grid, index),
      0,
      location.offset,
      location.length
    )
    return stored === null ? null : this.decoder.decode(stored, this.grid.chunkBytes)
  }

  adopt(store: ArrayStore, set: FileSet, { index, location }: LocatedFrame): void {
    store
      .file(set, 0)
      .put(planeSlot(this.grid, index) * slotsPerPlane(this.grid), location.offset, location.length)
  }

  settle(): void {
    // A chunk has no other planes.
  }

  sync(): void {
    // As in RawForm.
  }

  close(): void {
    this.files.close()
  }
}
