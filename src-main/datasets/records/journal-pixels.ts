/**
 * Pixels of an OME-Zarr that is not finished: its arrays show only whole files, but the journal knows where each frame lies. Every frame is held
 * against the mark that the journal has of it, so that a torn one is never shown.
 */
import { READ_ONLY, realDisk, type Disk } from '../../formats/disk'
import type { LocatedFrame, StreamPlan } from '../../formats/file-sink'
import { fingerprint } from '../../formats/fingerprint'
import type { FrameLine } from '../../formats/journal-reader'
import { resumeZarrSink } from '../../formats/ome-zarr/zarr-resume'
import { Failed } from '../../../src-preload/contract/failure'

export interface JournalPixels {
  /** The raw pixels; `torn` where they are not what was recorded, null where the journal has no such frame. */
  read(image: number, storageIndex: readonly number[]): Uint8Array | 'torn' | null
  close(): void
}

const refuse = (): never => {
  throw new Failed('dataset.unsupported', 'This recording can be shown only after it was recovered.')
}

/** Another program may be writing these files. */
const lookOnly: Disk = {
  ...realDisk,
  open: (path, flags) => (flags === READ_ONLY ? realDisk.open(path, flags) : refuse()),
  write: refuse,
  truncate: refuse,
  unlink: refuse,
  makeFolder: refuse,
  rename: refuse
}

/** Where frames of an OME-Zarr lie, by image and place; grows with the journal. */
export interface LocatedFrames {
  /** Notes where a frame lies; in the order of the journal. */
  add(line: FrameLine): void
  find(image: number, storageIndex: readonly number[]): Located | undefined
}

interface Located {
  readonly frame: LocatedFrame
  readonly mark: number
}

export function locatedFrames(plan: StreamPlan): LocatedFrames {
  const sink = plan.tiffPath === null ? 0 : 1
  const frames = new Map<string, Located>()
  const keyOf = (image: number, index: readonly number[]): string => `${image}:${index.join(',')}`
  return {
    add(line) {
      const location = plan.zarrPath === null ? undefined : line.locations[sink]
      const { frame, image, index, mark } = line
      const stored = plan.storageOrder.map((axis) => index[axis] ?? 0)
      if (location !== undefined)
        frames.set(keyOf(image, stored), { frame: { frame, image, index, location }, mark })
    },
    find: (image, storageIndex) => frames.get(keyOf(image, storageIndex))
  }
}

/** Null where there is no OME-Zarr, or its form can't be read without changing it. */
export function journalPixels(plan: StreamPlan, located: LocatedFrames): JournalPixels | null {
  if (plan.zarrPath === null) return null
  const zarr = openSink(plan)
  if (zarr === null) return null
  return {
    read(image, storageIndex) {
      const found = located.find(image, storageIndex)
      if (found === undefined) return null
      const pixels = zarr.pixels(found.frame)
      return pixels !== null && fingerprint(pixels) === found.mark ? pixels : 'torn'
    },
    close: () => zarr.abandon()
  }
}

function openSink(plan: StreamPlan): ReturnType<typeof resumeZarrSink> | null {
  try {
    return resumeZarrSink(plan, { disk: lookOnly, memory: { buffer: new ArrayBuffer(0) } })
  } catch (error) {
    if (error instanceof Failed) return null
    throw error
  }
}
