/** Reads a box of an array: picks the chunks that it touches, from files or from shards, and puts them together. Chunks that are not there are counted, never filled in. */
import type { ArrayMeta, CodecChain } from './array-meta'
import {
  checkChunkSize,
  decodeChunk,
  indexBytes,
  parseIndex,
  placeInShard,
  shardCounts,
  type ShardIndex
} from './chunk'
import { ChunkDamage } from './codecs'
import { joinKey, type Store } from './store'

export interface Box {
  readonly start: readonly number[]
  readonly count: readonly number[]
}

export interface Region {
  /** Numbers of the box in C order, little-endian; of no use where a chunk is absent. */
  readonly bytes: Uint8Array
  readonly chunks: number
  /** Names of the chunks that are not there. */
  readonly absent: readonly string[]
}

/** Told of a chunk that is not there (no error) or damaged: its name, and the part of the box that it leaves open. */
export type Gone = (place: Box & { readonly name: string }, error: ChunkDamage | null) => void

export interface ArrayReader {
  readonly meta: ArrayMeta
  /** Damage ends the reading, unless `gone` takes note of it. */
  read(box: Box, signal?: AbortSignal, gone?: Gone): Promise<Region>
}

/** Indices of shards that are kept in memory. */
const KEPT_INDICES = 64
const LARGEST_BOX = 2 ** 31
const MOST_CHUNKS = 1_000_000

export function arrayReader(store: Store, path: string, meta: ArrayMeta): ArrayReader {
  const indices = new Map<string, { stamp: string; index: ShardIndex }>()

  async function shardIndex(key: string): Promise<ShardIndex | null> {
    const { sharding } = meta.chain
    const found = await store.look(key)
    if (sharding === null || found === null) return null
    const kept = indices.get(key)
    if (kept?.stamp === found.stamp) return kept.index
    const counts = shardCounts(sharding, meta.chunk)
    const length = indexBytes(sharding, counts)
    if (found.size < length)
      throw new ChunkDamage(`its shard ${key} has ${found.size} bytes, fewer than its index`)
    const bytes = await store.range(key, sharding.indexAtStart ? 0 : -length, length)
    if (bytes === null) return null
    const index = await parseIndex(sharding, counts, bytes)
    indices.delete(key)
    indices.set(key, { stamp: found.stamp, index })
    if (indices.size > KEPT_INDICES) indices.delete(indices.keys().next().value as string)
    return index
  }

  /** The decoded chunk, or the part of it that the box wants where that can be read alone; null where it is not there. */
  async function chunkInShard(place: readonly number[]): Promise<Uint8Array | null> {
    const sharding = meta.chain.sharding as NonNullable<CodecChain['sharding']>
    const counts = shardCounts(sharding, meta.chunk)
    const shard = place.map((at, axis) => Math.floor(at / (counts[axis] as number)))
    const key = joinKey(path, meta.keyOf(shard))
    const index = await shardIndex(key)
    const found =
      index === null
        ? null
        : placeInShard(
            index,
            place.map((at, axis) => at % (counts[axis] as number))
          )
    if (found === null) return null
    const size = (await store.look(key))?.size ?? 0
    if (found.offset + found.length > size)
      throw new ChunkDamage(`it runs beyond the end of its shard ${key}`)
    const bytes = await store.range(key, found.offset, found.length)
    if (bytes === null || bytes.length < found.length)
      throw new ChunkDamage(`it is cut short in its shard ${key}`)
    return decodeChunk(sharding.inner, sharding.chunk, bytes)
  }

  /** Bytes `from` to `from + length` of an uncompressed chunk, without reading the rest. */
  async function plainPart(
    place: readonly number[],
    from: number,
    length: number
  ): Promise<Uint8Array | null> {
    const key = joinKey(path, meta.keyOf(place))
    const whole = meta.chunk.reduce((all, size) => all * size, 1) * meta.type.bytes
    const found = await store.look(key)
    if (found === null) return null
    if (found.size !== whole) throw new ChunkDamage(`it has ${found.size} of ${whole} bytes`)
    return store.range(key, from, length)
  }

  async function chunkAlone(place: readonly number[]): Promise<Uint8Array | null> {
    checkChunkSize(meta.chain, meta.chunk)
    const bytes = await store.get(joinKey(path, meta.keyOf(place)))
    if (bytes === null) return null
    if (bytes.length === 0) throw new ChunkDamage('it is empty')
    return decodeChunk(meta.chain, meta.chunk, bytes)
  }

  const shape = meta.chain.sharding?.chunk ?? meta.chunk
  const size = meta.type.bytes

  async function oneRun(
    place: readonly number[],
    run: { from: number; length: number },
    note: (place: readonly number[], error: ChunkDamage | null) => void
  ): Promise<Region> {
    const absent: string[] = []
    const part = await orDamage(place, () => plainPart(place, run.from, run.length))
    if (part instanceof ChunkDamage) note(place, part)
    else if (part === null) {
      absent.push(meta.keyOf(place))
      note(place, null)
    }
    return { bytes: part instanceof Uint8Array ? part : new Uint8Array(run.length), chunks: 1, absent }
  }

  async function read(box: Box, signal?: AbortSignal, gone?: Gone): Promise<Region> {
    const total = box.count.reduce((all, count) => all * count, size)
    if (total > LARGEST_BOX) throw new ChunkDamage('its plane is too large to be read whole')
    const chunks = chunksOf(box, shape)
    if (chunks > MOST_CHUNKS)
      throw new ChunkDamage(`its plane has ${chunks} chunks, too many to be read whole`)
    const places = touched(box, shape)
    const note = (place: readonly number[], error: ChunkDamage | null): void => {
      if (gone !== undefined) gone({ ...shared(place, shape, box), name: nameOf(place) }, error)
      else if (error !== null) throw error
    }
    const run = wholeRun(meta, box, shape)
    if (run !== null && places[0] !== undefined) return oneRun(places[0], run, note)
    const absent: string[] = []
    let out: Uint8Array | null = null
    for (const place of places) {
      signal?.throwIfAborted()
      const chunk = await orDamage(place, () =>
        meta.chain.sharding === null ? chunkAlone(place) : chunkInShard(place)
      )
      if (chunk instanceof ChunkDamage) note(place, chunk)
      else if (chunk === null) {
        absent.push(nameOf(place))
        note(place, null)
      } else {
        if (places.length === 1 && chunk.length === total) return { bytes: chunk, chunks: 1, absent }
        out ??= new Uint8Array(total)
        copyPart(chunk, shape, place, box, out, size)
      }
    }
    return { bytes: out ?? new Uint8Array(gone === undefined ? 0 : total), chunks: places.length, absent }
  }

  const nameOf = (place: readonly number[]): string =>
    meta.chain.sharding === null ? meta.keyOf(place) : `chunk [${place.join(', ')}]`

  async function orDamage<T>(place: readonly number[], work: () => Promise<T>): Promise<T | ChunkDamage> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof ChunkDamage)
        return new ChunkDamage(`${nameOf(place)} can't be read: ${error.message}`)
      throw error
    }
  }

  return { meta, read }
}

/** What a chunk and a box have in common. */
function shared(place: readonly number[], shape: readonly number[], { start, count }: Box): Box {
  const from = shape.map((size, axis) => Math.max(start[axis] as number, (place[axis] as number) * size))
  return {
    start: from,
    count: shape.map((size, axis) => {
      const end = Math.min(
        (start[axis] as number) + (count[axis] as number),
        ((place[axis] as number) + 1) * size
      )
      return end - (from[axis] as number)
    })
  }
}

const chunksOf = ({ start, count }: Box, shape: readonly number[]): number =>
  shape.reduce((all, size, axis) => {
    const first = Math.floor((start[axis] as number) / size)
    return all * (Math.floor(((start[axis] as number) + (count[axis] as number) - 1) / size) - first + 1)
  }, 1)

/** All chunk places that a box touches, C order. */
function touched({ start, count }: Box, shape: readonly number[]): number[][] {
  let places: number[][] = [[]]
  for (let axis = 0; axis < shape.length; axis++) {
    const size = shape[axis] as number
    const first = Math.floor((start[axis] as number) / size)
    const last = Math.floor(((start[axis] as number) + (count[axis] as number) - 1) / size)
    places = places.flatMap((place) =>
      Array.from({ length: last - first + 1 }, (_, i) => [...place, first + i])
    )
  }
  return places
}

/** The bytes of an uncompressed chunk that are exactly the box, where they lie in one run. */
function wholeRun(
  meta: ArrayMeta,
  box: Box,
  shape: readonly number[]
): { from: number; length: number } | null {
  const { chain } = meta
  const plain = chain.bytes.length === 0 && chain.filters.length === 0 && chain.transpose === null
  if (!plain || chain.sharding !== null || (chain.bigEndian && meta.type.bytes > 1)) return null
  let from = 0
  let inner = true // true while all faster axes are whole
  let length = meta.type.bytes
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] as number
    const at = (box.start[axis] as number) % size
    const count = box.count[axis] as number
    if (at + count > size || (!inner && count !== 1)) return null
    length *= count
    if (count !== size) inner = false
  }
  let step = meta.type.bytes
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    from += ((box.start[axis] as number) % (shape[axis] as number)) * step
    step *= shape[axis] as number
  }
  return { from, length }
}

/** Copies the part of a chunk that lies in the box, row by row along the last axis. */
function copyPart(
  chunk: Uint8Array,
  shape: readonly number[],
  place: readonly number[],
  box: Box,
  out: Uint8Array,
  size: number
): void {
  const axes = shape.length
  const low = shape.map((length, axis) =>
    Math.max(0, (box.start[axis] as number) - (place[axis] as number) * length)
  )
  const high = shape.map((length, axis) =>
    Math.min(
      length,
      (box.start[axis] as number) + (box.count[axis] as number) - (place[axis] as number) * length
    )
  )
  if (axes === 0) {
    out.set(chunk)
    return
  }
  const at = [...low]
  const last = axes - 1
  const run = ((high[last] as number) - (low[last] as number)) * size
  for (;;) {
    let from = 0
    let to = 0
    for (let axis = 0; axis < axes; axis++) {
      from = from * (shape[axis] as number) + (at[axis] as number)
      to =
        to * (box.count[axis] as number) +
        (at[axis] as number) +
        (place[axis] as number) * (shape[axis] as number) -
        (box.start[axis] as number)
    }
    out.set(chunk.subarray(from * size, from * size + run), to * size)
    let axis = last - 1
    for (; axis >= 0; axis--) {
      at[axis] = (at[axis] as number) + 1
      if ((at[axis] as number) < (high[axis] as number)) break
      at[axis] = low[axis] as number
    }
    if (axis < 0) return
  }
}
