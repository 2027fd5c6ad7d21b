/** All rows of a saved dataset, by column, so that 100 000 of them sort and filter without a stall. */
import type { TableRows } from '../../src-preload/contract/run'
import {
  compareCells,
  parseFilter,
  type CellValue,
  type Filter
} from '../../src-preload/contract/table-filter'

export interface Sort {
  readonly key: string
  readonly descending: boolean
}

/** Columns that every row has beside its keys. */
export const FRAME = '#'
export const PLACE = '#place'
export const IMAGE = '#image'

/** Pixels reach a file a little later than their records; of rows further back they are lost and do not come any more. */
const STILL_COMING = 2_000

const place = (image: number, index: readonly number[]): string => `${image}:${index.join(',')}`

export class FrameRows {
  readonly frames: number[] = []
  readonly images: number[] = []
  readonly storage: (readonly number[])[] = []
  readonly present: boolean[] = []
  units: Readonly<Record<string, string>> = {}
  /** Keys that nobody measured: they may be changed by hand. */
  free: readonly string[] = []
  total = 0
  missing = 0
  readonly #columns = new Map<string, CellValue[]>()
  readonly #places = new Map<string, number>()

  get keys(): readonly string[] {
    return [...this.#columns.keys()]
  }

  get length(): number {
    return this.frames.length
  }

  /** Takes rows at their places: new ones, and those that are read again. */
  add(chunk: TableRows): void {
    this.total = chunk.total
    this.units = { ...this.units, ...chunk.units }
    this.free = chunk.free
    chunk.rows.forEach((row, i) => {
      const at = chunk.from + i
      if (at < this.length) this.#forget(at)
      this.frames[at] = row.frame
      this.images[at] = row.image
      this.storage[at] = row.storageIndex
      this.present[at] = row.present
      if (!row.present) this.missing++
      if (row.storageIndex.length > 0) this.#places.set(place(row.image, row.storageIndex), at)
      chunk.keys.forEach((key, column) => {
        const value = row.cells[column] ?? null
        if (value !== null) this.#column(key)[at] = value
      })
    })
  }

  #forget(at: number): void {
    if (this.present[at] === false) this.missing--
    this.#places.delete(place(this.images[at] ?? 0, this.storage[at] ?? []))
    for (const column of this.#columns.values()) if (at < column.length) column[at] = null
  }

  #column(key: string): CellValue[] {
    const known = this.#columns.get(key)
    if (known !== undefined) return known
    const made: CellValue[] = []
    this.#columns.set(key, made)
    return made
  }

  cell(row: number, key: string): CellValue {
    if (key === FRAME) return this.frames[row] ?? null
    if (key === IMAGE) return this.images[row] ?? null
    if (key === PLACE) return (this.storage[row] ?? []).join(', ')
    return this.#columns.get(key)?.[row] ?? null
  }

  /** A cell that was changed on disk. */
  set(row: number, key: string, value: CellValue): void {
    this.#column(key)[row] = value
    if (!this.free.includes(key)) this.free = [...this.free, key]
  }

  /** The row whose pixels are at this place, or -1. */
  find(image: number, index: readonly number[]): number {
    return this.#places.get(place(image, index)) ?? -1
  }

  /** The newest row whose pixels can be shown, of those that still may come; -1 where there is none. */
  get newest(): number {
    for (let row = this.length - 1; row >= Math.max(0, this.length - STILL_COMING); row--)
      if (this.present[row] === true && (this.storage[row] ?? []).length > 0) return row
    return -1
  }

  /** The first row whose pixels may have come since they were looked for, or the end. */
  get unsettled(): number {
    for (let row = Math.max(0, this.length - STILL_COMING); row < this.length; row++)
      if (this.present[row] === false) return row
    return this.length
  }

  /** Keys that hold a number in some row. */
  numericKeys(): string[] {
    return this.keys.filter((key) => this.#columns.get(key)?.some((value) => typeof value === 'number'))
  }

  /** Numbers of one key, row by row; null where there is none. */
  series(key: string): (number | null)[] {
    return Array.from({ length: this.length }, (_, row) => {
      const value = this.cell(row, key)
      return typeof value === 'number' ? value : null
    })
  }

  filter(line: string): Filter {
    return parseFilter(line, [FRAME, ...this.keys])
  }

  /** Row numbers in the order in which they are shown. */
  order(filter: Filter, sort: Sort | null): Uint32Array {
    const shown: number[] = []
    for (let row = 0; row < this.length; row++) {
      if (filter.test === null || filter.test((key) => this.cell(row, key))) shown.push(row)
    }
    if (sort !== null) {
      const { key, descending } = sort
      shown.sort((a, b) => compareCells(this.cell(a, key), this.cell(b, key), descending) || a - b)
    }
    return Uint32Array.from(shown)
  }
}
