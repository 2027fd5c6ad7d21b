/** Turns the stored bytes of a chunk into its numbers in C order, little-endian; and finds chunks inside shards. */
import { BYTES_PER_SAMPLE } from '../plane'
import { swapBytes } from '../tiff/unpack'
import type { CodecChain, Sharding } from './array-meta'
import { ChunkDamage } from './codecs'

/** Checked before memory is taken: what a chunk announces may be damage. */
const LARGEST_CHUNK = 2 ** 30

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1)

/** Before a chunk of this shape is read, let alone decoded (acceptance R15). */
export function checkChunkSize(chain: CodecChain, shape: readonly number[]): number {
  const length = product(shape) * chain.stored.bytes
  if (length > LARGEST_CHUNK)
    throw new ChunkDamage(`it announces ${length} bytes, too many to be decoded at once`)
  return length
}

/** Decodes the bytes of one chunk of this shape. */
export async function decodeChunk(
  chain: CodecChain,
  shape: readonly number[],
  stored: Uint8Array
): Promise<Uint8Array> {
  const length = checkChunkSize(chain, shape)
  let bytes = stored
  for (const codec of [...chain.bytes].reverse()) bytes = await codec.decode(bytes, length + 16)
  if (bytes.length < length) throw new ChunkDamage(`it has ${bytes.length} of ${length} bytes`)
  if (bytes.length > length) throw new ChunkDamage(`it has ${bytes.length} bytes, ${length} are expected`)
  if (chain.bigEndian) {
    bytes = bytes.slice()
    swapBytes(bytes, numberBytes(chain))
  }
  for (const filter of [...chain.filters].reverse()) bytes = filter.decode(bytes)
  return chain.transpose === null ? bytes : untranspose(bytes, shape, chain.transpose, chain.type.bytes)
}

const numberBytes = ({ stored }: CodecChain): number =>
  stored.pixelType.startsWith('complex') ? stored.bytes / 2 : BYTES_PER_SAMPLE[stored.pixelType]

/** `order[i]` is the axis that comes as i-th in the bytes. */
function untranspose(
  bytes: Uint8Array,
  shape: readonly number[],
  order: readonly number[],
  size: number
): Uint8Array {
  const out = new Uint8Array(bytes.length)
  const strides = new Array<number>(shape.length).fill(1)
  for (let axis = shape.length - 2; axis >= 0; axis--)
    strides[axis] = (strides[axis + 1] as number) * (shape[axis + 1] as number)
  const at = new Array<number>(shape.length).fill(0)
  for (let i = 0; i < bytes.length / size; i++) {
    let to = 0
    for (let k = 0; k < order.length; k++) to += (at[k] as number) * (strides[order[k] as number] as number)
    for (let b = 0; b < size; b++) out[to * size + b] = bytes[i * size + b] as number
    for (let k = order.length - 1; k >= 0; k--) {
      at[k] = (at[k] as number) + 1
      if ((at[k] as number) < (shape[order[k] as number] as number)) break
      at[k] = 0
    }
  }
  return out
}

/** Offsets and lengths of the chunks of one shard, C order; both are all ones where a chunk is not there. */
export interface ShardIndex {
  readonly entries: BigUint64Array
  readonly counts: readonly number[]
}

export function shardCounts(sharding: Sharding, shard: readonly number[]): number[] {
  return shard.map((size, axis) => size / (sharding.chunk[axis] as number))
}

/** Bytes of the index with its checksum. */
export const indexBytes = (sharding: Sharding, counts: readonly number[]): number =>
  product(counts) * 16 + sharding.index.length * 4

export async function parseIndex(
  sharding: Sharding,
  counts: readonly number[],
  stored: Uint8Array
): Promise<ShardIndex> {
  const length = product(counts) * 16
  let bytes = stored
  if (bytes.length < indexBytes(sharding, counts))
    throw new ChunkDamage('it ends inside the index of its shard')
  try {
    for (const codec of [...sharding.index].reverse()) bytes = await codec.decode(bytes, length + 4)
  } catch (error) {
    if (error instanceof ChunkDamage)
      throw new ChunkDamage(`the index of its shard is damaged: ${error.message}`)
    throw error
  }
  return { entries: new BigUint64Array(bytes.slice(0, length).buffer), counts }
}

export const NOT_THERE = 0xffff_ffff_ffff_ffffn

/** Where a chunk lies in its shard; null where it is not there. */
export function placeInShard(
  index: ShardIndex,
  chunk: readonly number[]
): { offset: number; length: number } | null {
  let number = 0
  chunk.forEach((at, axis) => (number = number * (index.counts[axis] as number) + at))
  const offset = index.entries[number * 2] as bigint
  const length = index.entries[number * 2 + 1] as bigint
  return offset === NOT_THERE && length === NOT_THERE
    ? null
    : { offset: Number(offset), length: Number(length) }
}
