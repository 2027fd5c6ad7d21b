/** Counts the planes of an array that are there, from file names and shard indices alone; no pixel is read. */
import type { ImageInfo } from '../../../src-preload/contract/dataset'
import type { ArrayMeta } from './array-meta'
import { indexBytes, parseIndex, placeInShard, shardCounts, type ShardIndex } from './chunk'
import { ChunkDamage } from './codecs'
import { joinKey, type Store } from './store'

/** How many planes are there, wholly and in part; null where counting takes longer than the budget. */
export async function presentPlanes(
  store: Store,
  path: string,
  meta: ArrayMeta,
  outerAxes: readonly number[],
  budgetMs: number
): Promise<Pick<ImageInfo, 'present' | 'inPart'>> {
  const until = performance.now() + budgetMs
  const { shape, grid, innerAxes } = gridOf(meta, outerAxes)
  const isThere = presence(store, path, meta)
  let present = 0
  const inPart = { planes: 0, absent: 0, chunks: 0 }
  for (const outer of places(grid, outerAxes)) {
    let found = 0
    let absent = 0
    for (const inner of places(grid, innerAxes)) {
      if (performance.now() > until) return { present: null }
      if (await isThere(grid.map((_, axis) => outer[axis] ?? inner[axis] ?? 0))) found++
      else absent++
    }
    const planes = planesIn(outer, outerAxes, shape, meta.shape)
    if (absent === 0) present += planes
    else if (found > 0) {
      inPart.planes += planes
      inPart.absent += absent
      inPart.chunks += found + absent
    }
  }
  return inPart.planes > 0 ? { present, inPart } : { present }
}

function gridOf(
  meta: ArrayMeta,
  outerAxes: readonly number[]
): { shape: readonly number[]; grid: number[]; innerAxes: number[] } {
  const shape = meta.chain.sharding?.chunk ?? meta.chunk
  const grid = meta.shape.map((size, axis) => Math.ceil(size / (shape[axis] as number)))
  return { shape, grid, innerAxes: grid.flatMap((_, axis) => (outerAxes.includes(axis) ? [] : [axis])) }
}

/** Whether any chunk of a plane is there. One question after the other: the index of a shard is kept for the next. */
export function planePresence(
  store: Store,
  path: string,
  meta: ArrayMeta,
  outerAxes: readonly number[]
): (index: readonly number[]) => Promise<boolean> {
  const { shape, grid, innerAxes } = gridOf(meta, outerAxes)
  const isThere = presence(store, path, meta)
  const look = async (index: readonly number[]): Promise<boolean> => {
    for (const inner of places(grid, innerAxes)) {
      const place = grid.map((_, axis) => {
        const at = outerAxes.indexOf(axis)
        return at < 0 ? (inner[axis] ?? 0) : Math.floor((index[at] ?? 0) / (shape[axis] as number))
      })
      if (await isThere(place)) return true
    }
    return false
  }
  let turn: Promise<unknown> = Promise.resolve()
  return (index) => {
    const mine = turn.then(() => look(index))
    turn = mine.catch(() => undefined) // whoever asked hears of it
    return mine
  }
}

/** Whether a chunk is there. A shard's index is read once; one that is damaged has no chunk. */
function presence(
  store: Store,
  path: string,
  meta: ArrayMeta
): (place: readonly number[]) => Promise<boolean> {
  const { sharding } = meta.chain
  if (sharding === null)
    return async (place) => ((await store.look(joinKey(path, meta.keyOf(place))))?.size ?? 0) > 0
  const counts = shardCounts(sharding, meta.chunk)
  const length = indexBytes(sharding, counts)
  let key = ''
  let index: ShardIndex | null = null
  let size = 0
  return async (place) => {
    const wanted = joinKey(
      path,
      meta.keyOf(place.map((at, axis) => Math.floor(at / (counts[axis] as number))))
    )
    if (wanted !== key) {
      key = wanted
      size = (await store.look(key))?.size ?? 0
      const bytes = size < length ? null : await store.range(key, sharding.indexAtStart ? 0 : -length, length)
      index = bytes === null ? null : await indexOrNull(sharding, counts, bytes)
    }
    const found =
      index === null
        ? null
        : placeInShard(
            index,
            place.map((at, axis) => at % (counts[axis] as number))
          )
    return found !== null && found.offset + found.length <= size
  }
}

async function indexOrNull(...args: Parameters<typeof parseIndex>): Promise<ShardIndex | null> {
  try {
    return await parseIndex(...args)
  } catch (error) {
    if (error instanceof ChunkDamage) return null
    throw error
  }
}

/** All places along these axes, the last fastest; other axes are left open. */
function* places(
  grid: readonly number[],
  axes: readonly number[]
): Generator<readonly (number | undefined)[]> {
  const at: (number | undefined)[] = grid.map((_, axis) => (axes.includes(axis) ? 0 : undefined))
  if (axes.some((axis) => grid[axis] === 0)) return
  for (;;) {
    yield at
    let i = axes.length - 1
    for (; i >= 0; i--) {
      const axis = axes[i] as number
      at[axis] = (at[axis] as number) + 1
      if (at[axis] < (grid[axis] as number)) break
      at[axis] = 0
    }
    if (i < 0) return
  }
}

/** Planes of one chunk; the last along an axis may be cut off by the array's end. */
const planesIn = (
  outer: readonly (number | undefined)[],
  axes: readonly number[],
  chunk: readonly number[],
  shape: readonly number[]
): number =>
  axes.reduce((all, axis) => {
    const from = (outer[axis] as number) * (chunk[axis] as number)
    return all * Math.min(chunk[axis] as number, (shape[axis] as number) - from)
  }, 1)
