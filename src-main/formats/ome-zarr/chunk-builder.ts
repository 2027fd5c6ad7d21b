/** Makes compressed chunks of several planes: puts the planes' pieces together, encodes, and appends to the files of the set. */
import { chunkEncoder, ENCODER_WORK_BYTES, mostStored, type ChunkCompression } from '../codecs/chunk-codec'
import { sharedMemory } from '../codecs/kernel'
import type { ArrayStore, FileSet } from './array-store'
import type { ChunkFile } from './chunk-file'
import type { ChunkLog } from './chunk-log'
import type { Grid } from './grid'
import { cut } from '../cut-plane'
import { piecesOf, slotsPerPlane, type Piece } from './pieces'

export interface BuiltChunk {
  readonly file: ChunkFile
  readonly slot: number
}

export class ChunkBuilder {
  readonly pieces: readonly Piece[]
  private readonly memory: WebAssembly.Memory
  private readonly encode: (source: Uint8Array, to: number) => number
  private readonly align: number

  constructor(
    private readonly grid: Grid,
    compression: ChunkCompression,
    private readonly log: ChunkLog
  ) {
    this.pieces = piecesOf(grid)
    this.memory = sharedMemory(ENCODER_WORK_BYTES + mostStored(grid.chunkBytes))
    this.encode = chunkEncoder(compression, grid.pixelBytes, this.memory, 0)
    this.align = grid.chunkBytes >= 64 * 1024 ? 4096 : 64
  }

  /** The raw chunks, one for each piece of a plane; null planes are zeros. */
  assemble(planes: readonly (Uint8Array | null)[]): Uint8Array[] {
    const { grid } = this
    const chunks = this.pieces.map(() => new Uint8Array(grid.chunkBytes))
    planes.forEach((plane, number) => {
      if (plane === null) return
      const from = number * grid.pieceBytes
      this.pieces.forEach((piece, k) => {
        const target = (chunks[k] as Uint8Array).subarray(from, from + grid.pieceBytes)
        if (grid.whole) target.set(plane)
        else cut(grid, plane, piece, target)
      })
    })
    return chunks
  }

  /** Writes and logs the raw chunks at chunk number `chunk` of the set. */
  write(
    image: number,
    store: ArrayStore,
    set: FileSet,
    chunk: number,
    chunks: readonly Uint8Array[]
  ): BuiltChunk[] {
    return this.pieces.map((piece, k) => {
      const file = store.file(set, piece.file)
      const slot = chunk * slotsPerPlane(this.grid) + piece.slot
      const length = this.encode(chunks[k] as Uint8Array, ENCODER_WORK_BYTES)
      const offset = file.append(slot, length, this.align)
      file.opened.writeBytes(new Uint8Array(this.memory.buffer, ENCODER_WORK_BYTES, length), offset)
      this.log.add({ image, set: set.key, file: piece.file, slot, offset, length })
      return { file, slot }
    })
  }
}
