/** Copies frames of a dataset into a new one through our own writers, and proves that the copy is equal. A copy that was cancelled or failed leaves nothing. */
import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { Failed } from '../../../src-preload/contract/failure'
import type { CopyProgress, CopyReport, CopyRequest } from '../../../src-preload/contract/copy'
import type { RunEvent } from '../../../src-preload/contract/record'
import { journalPath } from '../../formats/plan-paths'
import { createStream, type AppendStream } from '../../formats/stream'
import type { Dataset, FrameRow, Plane } from '../dataset'
import { chooseFrames, refuseLarge } from './choice'
import { acquisitionDate, copiedGlobals, SOURCE_NAMESPACE, sourceDocuments } from './copy-globals'
import { copyPlan, counted, type CopyPlan } from './copy-plan'
import { ownSettings } from './own-settings'
import { prove, type Copied, type ProofOptions } from './proof'
import { DIGEST_BYTES, digestOf, recordOf, rowReader, sampleBytes } from './source-frames'

export interface CopyOptions extends ProofOptions {
  /** For tests: the writer thread's code. */
  readonly threadFile?: string | undefined
}

/** Without records a place that stays empty would look like a black frame. */
class NeedsMarks extends Error {}

/** `path` may have the format's suffix or none. */
export async function copyDataset(
  dataset: Dataset,
  path: string,
  request: CopyRequest,
  options: CopyOptions = {}
): Promise<CopyReport> {
  try {
    return await copyOnce(dataset, path, request, options, false)
  } catch (error) {
    if (!(error instanceof NeedsMarks)) throw error
    return copyOnce(dataset, path, request, options, true)
  }
}

async function copyOnce(
  dataset: Dataset,
  path: string,
  request: CopyRequest,
  options: CopyOptions,
  marked: boolean
): Promise<CopyReport> {
  const { signal, threadFile, onProgress = () => undefined } = options
  const own = ownSettings(dataset)
  const choice = await chooseFrames(dataset, request, signal)
  refuseLarge(dataset, choice)
  const plan = copyPlan(dataset, choice, own, marked)
  const notes = [...plan.notes]
  const startedAt = own === null ? await acquisitionDate(dataset) : plan.startedAt
  const stream = await createStream(
    {
      ...plan.settings,
      rootPath: path,
      format: request.format,
      compression: request.compression,
      ...(request.levels > 0 ? { pyramidLevels: request.levels } : {}),
      ...(typeof request.tileSize === 'number' ? { tileSize: request.tileSize } : {})
    },
    {
      startedAt,
      warn: (sentence) => notes.push(sentence),
      ...(threadFile === undefined ? {} : { threadFile })
    }
  )
  try {
    const globals = copiedGlobals(dataset)
    const documents = own === null ? await sourceDocuments(dataset, notes) : null
    if (documents !== null) globals.set(SOURCE_NAMESPACE, documents)
    const keys = await dataset.keys()
    stream.describeKeys(keys.filter(({ key }) => key !== ''))
    for (const [namespace, value] of globals)
      stream.setGlobalMetadata(namespace === '' ? ' ' : namespace, value)
    const copied = await copyFrames(dataset, plan, stream, { signal, onProgress, notes })
    const events = eventsOf(await dataset.events(), copied.frames)
    await Promise.all(events.map((event) => stream.addEvent(event)))
    await stream.close()
    const found = await prove(dataset, plan, { ...copied, keys, events, globals }, stream.paths, options)
    return {
      path: stream.paths[0] ?? path,
      format: request.format,
      frames: copied.frames.length,
      ...found,
      notes
    }
  } catch (error) {
    await discard(stream)
    throw signal?.aborted === true
      ? new Failed('cancelled', 'The copy was cancelled; nothing is left of it.')
      : error
  }
}

interface CopyingOptions {
  readonly signal: AbortSignal | undefined
  readonly onProgress: (progress: CopyProgress) => void
  readonly notes: string[]
}

interface Held {
  readonly frame: number
  readonly row: FrameRow
  readonly plane: Plane | null
}

const TOLD = 5

async function copyFrames(
  dataset: Dataset,
  plan: CopyPlan,
  stream: AppendStream,
  { signal, onProgress, notes }: CopyingOptions
): Promise<Pick<Copied, 'frames' | 'samples' | 'digests' | 'sha256'>> {
  const rows = rowReader(dataset)
  const all = createHash('sha256')
  const frames: number[] = []
  const samples: number[] = []
  const digests = Buffer.alloc(plan.frames * DIGEST_BYTES)
  const lost: string[] = []
  let held: Held | null = null
  let gap = 0
  let done = 0
  for (const { frame, sample } of plan.steps()) {
    signal?.throwIfAborted()
    if (frame === null) {
      gap++
      continue
    }
    if (held === null || held.frame !== frame) {
      const row = await rows(frame, signal)
      const plane = await dataset.plane(row.image, row.storageIndex, signal)
      if ('missing' in plane) lost.push(plane.reason)
      if ('missing' in plane && Object.keys(recordOf(row, plan)).length === 0) throw new NeedsMarks()
      held = { frame, row, plane: 'missing' in plane ? null : plane }
    }
    onProgress({ phase: 'copying', done: done++, total: plan.frames })
    if (held.plane === null) {
      gap++
      continue
    }
    if (gap > 0) stream.skip(gap)
    gap = 0
    const bytes = sampleBytes(held.plane, sample)
    digestOf(bytes, all).copy(digests, frames.length * DIGEST_BYTES)
    const metadata = recordOf(held.row, plan)
    await stream.append(bytes, { metadata, ...(signal === undefined ? {} : { signal }) })
    frames.push(frame)
    samples.push(sample)
  }
  if (frames.length === 0)
    throw new Failed('dataset.unreadable', `None of the frames can be read: ${lost[0] ?? 'there are none'}`)
  if (lost.length > 0) notes.push(lostNote(lost))
  return { frames, samples, digests, sha256: all.digest('hex') }
}

const lostNote = (lost: readonly string[]): string =>
  `${counted(lost.length)} no pixels and ${lost.length === 1 ? 'is' : 'are'} left out: ${lost.slice(0, TOLD).join(' ')}${lost.length > TOLD ? ' …' : ''}`

/** Events that belong to a frame go with it, under its new number; all others are about the recording and stay. */
function eventsOf(events: readonly RunEvent[], frames: readonly number[]): RunEvent[] {
  const numbers = new Map<number, number>()
  frames.forEach((frame, number) => {
    if (!numbers.has(frame)) numbers.set(frame, number)
  })
  return events.flatMap((event) => {
    if (event.frame === undefined) return [event]
    const frame = numbers.get(event.frame)
    return frame === undefined ? [] : [{ ...event, frame }]
  })
}

/** Takes back what this copy made; its paths were made by it alone. */
async function discard(stream: AppendStream): Promise<void> {
  await stream.close().catch(() => undefined) // what stopped the copy is told, not what came of it
  const { plan } = stream
  for (const path of [plan.tiffPath, plan.zarrPath, journalPath(plan)])
    if (path !== null) await rm(path, { recursive: true, force: true })
}
