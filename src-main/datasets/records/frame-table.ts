/** All frames of a dataset in the order in which they came, from the frames of its images. */
import type { FrameRecord } from '../../../src-preload/contract/record'
import type { FrameRow } from '../dataset'

/** The frames of one image in its own order of acquisition. */
export interface ImageFrames {
  readonly count: number
  storageIndex(frame: number): readonly number[]
  /** `number` is the frame's number over all images. */
  record(frame: number, number: number): FrameRecord
  /** A number that grows with time over all images, null where nothing tells. */
  order(frame: number): number | null
}

/** Frames whose number is known at once and whose records are read when wanted. */
export interface LazyFrames {
  readonly count: number
  load(signal?: AbortSignal): Promise<ImageFrames>
}

export const readyFrames = (frames: ImageFrames): LazyFrames => ({
  count: frames.count,
  load: () => Promise.resolve(frames)
})

/** The table of a dataset, made once; `frames` is what was known before it was made. */
export interface LazyTable {
  readonly frames: number
  readonly perImage: readonly number[]
  get(signal?: AbortSignal): Promise<FrameTable>
}

export function lazyTable(images: readonly LazyFrames[]): LazyTable {
  let made: Promise<FrameTable> | null = null
  const make = async (signal?: AbortSignal): Promise<FrameTable> => {
    const frames: ImageFrames[] = []
    for (const image of images) frames.push(await image.load(signal))
    return frameTable(frames)
  }
  return {
    frames: images.reduce((sum, { count }) => sum + count, 0),
    perImage: images.map(({ count }) => count),
    get(signal) {
      // one that was cancelled or failed is made again when asked again
      made ??= make(signal).catch((error: unknown) => {
        made = null
        throw error
      })
      return made
    }
  }
}

export interface FrameTable {
  readonly frames: number
  row(frame: number): FrameRow
  /** Frames of each image. */
  readonly perImage: readonly number[]
}

/** More frames than this are not sorted by time: image goes by image. */
const MOST_SORTED = 20_000_000

export function frameTable(images: readonly ImageFrames[]): FrameTable {
  const perImage = images.map(({ count }) => count)
  const starts: number[] = []
  let frames = 0
  for (const count of perImage) {
    starts.push(frames)
    frames += count
  }
  const sorted = images.length > 1 && frames <= MOST_SORTED ? byTime(images, starts, frames) : null
  return {
    frames,
    perImage,
    row(frame) {
      const place = sorted === null ? frame : (sorted[frame] as number)
      const image = imageAt(starts, place)
      const i = place - (starts[image] as number)
      const from = images[image] as ImageFrames
      return { frame, image, storageIndex: from.storageIndex(i), record: from.record(i, frame) }
    }
  }
}

/** The last image that starts at or before a place; images without frames share their start with the next. */
function imageAt(starts: readonly number[], place: number): number {
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] as number) <= place) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** The places in order of time; null where some frame has no time: then image goes by image. */
function byTime(
  images: readonly ImageFrames[],
  starts: readonly number[],
  frames: number
): Uint32Array | null {
  const times = new Float64Array(frames)
  for (const [number, image] of images.entries()) {
    const start = starts[number] as number
    for (let i = 0; i < image.count; i++) {
      const time = image.order(i)
      if (time === null) return null
      times[start + i] = time
    }
  }
  return Uint32Array.from(times.keys()).sort((a, b) => (times[a] as number) - (times[b] as number) || a - b)
}

export function rowsOf(table: FrameTable, from: number, count: number): FrameRow[] {
  const rows: FrameRow[] = []
  for (let frame = Math.max(0, from); frame < Math.min(table.frames, from + count); frame++)
    rows.push(table.row(frame))
  return rows
}
