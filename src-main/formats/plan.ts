/** Settings → plan: every default filled in, every rule of the data model checked, nothing on disk touched yet. */
import { randomUUID } from 'node:crypto'
import { BYTES_PER_PIXEL, type PixelType } from '../../src-preload/contract/pixels'
import { chunkingOf, storageOrderOf, type Chunks } from './chunking'
import type { StreamPlan } from './file-sink'
import { readDimensions, unitOf, type Dimensions } from './plan-dimensions'
import { pathsOf } from './plan-paths'
import { imagesOf } from './plan-positions'
import type { AcquisitionSettings, Compression, Dimension } from './settings'
import { checkSettings, refuse } from './settings-check'

declare const __APP_VERSION__: string | undefined
export const VERSION = typeof __APP_VERSION__ === 'string' ? __APP_VERSION__ : '0.1.0'

const ZARR_ONLY: readonly PixelType[] = ['uint64', 'int64', 'float16']
const TIFF_CODECS: readonly Compression[] = ['none', 'lzw', 'deflate', 'zstd']
const ZARR_CODECS: readonly Compression[] = ['none', 'zstd', 'blosc-zstd', 'blosc-lz4', 'gzip']

export interface PlanOptions {
  /** Start of the acquisition; now where left out. */
  readonly startedAt?: string
  readonly creator?: string
}

export function planStream(given: AcquisitionSettings, options: PlanOptions = {}): StreamPlan {
  const settings = checkSettings(given, 'settings')
  const dimensions = readDimensions(settings.dimensions)
  const images = imagesOf(
    dimensions.positions,
    settings.dimensions.findIndex((d) => d === dimensions.positions),
    settings.plate ?? null
  )
  const paths = pathsOf(settings, dimensions.positions !== null)
  checkType(settings, dimensions, paths.tiffPath !== null)
  const chunking = chunkingOf(dimensions, settings.dtype)
  return {
    ...paths,
    frame: { width: dimensions.x.count ?? 0, height: dimensions.y.count ?? 0, pixelType: settings.dtype },
    axes: dimensions.axes.map((axis, i) => ({
      ...axis,
      ...(chunking.axes[i] ?? { chunk: 1, shardChunks: null })
    })),
    positionAxis: dimensions.positionAxis,
    storageOrder: storageOrderOf(settings.storageOrder, dimensions, paths.zarrPath !== null),
    y: planeAxis(dimensions.y, chunking.y),
    x: planeAxis(dimensions.x, chunking.x),
    images,
    plate: settings.plate ?? null,
    compression: codecs(settings.compression ?? 'none', paths.tiffPath !== null, paths.zarrPath !== null),
    tiffMetadata: settings.tiffMetadata ?? 'redundant',
    shardIndex: settings.shardIndex ?? 'end',
    significantBits: settings.significantBits ?? null,
    pyramidLevels: pyramidOf(settings),
    tileSize: tileSizeOf(settings, paths.tiffPath !== null),
    startedAt: options.startedAt ?? utcNow(),
    uuids: Array.from({ length: images.length + 2 }, () => randomUUID()),
    creator: options.creator ?? `Benchframe ${VERSION}`
  }
}

const planeAxis = (d: Dimension, chunks: Chunks): StreamPlan['y'] => ({
  unit: unitOf(d),
  scale: d.scale ?? null,
  translation: d.translation ?? null,
  ...chunks
})

function checkType(settings: AcquisitionSettings, { axes }: Dimensions, tiff: boolean): void {
  const bits = BYTES_PER_PIXEL[settings.dtype] * 8
  if (settings.significantBits !== undefined && settings.significantBits > bits) {
    refuse('significantBits', settings.significantBits, `1 to ${bits} for ${settings.dtype}`)
  }
  if (!tiff) return
  if (ZARR_ONLY.includes(settings.dtype)) {
    refuse(
      'dtype',
      settings.dtype,
      'an integer of 8, 16 or 32 bits, float32 or float64 for OME-TIFF: the OME schema has no other pixel types'
    )
  }
  const other = axes.find((axis) => axis.type === 'other')
  if (other !== undefined)
    refuse(`type of ${other.name}`, 'other', 'time, channel or space for OME-TIFF, which has no other axes')
}

function pyramidOf({ pyramidLevels = 0, dtype }: AcquisitionSettings): number {
  if (pyramidLevels > 0 && ZARR_ONLY.includes(dtype)) refuse('pyramidLevels', pyramidLevels, `0 for ${dtype}`)
  return pyramidLevels
}

/** Viewers ask for levels in parts; a strip would have to be read whole. */
const PYRAMID_TILE = 512

function tileSizeOf({ tileSize, pyramidLevels = 0 }: AcquisitionSettings, tiff: boolean): number | null {
  if (!tiff && tileSize !== undefined)
    refuse('tileSize', tileSize, 'nothing for OME-Zarr, whose chunks are the chunkSize of y and x')
  return tileSize ?? (tiff && pyramidLevels > 0 ? PYRAMID_TILE : null)
}

/** One setting for both formats: a codec that only one of them has is an error when only the other is written. */
function codecs(asked: Compression, tiff: boolean, zarr: boolean): StreamPlan['compression'] {
  const inTiff = TIFF_CODECS.includes(asked)
  const inZarr = ZARR_CODECS.includes(asked)
  if (tiff && !zarr && !inTiff) refuse('compression', asked, `${TIFF_CODECS.join(', ')} for OME-TIFF`)
  if (zarr && !tiff && !inZarr) refuse('compression', asked, `${ZARR_CODECS.join(', ')} for OME-Zarr`)
  const near: Partial<Record<Compression, Compression>> = {
    lzw: 'gzip',
    deflate: 'gzip',
    gzip: 'deflate',
    'blosc-zstd': 'zstd'
  }
  return { tiff: inTiff ? asked : (near[asked] ?? 'none'), zarr: inZarr ? asked : (near[asked] ?? 'none') }
}

/** The time in UTC, written with microseconds as the reference does. */
export const utcNow = (): string => new Date().toISOString().replace('Z', '000Z')
