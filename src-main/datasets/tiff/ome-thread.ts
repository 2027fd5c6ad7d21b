/** The thread in which long OME blocks are parsed. It hands the model over part by part, each when it is asked for: the main thread is never busy for long. */
import { parentPort, workerData } from 'node:worker_threads'
import { toFailure } from '../../../src-preload/contract/failure'
import { openBytes } from '../byte-source'
import { parseHead, parseWhole } from './ome-reader'
import { partsOf } from './ome-parts'
import type { OmeTask, ThreadReply } from './ome-parsing'
import { XmlRefused } from './ome-xml'

const { path, range, part } = workerData as OmeTask

async function begin(): Promise<Generator<ThreadReply>> {
  const source = openBytes(path)
  try {
    const model = await (part === 'head' ? parseHead(source, range) : parseWhole(source, range))
    return partsOf(model)
  } finally {
    source.close()
  }
}

function refusal(error: unknown): ThreadReply {
  if (error instanceof XmlRefused) return { kind: 'refused', why: error.message }
  return { kind: 'failed', failure: toFailure(error) }
}

const begun = begin()
parentPort?.on('message', () => {
  begun
    .then((parts): ThreadReply => {
      const next = parts.next()
      return next.done === true ? { kind: 'end' } : next.value
    })
    .catch(refusal)
    .then((reply) => parentPort?.postMessage(reply))
    .catch((error: unknown) => {
      throw error // ends the thread, which its owner hears of
    })
})
