/** Entry of an encoder thread. It listens to its queue alone; messages and the event loop play no part. */
import { workerData } from 'node:worker_threads'
import { Encoder, type EncoderLayout } from './encoder'
import { EncoderQueue } from './encoder-queue'

export interface EncoderThreadData {
  readonly layout: EncoderLayout
  readonly number: number
  readonly queue: SharedArrayBuffer
  readonly frames: ArrayBufferLike
  readonly memory: WebAssembly.Memory
}

const data = workerData as EncoderThreadData
const queue = new EncoderQueue(data.layout.ring, data.queue)
try {
  new Encoder(data.layout, data.number, queue, { buffer: data.frames }, data.memory).run()
} catch (error) {
  queue.fail(error instanceof Error ? (error.stack ?? error.message) : String(error))
}
