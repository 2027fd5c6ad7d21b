/** The last frames from before an event, held in slots of the pool until a rule or a key wants them: the onset is what everyone misses. */
import type { FrameRecord } from '../../src-preload/contract/record'

export interface RingFrame {
  readonly slot: number
  readonly record: FrameRecord
}

export class PretriggerRing {
  readonly size: number
  readonly #release: (slot: number) => void
  #frames: RingFrame[] = []

  constructor(size: number, release: (slot: number) => void) {
    this.size = size
    this.#release = release
  }

  get length(): number {
    return this.#frames.length
  }

  /** Takes a frame over; the oldest goes when the ring is full. */
  push(frame: RingFrame): void {
    this.#frames.push(frame)
    if (this.#frames.length > this.size) this.#drop()
  }

  /** Hands all frames out, oldest first; their slots are the caller's now. */
  take(): readonly RingFrame[] {
    const frames = this.#frames
    this.#frames = []
    return frames
  }

  clear(): void {
    while (this.#frames.length > 0) this.#drop()
  }

  #drop(): void {
    const oldest = this.#frames.shift()
    if (oldest !== undefined) this.#release(oldest.slot)
  }
}
