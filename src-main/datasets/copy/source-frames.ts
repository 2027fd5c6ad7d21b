/** Reads the frames of a copy's source: rows in pages, one sample of a pixel, and what a record becomes in the copy. */
import { createHash, type Hash } from 'node:crypto'
import { Failed } from '../../../src-preload/contract/failure'
import type { FrameRecord } from '../../../src-preload/contract/record'
import type { Dataset, FrameRow, Plane } from '../dataset'
import { planeBytes } from '../plane'
import type { CopyPlan } from './copy-plan'
import { copyRecord } from './copy-record'

export const recordOf = (row: FrameRow, plan: CopyPlan): FrameRecord =>
  copyRecord(row.record, plan.extra(row))

export const DIGEST_BYTES = 16

/** Of these pixels alone; they also go into the digest of all. */
export function digestOf(bytes: Uint8Array, all: Hash): Buffer {
  all.update(bytes)
  return createHash('sha256').update(bytes).digest().subarray(0, DIGEST_BYTES)
}

/** One row at a time, read in pages. */
export function rowReader(dataset: Dataset): (frame: number, signal?: AbortSignal) => Promise<FrameRow> {
  const size = 500
  let from = -1
  let page: readonly FrameRow[] = []
  return async (frame, signal) => {
    if (frame < from || frame >= from + page.length || from < 0) {
      from = frame - (frame % size)
      page = await dataset.rows(from, size, signal)
    }
    const row = page[frame - from]
    if (row === undefined) throw new Failed('internal', `Frame ${frame} is not in the table.`)
    return row
  }
}

/** The bytes of one sample of each pixel. */
export function sampleBytes(plane: Plane, sample: number): Uint8Array {
  const bytes = planeBytes(plane)
  if (plane.samples === 1) return bytes
  const pixels = plane.width * plane.height
  const size = bytes.length / (pixels * plane.samples)
  const out = new Uint8Array(pixels * size)
  for (let i = 0; i < pixels; i++)
    for (let b = 0; b < size; b++)
      out[i * size + b] = bytes[(i * plane.samples + sample) * size + b] as number
  return out
}
