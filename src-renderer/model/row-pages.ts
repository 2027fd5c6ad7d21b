/** A window onto a long, growing table: rows are fetched by pages, kept for a while, and fetched again when they may have changed. */
import type { TableRow, TableRows } from '../../src-preload/contract/run'

interface Page {
  readonly keys: readonly string[]
  readonly rows: readonly TableRow[]
}

export interface PagedRow extends TableRow {
  readonly keys: readonly string[]
}

const PAGE = 100
const KEPT = 60

export class RowPages {
  total = 0
  keys: readonly string[] = []
  units: Readonly<Record<string, string>> = {}
  free: readonly string[] = []
  readonly #pages = new Map<number, Page>()
  readonly #asked = new Set<number>()
  #generation = 0

  constructor(
    readonly fetch: (from: number, count: number) => Promise<TableRows>,
    readonly changed: () => void
  ) {}

  /** The row at `index`, or undefined while it is on its way. */
  row(index: number): PagedRow | undefined {
    const page = this.#pages.get(Math.floor(index / PAGE))
    const row = page?.rows[index % PAGE]
    return page === undefined || row === undefined ? undefined : { ...row, keys: page.keys }
  }

  /** Fetches what is missing between two rows. */
  async ensure(first: number, last: number): Promise<void> {
    const wanted: number[] = []
    for (let page = Math.floor(Math.max(0, first) / PAGE); page <= Math.floor(last / PAGE); page++) {
      const kept = this.#pages.get(page)
      const full = kept !== undefined && kept.rows.length >= Math.min(PAGE, this.total - page * PAGE)
      if (!full && page * PAGE < this.total && !this.#asked.has(page)) wanted.push(page)
    }
    await Promise.all(wanted.map((page) => this.#load(page)))
  }

  /** Asks for the end of the table, which also tells how long it has become. */
  async follow(): Promise<void> {
    const last = Math.max(0, Math.ceil(this.total / PAGE) - 1)
    await this.#load(last)
    await this.ensure(this.total - 1, this.total - 1)
  }

  /** Forgets one row's page, since the row changed. */
  async refresh(index: number): Promise<void> {
    this.#pages.delete(Math.floor(index / PAGE))
    await this.#load(Math.floor(index / PAGE))
  }

  /** Asks again for the pages that are kept: many rows changed. */
  async refreshAll(): Promise<void> {
    const pages = [...this.#pages.keys()].slice(-3)
    // What is on its way now may be older than the change.
    this.#generation++
    this.#asked.clear()
    this.#pages.clear()
    await Promise.all(pages.map((page) => this.#load(page)))
  }

  clear(): void {
    this.#generation++
    this.#pages.clear()
    this.#asked.clear()
    this.total = 0
    this.keys = []
    this.free = []
    this.units = {}
    this.changed()
  }

  async #load(page: number): Promise<void> {
    if (this.#asked.has(page)) return
    const generation = this.#generation
    this.#asked.add(page)
    try {
      const answer = await this.fetch(page * PAGE, PAGE)
      if (generation !== this.#generation) return
      this.#pages.delete(page)
      this.#pages.set(page, { keys: answer.keys, rows: answer.rows })
      for (const oldest of this.#pages.keys()) {
        if (this.#pages.size <= KEPT) break
        this.#pages.delete(oldest)
      }
      this.total = Math.max(this.total, answer.total)
      this.keys = [...this.keys, ...answer.keys.filter((key) => !this.keys.includes(key))]
      this.units = { ...this.units, ...answer.units }
      this.free = answer.free
      this.changed()
    } finally {
      if (generation === this.#generation) this.#asked.delete(page)
    }
  }
}
