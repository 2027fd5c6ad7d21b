/**
 * What an acquisition knows of writing: a pool of slots for pixels, and a stream that takes filled slots with their records.
 * Nothing here knows a file format.
 */
import type { DatasetState } from '../../src-preload/contract/dataset'
import type { Failure } from '../../src-preload/contract/failure'
import type { FrameFormat } from '../../src-preload/contract/pixels'
import type { FrameRecord, Json, KeyInfo, RunEvent } from '../../src-preload/contract/record'

/**
 * Fixed number of frame-sized slots in one shared, page-aligned WebAssembly.Memory. A slot is taken, filled, and either given to
 * a stream (which frees it once written) or released. No free slot is the only brake there is.
 */
export interface FramePool {
  readonly format: FrameFormat
  readonly slots: number
  readonly memory: WebAssembly.Memory
  /** Bytes from one slot to the next: frameBytes rounded up to the page. */
  readonly stride: number
  /** A free slot's number, or null when all are taken. */
  take(): number | null
  /** Resolves with a slot as soon as one is free; rejects when the signal aborts. First come, first served. */
  waitForSlot(signal?: AbortSignal): Promise<number>
  release(slot: number): void
  /** The pixels of a slot: frameBytes bytes over the shared memory. */
  pixels(slot: number): Uint8Array
  /** Byte offset of a slot in `memory`. */
  offset(slot: number): number
  /** Taken slots divided by all slots. */
  readonly fill: number
}

export interface StreamCounters {
  /** Frames accepted by `submit` and `append`. */
  readonly accepted: number
  /** Frames whose pixels and record were handed to the operating system for every file. */
  readonly written: number
  /** Frames of which pixels, record and their place are synced to the disk. */
  readonly durable: number
  readonly bytes: number
}

/**
 * What closing found; `frames` is how many frames each finished dataset holds. A run that a full disk ended closes without an error: its dataset
 * is whole, `end` says that it is shorter than what was accepted, and the stream's `failure` is `disk.full`.
 */
export interface StreamReport {
  readonly frames: number
  readonly paths: readonly string[]
  readonly state: DatasetState
  readonly end?: 'completed' | 'disk full'
}

export interface FrameStream {
  readonly pool: FramePool
  /** Final dataset paths (one for each format or file set). */
  readonly paths: readonly string[]
  readonly counters: StreamCounters
  /** The first failure; final: every later submit and the close fail with it. */
  readonly failure: Failure | null
  onFailure(listener: (failure: Failure) => void): () => void

  /**
   * Gives a filled slot and its record to the writer. Throws before the frame counts, leaving slot and stream as they were, when the
   * record is not legal (`argument.invalid`), when there is no place left (`frame.mismatch`) or when the stream has failed or is closed.
   */
  submit(slot: number, record: FrameRecord): void
  /** Leaves the next `frames` planes empty: they read as zeros and have no record. */
  skip(frames: number): void
  /** Adds an event (note, mark, loss …) to the journal and the finished dataset; resolves when it is synced to the disk. */
  addEvent(event: RunEvent): Promise<void>
  /** Keys of a record with their units and sources; later entries replace earlier ones of the same key. */
  describeKeys(keys: readonly KeyInfo[]): void
  /** Metadata about the whole dataset, by namespace. Works until `close` has resolved and, through the dataset, after. */
  setGlobalMetadata(namespace: string, value: Json): void
  /**
   * Ends the stream: drains everything however long it takes, writes the projections, removes the journal. Idempotent.
   * A stream without a frame leaves nothing on disk and reports 0 frames.
   */
  close(onProgress?: (written: number, accepted: number) => void): Promise<StreamReport>
}
