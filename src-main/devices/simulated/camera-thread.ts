/** The simulated camera's thread: makes the pixels in shared memory while the exposure lasts, and answers when it is over. */
import { parentPort, workerData } from 'node:worker_threads'
import type { CameraThreadStart, FromCameraThread, ToCameraThread } from './camera-messages'
import { createFrameGenerator } from './frame-generator'

/** A sleep may be late by this much; the rest is waited awake. */
const AWAKE_MS = 0.2

if (parentPort === null) throw new Error('camera-thread runs as a worker thread only')
const port = parentPort
const start = workerData as CameraThreadStart
const control = new Int32Array(start.control)
const generator = createFrameGenerator(start.seed, start.view)

const answer = (message: FromCameraThread): void => port.postMessage(message)

port.on('message', (message: ToCameraThread) => {
  try {
    handle(message)
  } catch (error) {
    answer({ kind: 'failed', text: error instanceof Error ? error.message : String(error) })
  }
})

function handle(message: ToCameraThread): void {
  switch (message.kind) {
    case 'view':
      return generator.setView(message.view)
    case 'ping':
      return answer({ kind: 'pong' })
    case 'beads':
      return answer({ kind: 'beads', beads: generator.beads() })
    case 'expose': {
      generator.render(new Uint8Array(message.buffer, message.offset, message.length), message.scene)
      const end = message.startedAt + BigInt(Math.round(message.scene.exposureMs * 1e6))
      return answer({ kind: waitUntil(end) ? 'exposed' : 'cut short' })
    }
  }
}

/** False when the exposure was cut short. */
function waitUntil(end: bigint): boolean {
  for (;;) {
    if (Atomics.load(control, 0) !== 0) return false
    const leftMs = Number(end - process.hrtime.bigint()) / 1e6
    if (leftMs <= 0) return true
    if (leftMs > AWAKE_MS) Atomics.wait(control, 0, 0, leftMs - AWAKE_MS)
  }
}
