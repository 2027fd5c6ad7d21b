/** Parses a long OME block in a thread of its own, which is ended with it or when nobody wants it any more. */
import { Worker } from 'node:worker_threads'
import { Failed, fromFailure, type Failure } from '../../../src-preload/contract/failure'
import { builtFile } from '../../built-file'
import type { TextRange } from './description'
import type { OmeModel } from './ome-model'
import { modelAssembly, type ModelPart } from './ome-parts'
import { XmlRefused } from './ome-xml'

export interface OmeTask {
  readonly path: string
  readonly range: TextRange
  /** Without most Planes where the block has them, or all of it. */
  readonly part: 'head' | 'whole'
}

export type ThreadReply =
  | ModelPart
  | { readonly kind: 'end' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'failed'; readonly failure: Failure }

export function parseInThread(task: OmeTask, signal?: AbortSignal): Promise<OmeModel> {
  signal?.throwIfAborted()
  const worker = new Worker(builtFile('ome-thread.cjs'), { workerData: task })
  const assembly = modelAssembly()
  return new Promise<OmeModel>((done, fail) => {
    const stop = (): void => fail(signal?.reason as Error)
    signal?.addEventListener('abort', stop)
    worker.on('message', (reply: ThreadReply) => {
      switch (reply.kind) {
        case 'end':
          return done(assembly.model())
        case 'refused':
          return fail(new XmlRefused(reply.why))
        case 'failed':
          return fail(fromFailure(reply.failure))
        default:
          assembly.take(reply)
          worker.postMessage('next')
      }
    })
    const died = (why: string): void =>
      fail(new Failed('dataset.unreadable', `The metadata of ${task.path} could not be parsed: ${why}.`))
    worker.on('error', (error) => died(error.message))
    worker.on('exit', () => died('its thread ended'))
    worker.postMessage('first')
  }).finally(() => worker.terminate())
}
