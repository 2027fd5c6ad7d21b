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

export function frameTable(images: readonly ImageFrames[]): FrameTable {
  const perImage = images.map(({ count }) => count)
  const frames = perImage.reduce((sum, count) => sum + count, 0)
  const imageOf = new Uint32Array(frames)
  const within = new Uint32Array(frames)
  let at = 0
  images.forEach((image, number) => {
    for (let i = 0; i < image.count; i++) {
      imageOf[at] = number
      within[at++] = i
    }
  })
  const sorted = images.length > 1 ? byTime(images, imageOf, within) : null
  return {
    frames,
    perImage,
    row(frame) {
      const place = sorted === null ? frame : (sorted[frame] as number)
      const image = imageOf[place] as number
      const i = within[place] as number
      const from = images[image] as ImageFrames
      return { frame, image, storageIndex: from.storageIndex(i), record: from.record(i, frame) }
    }
  }
}

/** The places in order of time; null where some frame has no time: then image goes by image. */
function byTime(images: readonly ImageFrames[], imageOf: Uint32Array, within: Uint32Array): Uint32Array | null {
  const times = new Float64Array(imageOf.length)
  for (let i = 0; i < times.length; i++) {
    const time = (images[imageOf[i] as number] as ImageFrames).order(within[i] as number)
    if (time === null) return null
    times[i] = time
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
