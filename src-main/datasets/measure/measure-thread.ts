/** The thread in which a shape is measured in every frame. It tells how far it is at most ten times a second. */
import { parentPort, workerData } from 'node:worker_threads'
import { toFailure } from '../../../src-preload/contract/failure'
import { openDataset } from '../open-dataset'
import { measureFrames, type MeasureReply, type MeasureTask } from './measure-frames'

const TELL_EVERY_MS = 100

const { path, image, shape } = workerData as MeasureTask
const answer = (reply: MeasureReply): void => parentPort?.postMessage(reply)

async function work(): Promise<void> {
  const dataset = await openDataset(path)
  let told = -Infinity
  try {
    const measured = await measureFrames(dataset, image, shape, (progress) => {
      if (performance.now() - told < TELL_EVERY_MS) return
      told = performance.now()
      answer({ kind: 'progress', progress })
    })
    answer({ kind: 'done', measured })
  } finally {
    await dataset.close()
  }
}

work().catch((error: unknown) => answer({ kind: 'failed', failure: toFailure(error) }))
