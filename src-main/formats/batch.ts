/** The frames that go to the disk together: their places, slots and records, and how many of them make a batch. */
import { BatchRecords } from './batch-records'
import type { PlacedFrame } from './file-sink'

/**
 * A write this large is as fast as the disk goes. A disk that fills up costs the frames of one batch, so a batch is never more than a quarter of
 * what is already written.
 */
const MOST_BYTES = 4 * 1024 * 1024
const LEAST_BYTES = 256 * 1024
/** Compressed, a batch is long enough for encoders to work ahead while the frames before are written. */
const MOST_ENCODED_BYTES = 64 * 1024 * 1024
const MOST_FRAMES = 1024

export class Batch {
  readonly frames: PlacedFrame[] = []
  readonly slots: number[] = []
  readonly records = new BatchRecords()
  private limit = LEAST_BYTES

  /** `stride`: bytes from slot to slot; `encoded`: a sink compresses with threads of its own. */
  constructor(
    private readonly stride: number,
    private readonly encoded: boolean
  ) {}

  add(frame: PlacedFrame, slot: number, record: Uint8Array): void {
    this.frames.push(frame)
    this.slots.push(slot)
    this.records.add(record)
  }

  get full(): boolean {
    return this.frames.length * this.stride >= this.limit || this.frames.length >= MOST_FRAMES
  }

  /** So many bytes are written by now. */
  grow(written: number): void {
    this.limit = this.encoded
      ? Math.min(MOST_ENCODED_BYTES, Math.max(LEAST_BYTES, written))
      : Math.min(MOST_BYTES, Math.max(LEAST_BYTES, written / 4))
  }

  clear(): void {
    this.frames.length = 0
    this.slots.length = 0
    this.records.clear()
  }
}
