/** Cutting a plane into cells of equal size and putting it together again: chunks of a Zarr array, tiles of a TIFF. The last ones reach beyond the plane. */

export interface Cutting {
  readonly y: { readonly size: number; readonly chunk: number }
  readonly x: { readonly size: number; readonly chunk: number }
  readonly pixelBytes: number
}

export interface Cell {
  readonly row: number
  readonly column: number
}

/** Copies a cell out of a plane; what lies outside the plane becomes 0. */
export function cut(cutting: Cutting, plane: Uint8Array, cell: Cell, into: Uint8Array): void {
  const { x, y } = cutting
  const rows = Math.min(y.chunk, y.size - cell.row * y.chunk)
  const bytes = Math.min(x.chunk, x.size - cell.column * x.chunk) * cutting.pixelBytes
  if (rows < y.chunk || bytes < x.chunk * cutting.pixelBytes) into.fill(0)
  for (let row = 0; row < rows; row++) {
    const from = ((cell.row * y.chunk + row) * x.size + cell.column * x.chunk) * cutting.pixelBytes
    into.set(plane.subarray(from, from + bytes), row * x.chunk * cutting.pixelBytes)
  }
}

/** Copies a cell back to its place in a plane. */
export function paste(cutting: Cutting, plane: Uint8Array, cell: Cell, from: Uint8Array): void {
  const { x, y } = cutting
  const rows = Math.min(y.chunk, y.size - cell.row * y.chunk)
  const bytes = Math.min(x.chunk, x.size - cell.column * x.chunk) * cutting.pixelBytes
  for (let row = 0; row < rows; row++) {
    const start = row * x.chunk * cutting.pixelBytes
    const to = ((cell.row * y.chunk + row) * x.size + cell.column * x.chunk) * cutting.pixelBytes
    plane.set(from.subarray(start, start + bytes), to)
  }
}
