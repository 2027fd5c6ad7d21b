/** Main's end of a GenICam camera's thread: one question at a time, in order. */
import { Worker } from 'node:worker_threads'
import { Failed, fromFailure, toFailure } from '../../../src-preload/contract/failure'
import { builtFile } from '../../built-file'
import { endThread } from '../end-thread'
import { keepAravisLoaded } from './library'
import type {
  FoundCamera,
  FromGenicamThread,
  GenicamFacts,
  GenicamThreadStart,
  PaceNews,
  ToGenicamThread
} from './messages'

type Answer = Exclude<FromGenicamThread, PaceNews | { kind: 'started' | 'failed' }>

interface Waiting {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Failed) => void
  readonly onStart: ((at: bigint) => void) | undefined
}

export interface GenicamLink {
  ask(message: ToGenicamThread, onStart?: (at: bigint) => void): Promise<Answer>
  askFacts(message: ToGenicamThread): Promise<GenicamFacts>
  /** For what has no answer. */
  tell(message: Extract<ToGenicamThread, { kind: 'place' }>): void
  /** Who hears of frames while the camera goes at its own pace. */
  onPace: ((news: PaceNews) => void) | null
  cutShort(): void
  clearCut(): void
  end(): Promise<void>
}

export function startGenicamLink(onDeath: (why: Failed) => void = () => undefined): GenicamLink {
  keepAravisLoaded()
  const control = new SharedArrayBuffer(4)
  const flag = new Int32Array(control)
  const workerData: GenicamThreadStart = { control }
  const worker = new Worker(builtFile('genicam-thread.cjs'), { workerData })
  worker.unref()
  const queue: Waiting[] = []
  let dead: Failed | null = null
  let ending = false

  function die(text: string): void {
    if (dead !== null) return
    dead = new Failed('device.lost', `The thread of the GenICam camera ended: ${text}.`, {
      next: 'Connect it again.'
    })
    for (const waiting of queue.splice(0)) waiting.reject(dead)
    link.onPace?.({ kind: 'pace ended', failure: toFailure(dead) })
    if (!ending) onDeath(dead)
  }
  worker.on('message', (message: FromGenicamThread) => {
    if (message.kind === 'started') return queue[0]?.onStart?.(message.at)
    if (message.kind === 'frame' || message.kind === 'missed' || message.kind === 'pace ended')
      return link.onPace?.(message)
    const waiting = queue.shift()
    if (queue.length === 0) worker.unref()
    if (message.kind === 'failed') waiting?.reject(fromFailure(message.failure))
    else waiting?.resolve(message)
  })
  worker.on('error', (error) => die(toFailure(error).message))
  worker.on('exit', (code) => die(ending ? 'it was closed' : `code ${code}`))

  const ask: GenicamLink['ask'] = (message, onStart) =>
    new Promise((resolve, reject) => {
      if (dead !== null) throw dead
      queue.push({ resolve, reject, onStart })
      worker.ref()
      worker.postMessage(message)
    })
  const link: GenicamLink = {
    ask,
    async askFacts(message) {
      const answer = await ask(message)
      if (answer.kind !== 'facts')
        throw new Failed('internal', `The camera's thread answered “${answer.kind}”.`)
      return answer.facts
    },
    tell: (message) => worker.postMessage(message),
    onPace: null,
    cutShort: () => void Atomics.store(flag, 0, 1),
    clearCut: () => void Atomics.store(flag, 0, 0),
    async end() {
      ending = true
      await endThread(worker)
      die('it was closed')
    }
  }
  return link
}

/** GenICam cameras that answer now; takes about a second. */
export async function findGenicamCameras(): Promise<readonly FoundCamera[]> {
  const link = startGenicamLink()
  try {
    const answer = await link.ask({ kind: 'list' })
    return answer.kind === 'cameras' ? answer.cameras : []
  } finally {
    await link.end()
  }
}
