/** The encoders of a sink: threads, or the caller itself. Tasks go to them in turn and come back in the order in which they were given. */
import { cpus } from 'node:os'
import { Worker } from 'node:worker_threads'
import { builtFile } from '../../built-file'
import type { PixelMemory } from '../direct-file'
import { Encoder, type EncoderLayout } from './encoder'
import { EncoderQueue, type EncodedChunk } from './encoder-queue'
import type { EncoderThreadData } from './encoder-thread'
import { sharedMemory } from '../codecs/kernel'

export interface ChunkSource {
  /** Address of the plane in the frames' memory. */
  readonly source: number
  readonly piece: number
}

/** One for each core: the writer mostly waits for the disk, the source of the frames for light. */
export const encoderThreads = (): number => Math.max(1, Math.min(4, cpus().length))

export class EncoderSet {
  /** Where encoded chunks lie. */
  readonly memory: WebAssembly.Memory
  private readonly queues: readonly EncoderQueue[]
  private readonly inline: Encoder | null
  private given = 0
  private taken = 0

  /** `threads` 0: the caller encodes. */
  constructor(
    private readonly layout: EncoderLayout,
    frames: PixelMemory,
    threads: number
  ) {
    const count = Math.max(1, threads)
    const memory = (this.memory = sharedMemory(count * layout.partBytes))
    this.queues = Array.from({ length: count }, () => new EncoderQueue(layout.ring))
    this.inline = threads === 0 ? new Encoder(layout, 0, this.queue(0), frames, memory) : null
    if (threads === 0) return
    this.queues.forEach((queue, number) => {
      const workerData: EncoderThreadData = {
        layout,
        number,
        queue: queue.buffer,
        frames: frames.buffer,
        memory
      }
      const worker = new Worker(builtFile('encoder-thread.cjs'), { workerData })
      // Without this an error in loading the thread's file would end the process; like this the queue's silence tells.
      worker.on('error', (error) => {
        queue.fail(error.stack ?? error.message)
      })
      worker.unref()
    })
    for (const queue of this.queues) queue.waitUntilReady()
  }

  /** Whether another task can be given before one is taken. */
  get hasRoom(): boolean {
    return this.given - this.taken < this.queues.length * this.layout.ring
  }

  give(chunks: readonly ChunkSource[]): void {
    this.queue(this.given++).submit(chunks)
    this.inline?.encodeNext()
  }

  /** The oldest task's chunks. Their bytes stay until as many tasks are given as fit. */
  take(): readonly EncodedChunk[] {
    const task = this.taken
    const result = this.queue(task).result(Math.floor(task / this.queues.length))
    this.taken++
    return result
  }

  /** After a failure: waits for what is under way and forgets it. */
  drop(): void {
    while (this.taken < this.given) this.take()
  }

  close(): void {
    for (const queue of this.queues) queue.stop()
  }

  private queue(task: number): EncoderQueue {
    return this.queues[task % this.queues.length] as EncoderQueue
  }
}
