/** Reads the pixels of one plane back from the chunks of a recording that broke off, without trusting any index. */
import { join } from 'node:path'
import type { ChunkDecoder } from '../codecs/chunk-codec'
import { errorCode, diskFailure, READ_ONLY, readUpTo, type Disk } from '../disk'
import type { Location } from '../file-sink'
import { fileKey, filePosition, planeInChunk, planeSlot, type Grid } from './grid'
import { paste, piecesOf, slotsPerPlane, type Piece } from './pieces'

export class StoredPixels {
  private readonly pieces: readonly Piece[]
  private openPath: string | null = null
  private fd = -1

  constructor(
    private readonly grid: Grid,
    private readonly disk: Disk
  ) {
    this.pieces = piecesOf(grid)
  }

  /** An uncompressed plane; null where the files end before it does. */
  plane(folder: string, index: readonly number[]): Uint8Array | null {
    const { grid } = this
    const position = filePosition(grid, index)
    const first = planeSlot(grid, index) * slotsPerPlane(grid)
    const within = planeInChunk(grid, index) * grid.pieceBytes
    const plane = new Uint8Array(grid.frameBytes)
    for (const piece of this.pieces) {
      const at = grid.headBytes + (first + piece.slot) * grid.stride + within
      const bytes = this.read(this.pathOf(folder, position, piece), at, grid.pieceBytes)
      if (bytes === null) return null
      if (grid.whole) return bytes
      paste(grid, plane, piece, bytes)
    }
    return plane
  }

  /** A compressed plane that is a chunk of its own; null where it is not all there or damaged. */
  encodedPlane(
    folder: string,
    index: readonly number[],
    location: Location,
    decoder: ChunkDecoder
  ): Uint8Array | null {
    const [piece] = this.pieces
    const path = this.pathOf(folder, filePosition(this.grid, index), piece as Piece)
    const stored = this.read(path, location.offset, location.length)
    return stored === null ? null : decoder.decode(stored, this.grid.chunkBytes)
  }

  private pathOf(folder: string, position: readonly number[], piece: Piece): string {
    const columns = this.grid.x.files
    return join(folder, fileKey(position, Math.floor(piece.file / columns), piece.file % columns))
  }

  /** Null: not there, or not as many. */
  private read(path: string, position: number, length: number): Uint8Array | null {
    try {
      if (this.openPath !== path) {
        this.close()
        this.fd = this.disk.open(path, READ_ONLY)
        this.openPath = path
      }
      const bytes = readUpTo(this.disk, this.fd, position, length)
      return bytes.length === length ? bytes : null
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null
      throw diskFailure(error, `read ${path}`)
    }
  }

  close(): void {
    if (this.openPath !== null) this.disk.close(this.fd)
    this.openPath = null
  }
}
