/** Measures one shape in every frame of an image: the work itself, and its thread, which is ended with it. */
import { Worker } from 'node:worker_threads'
import type { ImageInfo } from '../../../src-preload/contract/dataset'
import { Failed, fromFailure, type Failure } from '../../../src-preload/contract/failure'
import type {
  MeasuredFrames,
  MeasuredSeries,
  MeasuredShape,
  MeasureProgress
} from '../../../src-preload/contract/measure'
import { builtFile } from '../../built-file'
import type { Dataset } from '../dataset'
import { eachRow } from '../each-row'
import { COLOURS, planeAxesOf } from './measure'
import { measurePlane, shapeIn, type MeasuredPlane } from './measure-plane'

export interface MeasureTask {
  readonly path: string
  readonly image: number
  readonly shape: MeasuredShape
}

export type MeasureReply =
  | { readonly kind: 'progress'; readonly progress: MeasureProgress }
  | { readonly kind: 'done'; readonly measured: MeasuredFrames }
  | { readonly kind: 'failed'; readonly failure: Failure }

export async function measureFrames(
  dataset: Dataset,
  image: number,
  wanted: MeasuredShape,
  onProgress: (progress: MeasureProgress) => void
): Promise<MeasuredFrames> {
  const shape = shapeIn(dataset, image, wanted)
  const axes = planeAxesOf(dataset.images[image] as ImageInfo).length
  const frames: number[] = []
  const found: (MeasuredPlane | null)[] = []
  let missing = 0
  for await (const row of eachRow(dataset)) {
    onProgress({ done: row.frame, total: dataset.frames })
    if (row.image !== image) continue
    // a frame that was not stored has no place
    const plane =
      row.storageIndex.length === axes ? await measurePlane(dataset, image, row.storageIndex, shape) : null
    const there = plane !== null && !('missing' in plane) && (plane.statistics[0]?.n ?? 0) > 0
    if (!there) missing++
    frames.push(row.frame)
    found.push(there ? { ...plane, values: null } : null)
  }
  const count = Math.max(1, ...found.map((plane) => plane?.statistics.length ?? 0))
  const samples = Array.from({ length: count }, (_, sample) => seriesOf(found, sample, count))
  return { frames: Int32Array.from(frames), samples, missing }
}

function seriesOf(found: readonly (MeasuredPlane | null)[], sample: number, count: number): MeasuredSeries {
  const column = (key: 'n' | 'mean' | 'std' | 'min' | 'max'): Float64Array =>
    Float64Array.from(found, (plane) => plane?.statistics[sample]?.[key] ?? NaN)
  return {
    name: count === 1 ? '' : (COLOURS[sample]?.name ?? ''),
    n: column('n'),
    mean: column('mean'),
    std: column('std'),
    min: column('min'),
    max: column('max')
  }
}

/** In a thread of its own, through an opening of its own: nothing else waits for it, and an abort ends it at once. */
export function measureInThread(
  task: MeasureTask,
  onProgress: (progress: MeasureProgress) => void,
  signal: AbortSignal
): Promise<MeasuredFrames> {
  signal.throwIfAborted()
  const worker = new Worker(builtFile('measure-thread.cjs'), { workerData: task })
  return new Promise<MeasuredFrames>((done, fail) => {
    signal.addEventListener('abort', () => fail(signal.reason as Error))
    worker.on('message', (reply: MeasureReply) => {
      switch (reply.kind) {
        case 'progress':
          return onProgress(reply.progress)
        case 'done':
          return done(reply.measured)
        case 'failed':
          return fail(fromFailure(reply.failure))
      }
    })
    const died = (why: string): void =>
      fail(new Failed('dataset.unreadable', `The frames of ${task.path} could not be measured: ${why}.`))
    worker.on('error', (error) => died(error.message))
    worker.on('exit', () => died('the thread ended'))
  }).finally(() => worker.terminate())
}
