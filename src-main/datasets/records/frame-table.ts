/** All frames of a dataset in the order in which they came, from the frames of its images. */
import type { FrameRecord, KeyInfo } from '../../../src-preload/contract/record'
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
function byTime(images: readonly ImageFrames[], starts: readonly number[], frames: number): Uint32Array | null {
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

/** What the records themselves tell of a key, where the file has no word on it. */
export function keysSeen(rows: Iterable<FrameRecord>, known: ReadonlyMap<string, KeyInfo>): KeyInfo[] {
  const found = new Map<string, KeyInfo>()
  for (const record of rows) {
    for (const [key, value] of Object.entries(record)) {
      const before = found.get(key)
      if (before === undefined || before.type === 'null') found.set(key, { key, ...typeAndUnit(key, value), ...known.get(key) })
    }
  }
  return [...found.values()]
}

const UNITS: Readonly<Record<string, string>> = {
  delta_t: 's',
  exposure_time: 's',
  position_x: 'µm',
  position_y: 'µm',
  position_z: 'µm'
}

function typeAndUnit(key: string, value: unknown): Omit<KeyInfo, 'key'> {
  const unit = UNITS[key]
  const type =
    value === null
      ? 'null'
      : typeof value === 'number' || typeof value === 'bigint'
        ? 'number'
        : typeof value === 'string'
          ? 'text'
          : typeof value === 'boolean'
            ? 'boolean'
            : 'json'
  return { type, ...(unit === undefined ? {} : { unit }) }
}
