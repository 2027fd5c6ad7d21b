/** Watches a dataset that is being recorded, by this or another program, and opens it again whenever there is something new. */
import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { errorCode } from '../formats/disk'
import { journalFile } from '../formats/journal'
import type { Dataset } from './dataset'
import { openDataset } from './open-dataset'
import { journalReading } from './records/journal-recording'
import { journalOf } from './recording-state'

export interface FollowOptions {
  readonly everyMs?: number
}

export interface Follower {
  /** The dataset as it is now; whoever gets it closes it. */
  readonly dataset: (dataset: Dataset) => void | Promise<void>
  /** It can't be opened at the moment, e.g. since it was removed. Told once; it is tried again until it can. */
  readonly failed: (error: unknown) => void
}

const EVERY_MS = 500
/** A long dataset is not opened again before so many times the last opening took: a third of one core, and 100 000 frames are seen within 2 s. */
const REST = 2

/** Returns the undo. Looks at sizes and times, since changes on network drives send no events. */
export function followDataset(
  path: string,
  follower: Follower,
  { everyMs = EVERY_MS }: FollowOptions = {}
): () => void {
  const journal = journalReading()
  let seen = ''
  let stopped = false
  let failing = false
  let timer: NodeJS.Timeout | null = null

  async function look(): Promise<void> {
    const now = stampOf(path)
    const started = performance.now()
    if (now !== seen) {
      seen = now
      await openAgain()
    }
    if (!stopped)
      timer = setTimeout(() => void look(), Math.max(everyMs, REST * (performance.now() - started)))
  }

  async function openAgain(): Promise<void> {
    try {
      const dataset = await openDataset(path, { journal })
      if (stopped) return await dataset.close()
      // Waited for: one that takes its time would be overtaken by the next, and the last news lost.
      await follower.dataset(dataset)
      failing = false
    } catch (error) {
      seen = ''
      if (!stopped && !failing) follower.failed(error)
      failing = true
    }
  }

  void look()
  return () => {
    stopped = true
    if (timer !== null) clearTimeout(timer)
  }
}

/** Changes when the dataset or its journal has grown, and when the journal goes. */
function stampOf(path: string): string {
  const journal = journalOf(resolve(path))
  const files = [path, join(path, 'zarr.json'), ...(journal === null ? [] : [journalFile(journal)])]
  return files.map(stampOfFile).join(' ')
}

function stampOfFile(path: string): string {
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    return found === undefined ? '-' : `${found.ino}:${found.size}:${found.mtimeMs}`
  } catch (error) {
    return errorCode(error) ?? '?' // below a plain file, or not allowed: opening tells
  }
}
