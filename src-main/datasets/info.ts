/** What `benchframe info` says of a dataset: the stable form that outside checks use. */
import { createHash } from 'node:crypto'
import type { ImageInfo } from '../../src-preload/contract/dataset'
import type { Dataset } from './dataset'
import { openDataset } from './open-dataset'
import { planeBytes } from './plane'
import { bands, isReadByPieces, type PlaneOf } from './plane-pieces'

export interface ImageSummary {
  readonly name: string
  /** Names of the axes in the order of `shape`, as one word; `s` last for samples. */
  readonly axes: string
  readonly shape: readonly number[]
  /** numpy's name. */
  readonly dtype: string
  readonly frames: number
  readonly readable: boolean
  readonly reason?: string
  /** Of the first plane's pixels, row by row, little-endian. */
  readonly sha256?: string
}

export interface DatasetSummary {
  readonly frames: number
  readonly images: readonly ImageSummary[]
}

export async function datasetInfo(
  path: string,
  { checksum, signal }: { readonly checksum?: boolean; readonly signal?: AbortSignal } = {}
): Promise<DatasetSummary> {
  const dataset = await openDataset(path, { signal })
  try {
    return await summaryOf(dataset, checksum ?? false, signal)
  } finally {
    await dataset.close()
  }
}

export async function summaryOf(
  dataset: Dataset,
  checksum: boolean,
  signal?: AbortSignal
): Promise<DatasetSummary> {
  const images: ImageSummary[] = []
  for (const [number, info] of dataset.images.entries()) {
    images.push(await summary(dataset, number, info, checksum, signal))
  }
  return { frames: dataset.frames, images }
}

async function summary(
  dataset: Dataset,
  number: number,
  info: ImageInfo,
  checksum: boolean,
  signal?: AbortSignal
): Promise<ImageSummary> {
  const base = {
    name: info.name,
    axes: axesWord(info.axes.map(({ name }) => name)),
    shape: info.axes.map(({ size }) => size),
    dtype: info.pixelType,
    frames: dataset.imageFrames[number] ?? 0
  }
  if (!info.readable)
    return { ...base, readable: false, reason: info.reason ?? 'Its pixels can not be read.' }
  const outer = info.axes.filter(({ name }) => !['y', 'x', 's'].includes(name))
  if (info.axes.some(({ size }) => size === 0)) return { ...base, readable: true }
  const index = outer.map(() => 0)
  if (isReadByPieces(dataset, number))
    return { ...base, ...(await ofPieces({ dataset, image: number, index, signal }, checksum)) }
  const plane = await dataset.plane(number, index, signal)
  if ('missing' in plane) return { ...base, readable: false, reason: plane.reason }
  if (!checksum) return { ...base, readable: true }
  return { ...base, readable: true, sha256: createHash('sha256').update(planeBytes(plane)).digest('hex') }
}

/** A large plane of which a part is there can be shown; it has no checksum. */
async function ofPieces(
  plane: PlaneOf,
  checksum: boolean
): Promise<Pick<ImageSummary, 'readable' | 'reason' | 'sha256'>> {
  const { dataset, image, index } = plane
  if (!(await dataset.isThere(image, index)))
    return { readable: false, reason: `Nothing of its first plane was found in ${dataset.path}.` }
  if (!checksum) return { readable: true }
  const hash = createHash('sha256')
  for await (const band of bands(plane)) {
    if ('missing' in band) return { readable: false, reason: band.reason }
    const [hole] = band.holes
    if (hole !== undefined) return { readable: true, reason: hole.reason }
    hash.update(planeBytes(band))
  }
  return { readable: true, sha256: hash.digest('hex') }
}

/** Long names are set apart by commas. */
const axesWord = (names: readonly string[]): string =>
  names.every((name) => name.length === 1) ? names.join('') : names.join(',')
