/** Cutting a plane into the parts of its chunks and putting it together again, where a chunk is not just a plane. */
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

/** Copies a piece out of a plane; what lies outside the plane becomes 0. */
export function cut(grid: Grid, plane: Uint8Array, piece: Piece, into: Uint8Array): void {
  const { x, y } = grid
  const rows = Math.min(y.chunk, y.size - piece.row * y.chunk)
  const bytes = Math.min(x.chunk, x.size - piece.column * x.chunk) * grid.pixelBytes
  if (rows < y.chunk || bytes < x.chunk * grid.pixelBytes) into.fill(0)
  for (let row = 0; row < rows; row++) {
    const from = ((piece.row * y.chunk + row) * x.size + piece.column * x.chunk) * grid.pixelBytes
    into.set(plane.subarray(from, from + bytes), row * x.chunk * grid.pixelBytes)
  }
}

/** Copies a piece back to its place in a plane. */
export function paste(grid: Grid, plane: Uint8Array, piece: Piece, from: Uint8Array): void {
  const { x, y } = grid
  const rows = Math.min(y.chunk, y.size - piece.row * y.chunk)
  const bytes = Math.min(x.chunk, x.size - piece.column * x.chunk) * grid.pixelBytes
  for (let row = 0; row < rows; row++) {
    const start = row * x.chunk * grid.pixelBytes
    const to = ((piece.row * y.chunk + row) * x.size + piece.column * x.chunk) * grid.pixelBytes
    plane.set(from.subarray(start, start + bytes), to)
  }
}
