/** Ends a thread that keeps no program alive. Without more to do Node would leave before the thread has ended, in the middle of what waits for that. */
import type { Worker } from 'node:worker_threads'

const LONG_MS = 60_000

export async function endThread(worker: Worker): Promise<void> {
  const stay = setInterval(() => undefined, LONG_MS)
  try {
    await worker.terminate()
  } finally {
    clearInterval(stay)
  }
}
