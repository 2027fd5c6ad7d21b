/** The zarr.json of an array: Zarr v3 core, with the codecs in the spelling of the zarr-extensions registry. */
import type { StreamPlan } from '../file-sink'
import type { Compression } from '../settings'
import type { Grid } from './grid'
import type { Loose } from './json'

/** Codec settings that the encoders and the documents share. */
export const BLOSC_LEVEL = 1
export const ZSTD_LEVEL = 1
export const GZIP_LEVEL = 1

const little = (pixelBytes: number): Loose =>
  pixelBytes === 1 ? { name: 'bytes' } : { name: 'bytes', configuration: { endian: 'little' } }

function compressor(compression: Compression, pixelBytes: number): readonly Loose[] {
  const blosc = (cname: string): Loose => ({
    name: 'blosc',
    configuration: {
      cname,
      clevel: BLOSC_LEVEL,
      shuffle: pixelBytes > 1 ? 'shuffle' : 'noshuffle',
      typesize: pixelBytes,
      blocksize: 0
    }
  })
  switch (compression) {
    case 'none':
      return []
    case 'blosc-lz4':
      return [blosc('lz4')]
    case 'blosc-zstd':
      return [blosc('zstd')]
    case 'zstd':
      return [{ name: 'zstd', configuration: { level: ZSTD_LEVEL, checksum: false } }]
    case 'gzip':
      return [{ name: 'gzip', configuration: { level: GZIP_LEVEL } }]
    case 'lzw':
    case 'deflate':
      throw new Error(`${compression} is a compression of TIFF, not of Zarr`)
  }
}

const shapeOf = (grid: Grid, key: 'chunk' | 'chunks'): number[] =>
  [...grid.axes, grid.y, grid.x].map((axis) => axis[key])

export function arrayDocument(plan: StreamPlan, grid: Grid, shape: readonly number[]): Loose {
  const chunk = shapeOf(grid, 'chunk')
  const codecs = [little(grid.pixelBytes), ...compressor(plan.compression.zarr, grid.pixelBytes)]
  const sharding = {
    name: 'sharding_indexed',
    configuration: {
      chunk_shape: chunk,
      codecs,
      index_codecs: [{ name: 'bytes', configuration: { endian: 'little' } }, { name: 'crc32c' }],
      index_location: plan.shardIndex
    }
  }
  const chunks = shapeOf(grid, 'chunks')
  return {
    zarr_format: 3,
    node_type: 'array',
    shape,
    data_type: plan.frame.pixelType,
    chunk_grid: {
      name: 'regular',
      configuration: {
        chunk_shape: grid.sharded ? chunk.map((size, k) => size * (chunks[k] as number)) : chunk
      }
    },
    chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
    fill_value: 0,
    codecs: grid.sharded ? [sharding] : codecs,
    attributes: {},
    dimension_names: [...grid.axes.map((axis) => axis.plan.name), 'y', 'x']
  }
}
