/** The growing frame table of a run: one typed column a key, so that a hundred thousand frames stay a few megabytes. */
import type { FrameRecord, Json, KeyInfo } from '../../src-preload/contract/record'
import type { TableRow, TableRows } from '../../src-preload/contract/run'

type Cell = string | number | boolean | null

/** A key's values: numbers in a typed array (NaN: none here), all else aside. */
class Column {
  #numbers = new Float64Array(1024).fill(NaN)
  readonly #others = new Map<number, Cell>()

  set(row: number, value: Cell): void {
    if (typeof value === 'number') {
      if (row >= this.#numbers.length) {
        const larger = new Float64Array(Math.max(row + 1, this.#numbers.length * 2)).fill(NaN)
        larger.set(this.#numbers)
        this.#numbers = larger
      }
      this.#numbers[row] = value
      this.#others.delete(row)
    } else {
      this.#others.set(row, value)
    }
  }

  get(row: number): Cell {
    const other = this.#others.get(row)
    if (other !== undefined) return other
    const value = this.#numbers[row]
    return value === undefined || Number.isNaN(value) ? null : value
  }
}

export class RunTable {
  readonly #columns = new Map<string, Column>()
  readonly #units: Record<string, string> = {}
  readonly #measured = new Set<string>()
  #total = 0

  get total(): number {
    return this.#total
  }

  describe({ key, unit, source }: Pick<KeyInfo, 'key' | 'unit' | 'source'>): void {
    if (unit !== undefined) this.#units[key] = unit
    if (source !== undefined && source !== 'user') this.#measured.add(key)
  }

  /** Whether a key was measured: then nobody changes it by hand. */
  measured(key: string): boolean {
    return this.#measured.has(key)
  }

  add(record: FrameRecord): void {
    const row = this.#total
    for (const [key, value] of Object.entries(record)) this.set(row, key, asCell(value))
    this.#total += 1
  }

  set(row: number, key: string, value: Cell): void {
    let column = this.#columns.get(key)
    if (column === undefined) {
      column = new Column()
      this.#columns.set(key, column)
    }
    column.set(row, value)
  }

  get(row: number, key: string): Cell {
    return this.#columns.get(key)?.get(row) ?? null
  }

  rows(from: number, count: number): TableRows {
    const keys = [...this.#columns.keys()]
    const columns = [...this.#columns.values()]
    const rows: TableRow[] = []
    const end = Math.min(this.#total, from + count)
    for (let row = from; row < end; row++) {
      const cells = columns.map((column) => column.get(row))
      rows.push({ frame: row, image: 0, storageIndex: [row], cells, present: true })
    }
    const free = keys.filter((key) => !this.#measured.has(key))
    return { keys, units: { ...this.#units }, free, total: this.#total, from, rows }
  }
}

/** A JSON value as a table cell: nested ones as JSON text, long integers digit by digit. */
export function asCell(value: Json): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return value.toString()
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? item.toString() : item))
}
