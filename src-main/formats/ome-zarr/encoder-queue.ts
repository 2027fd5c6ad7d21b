/**
 * The numbers that a writer and its encoder threads share: tasks in a ring, each a few chunks that one thread encodes side by side into the
 * task's part of the output. Both ends block on Atomics, so that neither needs its event loop.
 */
import { Failed } from '../../../src-preload/contract/failure'

/** Chunks that one task may have; small chunks go many at a time, so that they reach the disk in one write. */
export const MOST_PER_TASK = 64
const SUBMITTED = 0
const DONE = 1
const STOP = 2
const FAILED = 3
const FAILED_LENGTH = 4
const READY = 5
const TASKS = 8
/** Of a task: number of chunks; then for each chunk its address, its piece, and what the encoder answers: where it lies and how long it is. */
const PER_CHUNK = 4
const PER_TASK = 1 + MOST_PER_TASK * PER_CHUNK
const MESSAGE_BYTES = 1024

/** Longest silence of a thread that has work before it is taken for dead; a chunk takes milliseconds. */
const SILENCE_MS = 30_000

export interface EncodedChunk {
  readonly offset: number
  readonly length: number
}

export class EncoderQueue {
  readonly buffer: SharedArrayBuffer
  private readonly numbers: Int32Array

  constructor(
    readonly ring: number,
    buffer?: SharedArrayBuffer
  ) {
    this.buffer = buffer ?? new SharedArrayBuffer(4 * (TASKS + ring * PER_TASK) + MESSAGE_BYTES)
    this.numbers = new Int32Array(this.buffer, 0, TASKS + ring * PER_TASK)
  }

  // ------------------------------------------------------------------------------------------------------ writer's end

  /** Waits until the encoder has warmed up, so that the first frames find it as fast as the others. */
  waitUntilReady(): void {
    if (Atomics.wait(this.numbers, READY, 0, SILENCE_MS) !== 'timed-out') this.throwFailure()
    else throw new Failed('internal', 'The encoder thread did not start.')
  }

  get submitted(): number {
    return Atomics.load(this.numbers, SUBMITTED)
  }

  get done(): number {
    return Atomics.load(this.numbers, DONE)
  }

  /** There must be room in the ring. */
  submit(chunks: readonly { readonly source: number; readonly piece: number }[]): void {
    const at = this.place(this.submitted)
    this.numbers[at] = chunks.length
    chunks.forEach(({ source, piece }, k) => {
      // Addresses up to 4 GB as the same 32 bits.
      this.numbers[at + 1 + k * PER_CHUNK] = source | 0
      this.numbers[at + 2 + k * PER_CHUNK] = piece
    })
    Atomics.add(this.numbers, SUBMITTED, 1)
    Atomics.notify(this.numbers, SUBMITTED)
  }

  /** Waits until task number `task` is encoded. */
  result(task: number): readonly EncodedChunk[] {
    for (;;) {
      const done = this.done
      if (done > task) break
      this.throwFailure()
      if (Atomics.wait(this.numbers, DONE, done, SILENCE_MS) === 'timed-out' && this.done === done) {
        throw new Failed('internal', 'The encoder thread does not answer.')
      }
    }
    const at = this.place(task)
    return Array.from({ length: this.numbers[at] as number }, (_, k) => ({
      offset: (this.numbers[at + 3 + k * PER_CHUNK] as number) >>> 0,
      length: this.numbers[at + 4 + k * PER_CHUNK] as number
    }))
  }

  /** The thread ends before its next task. */
  stop(): void {
    Atomics.store(this.numbers, STOP, 1)
    Atomics.add(this.numbers, SUBMITTED, 1)
    Atomics.notify(this.numbers, SUBMITTED)
  }

  // ----------------------------------------------------------------------------------------------------- encoder's end

  ready(): void {
    Atomics.store(this.numbers, READY, 1)
    Atomics.notify(this.numbers, READY)
  }

  /** Waits for task number `task`; false: there will be none. */
  waitFor(task: number): boolean {
    for (;;) {
      const submitted = this.submitted
      if (Atomics.load(this.numbers, STOP) === 1) return false
      if (submitted > task) return true
      Atomics.wait(this.numbers, SUBMITTED, submitted)
    }
  }

  chunks(task: number): number {
    return this.numbers[this.place(task)] as number
  }

  chunk(task: number, k: number): { readonly source: number; readonly piece: number } {
    const at = this.place(task) + 1 + k * PER_CHUNK
    return { source: (this.numbers[at] as number) >>> 0, piece: this.numbers[at + 1] as number }
  }

  answer(task: number, k: number, chunk: EncodedChunk): void {
    const at = this.place(task) + 1 + k * PER_CHUNK
    this.numbers[at + 2] = chunk.offset | 0
    this.numbers[at + 3] = chunk.length
  }

  finished(): void {
    Atomics.add(this.numbers, DONE, 1)
    Atomics.notify(this.numbers, DONE)
  }

  fail(message: string): void {
    const bytes = Buffer.from(message.slice(0, MESSAGE_BYTES / 4), 'utf8')
    new Uint8Array(this.buffer, this.numbers.byteLength, bytes.length).set(bytes)
    this.numbers[FAILED_LENGTH] = bytes.length
    Atomics.store(this.numbers, FAILED, 1)
    Atomics.notify(this.numbers, DONE)
    this.ready()
  }

  private throwFailure(): void {
    if (Atomics.load(this.numbers, FAILED) === 0) return
    const bytes = new Uint8Array(this.buffer, this.numbers.byteLength, this.numbers[FAILED_LENGTH])
    const detail = Buffer.from(new Uint8Array(bytes)).toString('utf8')
    throw new Failed('internal', 'The encoder thread failed.', { detail })
  }

  private place(task: number): number {
    return TASKS + (task % this.ring) * PER_TASK
  }
}
