/** Which parts of which chunks a plane is cut into, where a chunk is not just a plane. */
import type { Grid } from './grid'

/** One plane's part of a chunk. */
export interface Piece {
  /** Which file of the file set, and which chunk of that file counted within the plane. */
  readonly file: number
  readonly slot: number
  readonly row: number
  readonly column: number
}

/** All pieces of a plane, row by row. The chunk's slot in its file is `planeSlot * slotsPerPlane + piece.slot`. */
export function piecesOf(grid: Grid): readonly Piece[] {
  const { y, x } = grid
  return Array.from({ length: y.pieces * x.pieces }, (_, n) => {
    const row = Math.floor(n / x.pieces)
    const column = n % x.pieces
    return {
      file: Math.floor(row / y.chunks) * x.files + Math.floor(column / x.chunks),
      slot: (row % y.chunks) * x.chunks + (column % x.chunks),
      row,
      column
    }
  })
}

export const slotsPerPlane = (grid: Grid): number => grid.y.chunks * grid.x.chunks
