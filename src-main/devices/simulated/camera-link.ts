/** The simulated camera's end of its thread: one question at a time, and what happens when the thread dies. */
import { Worker } from 'node:worker_threads'
import { Failed, toFailure } from '../../../src-preload/contract/failure'
import { builtFile } from '../../built-file'
import { endThread } from '../end-thread'
import type { CameraThreadStart, FromCameraThread, ToCameraThread } from './camera-messages'
import type { View } from './view'

export interface CameraLink {
  ask(message: ToCameraThread): Promise<FromCameraThread>
  tell(message: ToCameraThread): void
  /** Ends a running exposure early. */
  cutShort(): void
  clearCut(): void
  close(): Promise<void>
}

interface Waiting {
  readonly resolve: (answer: FromCameraThread) => void
  readonly reject: (error: Failed) => void
}

export function startCameraLink(seed: number, view: View, onDeath: (why: Failed) => void): CameraLink {
  const control = new SharedArrayBuffer(4)
  const flag = new Int32Array(control)
  const workerData: CameraThreadStart = { seed, view, control }
  const worker = new Worker(builtFile('camera-thread.cjs'), { workerData })
  // An idle camera keeps no program alive; a question that waits for its answer does.
  worker.unref()
  const queue: Waiting[] = []
  let dead: Failed | null = null
  let closing = false

  function die(text: string): void {
    if (dead !== null) return
    dead = new Failed('device.lost', `The simulated camera stopped working: ${text}.`, { next: 'Try again.' })
    for (const waiting of queue.splice(0)) waiting.reject(dead)
    if (!closing) onDeath(dead)
  }

  worker.on('message', (answer: FromCameraThread) => {
    const waiting = queue.shift()
    if (queue.length === 0) worker.unref()
    waiting?.resolve(answer)
  })
  worker.on('error', (error) => die(toFailure(error).message))
  worker.on('exit', (code) => die(closing ? 'it was closed' : `its thread ended with code ${code}`))

  return {
    ask(message) {
      return new Promise((resolve, reject) => {
        if (dead !== null) throw dead
        queue.push({ resolve, reject })
        worker.ref()
        worker.postMessage(message)
      })
    },
    tell(message) {
      if (dead === null) worker.postMessage(message)
    },
    cutShort() {
      Atomics.store(flag, 0, 1)
      Atomics.notify(flag, 0)
    },
    clearCut: () => void Atomics.store(flag, 0, 0),
    async close() {
      closing = true
      await endThread(worker)
      die('it was closed')
    }
  }
}
