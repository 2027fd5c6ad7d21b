/** Opens a copy again and holds it against its source: every plane byte for byte, every value with its type, and what is about the whole dataset. */
import { createHash } from 'node:crypto'
import { Failed } from '../../../src-preload/contract/failure'
import type { CopyProgress, CopyReport } from '../../../src-preload/contract/copy'
import { isJsonObject, type Json, type KeyInfo, type RunEvent } from '../../../src-preload/contract/record'
import type { Dataset } from '../dataset'
import { openDataset } from '../open-dataset'
import { planeBytes } from '../plane'
import { eachRow } from '../each-row'
import { copiedGlobals } from './copy-globals'
import type { CopyPlan } from './copy-plan'
import { differentKey, sameValue } from './copy-record'
import { DIGEST_BYTES, digestOf, recordOf, rowReader } from './source-frames'

export interface ProofOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: (progress: CopyProgress) => void
}

export interface Copied {
  /** Frame of the source that each frame of the copy is, and which sample of its pixels. */
  readonly frames: readonly number[]
  readonly samples: readonly number[]
  /** 16 bytes a frame. */
  readonly digests: Buffer
  readonly sha256: string
  readonly keys: readonly KeyInfo[]
  readonly events: readonly RunEvent[]
  readonly globals: ReadonlyMap<string, Json>
}

export async function prove(
  source: Dataset,
  plan: CopyPlan,
  copied: Copied,
  paths: readonly string[],
  { signal, onProgress = () => undefined }: ProofOptions
): Promise<Pick<CopyReport, 'samePlanes' | 'sameValues' | 'sha256'>> {
  const copy = await openDataset(paths[0] ?? '', { signal })
  const differ = (what: string): Failed =>
    new Failed('frame.mismatch', `The copy ${copy.path} is not equal to its source: ${what}.`, {
      next: 'Nothing of the copy was kept; the source is untouched.'
    })
  try {
    if (copy.frames !== copied.frames.length)
      throw differ(`it has ${copy.frames} frames, ${copied.frames.length} were written`)
    const all = createHash('sha256')
    const sourceRow = rowReader(source)
    let sameValues = 0
    for await (const row of eachRow(copy, signal)) {
      onProgress({ phase: 'comparing', done: row.frame, total: copied.frames.length })
      const plane = await copy.plane(row.image, row.storageIndex, signal)
      if ('missing' in plane) throw differ(plane.reason)
      const digest = digestOf(planeBytes(plane), all)
      const at = row.frame * DIGEST_BYTES
      if (!digest.equals(copied.digests.subarray(at, at + DIGEST_BYTES)))
        throw differ(`the pixels of frame ${row.frame} are others`)
      const wanted = recordOf(await sourceRow(copied.frames[row.frame] as number, signal), plan)
      const key = differentKey(wanted, row.record)
      if (key !== null) throw differ(`frame ${row.frame} has another value of ${key}`)
      sameValues += Object.keys(wanted).length
    }
    const wrong = await differentAbout(copy, copied)
    if (wrong !== null) throw differ(wrong)
    return { samePlanes: copied.frames.length, sameValues, sha256: all.digest('hex') }
  } finally {
    await copy.close()
  }
}

/** What is about the dataset as a whole: keys with their units, events, global metadata. */
async function differentAbout(copy: Dataset, copied: Copied): Promise<string | null> {
  const found = new Map((await copy.keys()).map((info) => [info.key, info]))
  for (const { key, unit, source } of copied.keys.filter(({ key }) => key !== '')) {
    const other = found.get(key)
    if (other === undefined || (unit ?? other.unit) !== other.unit || source !== other.source)
      return `the key ${key} is described otherwise`
  }
  if (!sameValue((await copy.events()) as unknown as Json, copied.events as unknown as Json))
    return 'its events are others'
  const globals = copiedGlobals(copy)
  for (const [namespace, value] of copied.globals)
    if (!sameValue(asMap(globals.get(namespace === '' ? ' ' : namespace)), asMap(value)))
      return `the metadata ${namespace} is different`
  return null
}

/** A value that is no object is stored in OME-XML under the key "value". */
function asMap(value: Json | undefined): Json | undefined {
  return value === undefined || isJsonObject(value) ? value : { value }
}
