/** The metadata of an array, v2 or v3, in one form. Says in a clause what it can't read and why. */
import { isJsonObject, type Json, type JsonObject } from '../../../src-preload/contract/record'
import { bytesCodec, type BytesCodec } from './codecs'
import { dataType, type DataType } from './data-type'
import { arrayFilter, type ArrayFilter } from './filters'
import type { ZarrNode } from './node'

export interface CodecChain {
  readonly type: DataType
  /** Order in which the axes were laid down, null for C order. */
  readonly transpose: readonly number[] | null
  readonly filters: readonly ArrayFilter[]
  /** Type as it is in the bytes. */
  readonly stored: DataType
  readonly bigEndian: boolean
  /** In the order of writing. */
  readonly bytes: readonly BytesCodec[]
  readonly sharding: Sharding | null
}

export interface Sharding {
  readonly chunk: readonly number[]
  readonly inner: CodecChain
  readonly indexAtStart: boolean
  /** Codecs of the index after its `bytes`. */
  readonly index: readonly BytesCodec[]
}

export interface ArrayMeta {
  readonly shape: readonly number[]
  /** Shape of what one key holds: a chunk or a shard. */
  readonly chunk: readonly number[]
  readonly type: DataType
  readonly chain: CodecChain
  readonly dimensionNames: readonly (string | null)[] | null
  keyOf(chunk: readonly number[]): string
}

/** The array is one that this program does not read; a clause. */
export class ArrayUnsupported extends Error {}

const sizes = (value: Json | undefined, what: string): number[] => {
  const list = Array.isArray(value) ? (value as readonly Json[]) : null
  if (
    list === null ||
    !list.every((size): size is number => Number.isSafeInteger(size) && (size as number) >= 0)
  ) {
    throw new ArrayUnsupported(`its ${what} is no list of sizes`)
  }
  return [...list]
}

function chunkSizes(value: Json | undefined, dimensions: number): number[] {
  const chunk = sizes(value, 'chunk shape')
  if (chunk.length !== dimensions || chunk.some((size) => size < 1))
    throw new ArrayUnsupported('its chunk shape does not fit its shape')
  return chunk
}

function pixelType(name: Json | undefined): DataType {
  const type = dataType(name)
  if (type === null) throw new ArrayUnsupported(`its data type ${JSON.stringify(name)} holds no pixels`)
  return type
}

export function arrayV3(meta: JsonObject): ArrayMeta {
  const shape = sizes(meta['shape'], 'shape')
  const type = pixelType(meta['data_type'])
  const grid = isJsonObject(meta['chunk_grid']) ? meta['chunk_grid'] : {}
  if (grid['name'] !== 'regular')
    throw new ArrayUnsupported(`its chunk grid ${JSON.stringify(grid['name'] ?? null)} is not known`)
  const chunk = chunkSizes(configuration(grid)['chunk_shape'], shape.length)
  const names = meta['dimension_names']
  return {
    shape,
    chunk,
    type,
    chain: chainV3(meta['codecs'], type, chunk),
    dimensionNames: Array.isArray(names)
      ? (names as Json[]).map((name) => (typeof name === 'string' ? name : null))
      : null,
    keyOf: keyEncoding(meta['chunk_key_encoding'])
  }
}

const configuration = (value: JsonObject): JsonObject =>
  isJsonObject(value['configuration']) ? value['configuration'] : {}

function keyEncoding(value: Json | undefined): ArrayMeta['keyOf'] {
  const encoding = isJsonObject(value) ? value : { name: 'default' }
  const separator = configuration(encoding)['separator']
  if (encoding['name'] === 'v2') {
    const by = separator === '/' ? '/' : '.'
    return (chunk) => (chunk.length === 0 ? '0' : chunk.join(by))
  }
  if (encoding['name'] !== 'default') throw new ArrayUnsupported('its names of chunks follow an unknown rule')
  const by = separator === '.' ? '.' : '/'
  return (chunk) => ['c', ...chunk].join(by)
}

function chainV3(value: Json | undefined, type: DataType, chunk: readonly number[]): CodecChain {
  const codecs = Array.isArray(value) ? (value as readonly Json[]) : []
  let transpose: number[] | null = null
  const filters: ArrayFilter[] = []
  const bytes: BytesCodec[] = []
  let stored = type
  let bigEndian = false
  let sharding: Sharding | null = null
  let serialized = false
  for (const codec of codecs) {
    const name = typeof codec === 'string' ? codec : isJsonObject(codec) ? codec['name'] : undefined
    if (typeof name !== 'string') throw new ArrayUnsupported('one of its codecs has no name')
    const settings = isJsonObject(codec) ? configuration(codec) : {}
    if (name === 'transpose') transpose = order(settings['order'], chunk.length)
    else if (name === 'bytes' || name === 'endian') {
      bigEndian = settings['endian'] === 'big'
      serialized = true
    } else if (name === 'sharding_indexed') {
      sharding = shardingOf(settings, type, chunk)
      serialized = true
    } else if (!serialized) {
      const filter = arrayFilter(name, settings, stored)
      if (filter === null) throw new ArrayUnsupported(`its codec ${name} is not known`)
      filters.push(filter)
      stored = filter.stored
    } else bytes.push(knownCodec(name, settings))
  }
  if (!serialized) throw new ArrayUnsupported('it has no codec that makes bytes of numbers')
  if (sharding !== null && (transpose !== null || filters.length > 0)) {
    throw new ArrayUnsupported('it changes the order of numbers before sharding')
  }
  return { type, transpose, filters, stored, bigEndian, bytes, sharding }
}

function knownCodec(name: string, settings: JsonObject): BytesCodec {
  const codec = bytesCodec(name, settings)
  if (codec === null) throw new ArrayUnsupported(`its codec ${name} is not known`)
  return codec
}

function order(value: Json | undefined, dimensions: number): number[] | null {
  if (value === 'C') return null
  if (value === 'F') return Array.from({ length: dimensions }, (_, i) => dimensions - 1 - i)
  const axes = sizes(value, 'order of axes')
  if (
    axes.length !== dimensions ||
    new Set(axes).size !== dimensions ||
    axes.some((axis) => axis >= dimensions)
  ) {
    throw new ArrayUnsupported('its order of axes is none')
  }
  return axes
}

function shardingOf(settings: JsonObject, type: DataType, shard: readonly number[]): Sharding {
  const chunk = chunkSizes(settings['chunk_shape'], shard.length)
  if (chunk.some((size, axis) => (shard[axis] ?? 0) % size !== 0)) {
    throw new ArrayUnsupported('its chunks do not divide its shards')
  }
  const inner = chainV3(settings['codecs'], type, chunk)
  if (inner.sharding !== null) throw new ArrayUnsupported('it has shards inside shards')
  const index = chainV3(settings['index_codecs'], { pixelType: 'uint64', bytes: 8, bigEndian: false }, [1])
  if (index.bigEndian || index.filters.length > 0 || index.bytes.some(({ name }) => name !== 'crc32c')) {
    throw new ArrayUnsupported('the index of its shards has an unknown form')
  }
  return { chunk, inner, indexAtStart: settings['index_location'] === 'start', index: index.bytes }
}

export function arrayV2(meta: JsonObject, attributes: JsonObject): ArrayMeta {
  const shape = sizes(meta['shape'], 'shape')
  const type = pixelType(meta['dtype'])
  const chunk = chunkSizes(meta['chunks'], shape.length)
  const filters: ArrayFilter[] = []
  const before: BytesCodec[] = []
  let stored = type
  for (const filter of Array.isArray(meta['filters']) ? (meta['filters'] as readonly Json[]) : []) {
    const settings = isJsonObject(filter) ? filter : {}
    const name = String(settings['id'])
    const found = before.length === 0 ? arrayFilter(name, settings, stored) : null
    if (found === null) before.push(knownCodec(name, settings))
    else {
      filters.push(found)
      stored = found.stored
    }
  }
  const compressor = isJsonObject(meta['compressor']) ? meta['compressor'] : null
  const last = compressor === null ? [] : [knownCodec(String(compressor['id']), compressor)]
  const separator = meta['dimension_separator'] === '/' ? '/' : '.'
  const names = attributes['_ARRAY_DIMENSIONS']
  return {
    shape,
    chunk,
    type,
    dimensionNames: Array.isArray(names)
      ? (names as Json[]).map((name) => (typeof name === 'string' ? name : null))
      : null,
    chain: {
      type,
      transpose: meta['order'] === 'F' ? order('F', shape.length) : null,
      filters,
      stored,
      bigEndian: type.bigEndian,
      bytes: [...before, ...last],
      sharding: null
    },
    keyOf: (place) => (place.length === 0 ? '0' : place.join(separator))
  }
}

export const metaOf = (node: ZarrNode): ArrayMeta =>
  node.version === 3 ? arrayV3(node.meta) : arrayV2(node.meta, node.attributes)
