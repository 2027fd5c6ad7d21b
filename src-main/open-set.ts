/** A dataset that several read from: it is closed when it was let go of and the last reader is done, since a file closed under a read may be another one by then. */
import { Failed } from '../src-preload/contract/failure'
import type { KeyInfo } from '../src-preload/contract/record'
import type { Dataset } from './datasets/dataset'

export interface TableFacts {
  readonly keys: readonly KeyInfo[]
  readonly notes: ReadonlyMap<number, string>
}

export class OpenSet {
  /** Read once on the first look at the table. */
  table: Promise<TableFacts> | null = null
  readonly #stop = new AbortController()
  #readers = 0
  #left = false

  constructor(readonly dataset: Dataset) {}

  /** The signal is given when nobody wants the answer any more. */
  async read<T>(work: (dataset: Dataset, signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#readers++
    try {
      return await work(this.dataset, this.#stop.signal)
    } finally {
      this.#readers--
      if (this.#left && this.#readers === 0) await this.dataset.close()
    }
  }

  /** Its place is taken by a newer one; who reads from it reads to the end. */
  async retire(): Promise<void> {
    if (this.#left) return
    this.#left = true
    if (this.#readers === 0) await this.dataset.close()
  }

  close(): Promise<void> {
    this.#stop.abort(new Failed('cancelled', `${this.dataset.path} was closed.`))
    return this.retire()
  }
}
