/** Which frames of a dataset a copy takes, and whether they fill a grid of its axes. */
import { Failed } from '../../../src-preload/contract/failure'
import type { AxisInfo } from '../../../src-preload/contract/dataset'
import type { CopyRequest } from '../../../src-preload/contract/copy'
import type { Dataset } from '../dataset'
import { eachRow } from '../each-row'
import { planeLength } from '../plane-pieces'
import { ravel } from '../tiff/tiff-image'

export const PICTURE_AXES = ['y', 'x', 's']
/** A lookup of places takes four bytes each. */
const MOST_PLACES = 2 ** 28

/** The axes of an image but y, x and s, in the order of an index. */
export const outerAxes = ({ images }: Pick<Dataset, 'images'>, image: number): AxisInfo[] =>
  (images[image]?.axes ?? []).filter(({ name }) => !PICTURE_AXES.includes(name))

export const outerSizes = (dataset: Pick<Dataset, 'images'>, image: number): number[] =>
  outerAxes(dataset, image).map(({ size }) => size)

export interface Choice {
  /** Acquisition numbers in their order. */
  readonly frames: readonly number[]
  readonly images: readonly number[]
  /** The frame at a place of an image; null where none was chosen or there is none. */
  frameAt(image: number, index: readonly number[]): number | null
  /** Values that occur along each outer axis. */
  readonly used: readonly (readonly number[])[]
  /** All frames were asked for. */
  readonly whole: boolean
  /** Frames whose place is outside, or taken by another. */
  readonly misplaced: number
}

/** True for the frames that are asked for; refuses numbers that there are not. */
export function wantedFrames(
  runs: CopyRequest['frames'],
  frames: number
): { readonly has: (frame: number) => boolean } {
  if (runs === null) return { has: () => true }
  const flags = new Uint8Array(frames)
  for (const [first, last] of runs) {
    if (first > last || last >= frames)
      throw new Failed(
        'argument.invalid',
        `Frames ${first} to ${last} are asked for; there are 0 to ${frames - 1}.`
      )
    flags.fill(1, first, last + 1)
  }
  return { has: (frame) => flags[frame] === 1 }
}

export async function chooseFrames(
  dataset: Dataset,
  { frames: runs, image }: Pick<CopyRequest, 'frames' | 'image'>,
  signal?: AbortSignal
): Promise<Choice> {
  if (image !== null && dataset.images[image] === undefined)
    throw new Failed(
      'argument.invalid',
      `Image ${image} is asked for; ${dataset.path} has ${dataset.images.length}.`
    )
  const wanted = wantedFrames(runs, dataset.frames)
  const frames: number[] = []
  const places = new Map<number, Int32Array>()
  const used: Set<number>[] = []
  let misplaced = 0
  for await (const row of eachRow(dataset, signal)) {
    if ((image !== null && row.image !== image) || !wanted.has(row.frame)) continue
    const sizes = outerSizes(dataset, row.image)
    const place = ravel(row.storageIndex, sizes)
    const table = places.get(row.image) ?? placeTable(dataset, sizes)
    places.set(row.image, table)
    frames.push(row.frame)
    row.storageIndex.forEach((at, axis) => (used[axis] ??= new Set()).add(at))
    if (place === null || table[place] !== -1) misplaced++
    else table[place] = row.frame
  }
  return {
    frames,
    images: [...places.keys()].sort((a, b) => a - b),
    frameAt(at, index) {
      const place = ravel(index, outerSizes(dataset, at))
      const found = place === null ? -1 : (places.get(at)?.[place] ?? -1)
      return found < 0 ? null : found
    },
    used: used.map((values) => [...values].sort((a, b) => a - b)),
    whole: runs === null,
    misplaced
  }
}

function placeTable({ path }: Dataset, sizes: readonly number[]): Int32Array {
  const count = sizes.reduce((all, size) => all * size, 1)
  if (count > MOST_PLACES)
    throw new Failed('dataset.unsupported', `${path} announces ${count} planes, too many to copy at once.`)
  return new Int32Array(count).fill(-1)
}

/** The writers hold whole frames in memory, four of them at least. */
const LARGEST_COPIED = 2 ** 30 - 2 ** 20

export function refuseLarge(dataset: Dataset, { images }: Choice): void {
  const bytes = planeLength(dataset, images[0] ?? 0)
  if (bytes <= LARGEST_COPIED) return
  throw new Failed(
    'dataset.unsupported',
    `A plane of ${dataset.path} has ${(bytes / 2 ** 30).toFixed(1)} GB; planes of up to 1 GB can be copied.`,
    { next: 'A picture of it can be exported as PNG.' }
  )
}
