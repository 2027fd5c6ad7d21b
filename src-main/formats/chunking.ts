/** Chunks and shards of OME-Zarr where the settings leave them open: whole frames, cut above 32 MB, in shards of about 64 MB. */
import { BYTES_PER_PIXEL, type PixelType } from '../../src-preload/contract/pixels'
import type { Dimensions } from './plan-dimensions'
import type { Dimension } from './settings'
import { refuse } from './settings-check'

const MOST_PER_CHUNK = 32 * 1024 * 1024
const SHARD_BYTES = 64 * 1024 * 1024
/** An index has 16 bytes a chunk and is read whole. */
const MOST_CHUNKS_PER_SHARD = 4096

export interface Chunks {
  readonly chunk: number
  readonly shardChunks: number | null
}

export interface Chunking {
  readonly axes: readonly Chunks[]
  readonly y: Chunks
  readonly x: Chunks
}

export function chunkingOf({ sources, y, x }: Dimensions, dtype: PixelType): Chunking {
  const height = y.count ?? 1
  const width = x.count ?? 1
  const all = [...sources, y, x]
  const given = all.some((d) => d.chunkSize !== undefined || d.shardSizeChunks !== undefined)
  const sharded = all.some((d) => d.shardSizeChunks !== undefined)
  all.forEach((d) => {
    checkChunk(d)
  })
  const rows = Math.ceil(height / Math.ceil((height * width * BYTES_PER_PIXEL[dtype]) / MOST_PER_CHUNK))
  const plane = { y: y.chunkSize ?? rows, x: x.chunkSize ?? width }
  const cuts = { y: Math.ceil(height / plane.y), x: Math.ceil(width / plane.x) }
  if (given) {
    const chunks = (d: Dimension, chunk: number, whole: number): Chunks => ({
      chunk,
      shardChunks: sharded ? (d.shardSizeChunks ?? whole) : null
    })
    return {
      axes: sources.map((d) => chunks(d, d.chunkSize ?? 1, 1)),
      y: chunks(y, plane.y, cuts.y),
      x: chunks(x, plane.x, cuts.x)
    }
  }
  return {
    axes: shardAxes(sources, height * width * BYTES_PER_PIXEL[dtype], cuts.y * cuts.x).map((shardChunks) => ({
      chunk: 1,
      shardChunks
    })),
    y: { chunk: plane.y, shardChunks: cuts.y },
    x: { chunk: plane.x, shardChunks: cuts.x }
  }
}

/** A shard takes whole inner axes first, so that one shard after the other is filled in the order of acquisition. */
function shardAxes(sources: readonly Dimension[], frame: number, chunksPerFrame: number): number[] {
  let room = Math.max(
    1,
    Math.min(Math.round(SHARD_BYTES / frame), Math.floor(MOST_CHUNKS_PER_SHARD / chunksPerFrame))
  )
  const shard = sources.map(() => 1)
  for (let i = sources.length - 1; i >= 0; i--) {
    const count = sources[i]?.count ?? Infinity
    if (i > 0 && count > room) break
    shard[i] = Math.min(count, room)
    room = Math.floor(room / count)
    if (room < 1) break
  }
  return shard
}

function checkChunk(d: Dimension): void {
  if (d.chunkSize !== undefined && d.count !== null && d.chunkSize > d.count) {
    refuse(`chunkSize of ${d.name}`, d.chunkSize, `1 to count (${d.count})`)
  }
}

/** The order in which OME-Zarr stores the axes, as indices into `axes` (NGFF 0.5: time, then channel or other, then space). */
export function storageOrderOf(
  order: 'acquisition' | 'ome' | readonly string[] | undefined,
  dimensions: Dimensions,
  zarr: boolean
): number[] {
  const { axes, y, x } = dimensions
  const rank = { time: 0, channel: 1, other: 1, space: 2 } as const
  const ome = axes
    .map((_, i) => i)
    .sort((a, b) => rank[axes[a]?.type ?? 'other'] - rank[axes[b]?.type ?? 'other'] || a - b)
  if (order === undefined || order === 'ome') return ome
  const names = axes.map((axis) => axis.name)
  const wanted =
    order === 'acquisition'
      ? names
      : order.filter((name) => ![y.name, x.name, dimensions.positions?.name].includes(name))
  const result = wanted.map((name) => names.indexOf(name))
  if (result.includes(-1) || new Set(result).size !== names.length || result.length !== names.length) {
    refuse('storageOrder', wanted.join(', '), `every one of ${names.join(', ')} once`)
  }
  if (zarr && result.join() !== ome.join()) {
    refuse(
      'storageOrder',
      wanted.join(', '),
      `${ome.map((i) => names[i]).join(', ')} for OME-Zarr (time, channel, space)`
    )
  }
  return result
}
