/**
 * Where a plane lies in an OME-Zarr array: which file, which chunk of it, which byte. Pure arithmetic on the plan; the words are those of the
 * Zarr v3 specification (regular grid, sharding_indexed), where an array without shards is taken as one chunk to a file.
 */
import { BYTES_PER_PIXEL } from '../../../src-preload/contract/pixels'
import { toPage } from '../direct-file'
import type { AxisPlan, StreamPlan } from '../file-sink'
import { slotStride } from '../frame-pool'

/** An axis of planes (not y, not x), in storage order. */
export interface PlaneAxis {
  readonly plan: AxisPlan
  /** Where its index stands in `PlacedFrame.index`. */
  readonly at: number
  /** Planes of one chunk, chunks of one file, planes of one file. */
  readonly chunk: number
  readonly chunks: number
  readonly span: number
}

/** y or x: how a plane is cut. */
export interface SideGrid {
  readonly size: number
  readonly chunk: number
  /** Chunks of one file along this side, chunks and files that it takes to cover the plane. */
  readonly chunks: number
  readonly pieces: number
  readonly files: number
}

export interface Grid {
  readonly axes: readonly PlaneAxis[]
  readonly y: SideGrid
  readonly x: SideGrid
  readonly sharded: boolean
  readonly indexAtStart: boolean
  readonly pixelBytes: number
  readonly frameBytes: number
  /** Bytes of one plane's part of a chunk, and of a whole chunk. */
  readonly pieceBytes: number
  readonly chunkBytes: number
  readonly planesPerChunk: number
  /**
   * From one chunk's place in a file to the next where chunks are not compressed: as from slot to slot in the pool, so that neighbours in memory
   * are neighbours in the file and one write takes them all.
   */
  readonly stride: number
  readonly slots: number
  readonly filesPerPlane: number
  /** Bytes of the shard's index with its checksum, 0 without shards; and what it takes up at the start of the file. */
  readonly indexBytes: number
  readonly headBytes: number
  /** A plane is one piece, byte for byte as it lies in memory. */
  readonly whole: boolean
}

const side = (size: number, chunk: number, shardChunks: number | null): SideGrid => {
  const chunks = shardChunks ?? 1
  const pieces = Math.ceil(size / chunk)
  return { size, chunk, chunks, pieces, files: Math.ceil(pieces / chunks) }
}

const product = (values: readonly number[]): number => values.reduce((all, value) => all * value, 1)

export function makeGrid(plan: StreamPlan): Grid {
  const axes = plan.storageOrder.map((at): PlaneAxis => {
    const axis = plan.axes[at] as AxisPlan
    const chunks = axis.shardChunks ?? 1
    return { plan: axis, at, chunk: axis.chunk, chunks, span: axis.chunk * chunks }
  })
  const y = side(plan.frame.height, plan.y.chunk, plan.y.shardChunks)
  const x = side(plan.frame.width, plan.x.chunk, plan.x.shardChunks)
  const sharded = [...plan.axes, plan.y, plan.x].some((axis) => axis.shardChunks !== null)
  const pixelBytes = BYTES_PER_PIXEL[plan.frame.pixelType]
  const pieceBytes = y.chunk * x.chunk * pixelBytes
  const planesPerChunk = product(axes.map((axis) => axis.chunk))
  const chunkBytes = pieceBytes * planesPerChunk
  const slots = product(axes.map((axis) => axis.chunks)) * y.chunks * x.chunks
  const indexBytes = sharded ? slots * 16 + 4 : 0
  const indexAtStart = sharded && plan.shardIndex === 'start'
  return {
    axes,
    y,
    x,
    sharded,
    indexAtStart,
    pixelBytes,
    frameBytes: plan.frame.width * plan.frame.height * pixelBytes,
    pieceBytes,
    chunkBytes,
    planesPerChunk,
    stride: slotStride(chunkBytes),
    slots,
    filesPerPlane: y.files * x.files,
    indexBytes,
    headBytes: indexAtStart ? toPage(indexBytes) : 0,
    whole: y.chunk === y.size && x.chunk === x.size
  }
}

/** Which chunk of its file, of those along the plane axes alone, a plane belongs to. */
export function planeSlot(grid: Grid, index: readonly number[]): number {
  let slot = 0
  for (const axis of grid.axes) {
    slot = slot * axis.chunks + Math.floor(((index[axis.at] as number) % axis.span) / axis.chunk)
  }
  return slot
}

/** Which plane of its chunk a plane is. */
export function planeInChunk(grid: Grid, index: readonly number[]): number {
  let plane = 0
  for (const axis of grid.axes) plane = plane * axis.chunk + ((index[axis.at] as number) % axis.chunk)
  return plane
}

/** Grid position along the plane axes of the file that holds a plane. */
export const filePosition = (grid: Grid, index: readonly number[]): number[] =>
  grid.axes.map((axis) => Math.floor((index[axis.at] as number) / axis.span))

/** Key of a file below the array: default encoding with `/`. */
export const fileKey = (position: readonly number[], row: number, column: number): string =>
  ['c', ...position, row, column].join('/')
