/** The data model of an acquisition: the same names and rules as ome-writers, in camelCase. */
import type { PixelType } from '../../src-preload/contract/pixels'

export type Compression = 'none' | 'lzw' | 'deflate' | 'zstd' | 'blosc-zstd' | 'blosc-lz4' | 'gzip'

export interface Channel {
  readonly name: string
  readonly excitationWavelengthNm?: number
  readonly emissionWavelengthNm?: number
  readonly fluorophore?: string
  /** `#rrggbb`. */
  readonly color?: string
}

export interface Position {
  readonly name: string
  readonly plateRow?: string
  readonly plateColumn?: string
  readonly gridRow?: number
  readonly gridColumn?: number
  /** µm. */
  readonly xCoord?: number
  readonly yCoord?: number
  readonly zCoord?: number
}

export interface Plate {
  readonly rowNames: readonly string[]
  readonly columnNames: readonly string[]
  readonly name?: string
}

export interface Dimension {
  readonly name: string
  /** > 0, or null: unbounded (the first dimension only). */
  readonly count: number | null
  readonly type?: 'space' | 'time' | 'channel' | 'position' | 'other'
  readonly chunkSize?: number
  /** Chunks per shard. */
  readonly shardSizeChunks?: number
  readonly unit?: string
  readonly scale?: number
  readonly translation?: number
  readonly coords?: readonly (string | number | Channel | Position)[]
}

export interface AcquisitionSettings {
  readonly rootPath: string
  readonly dimensions: readonly Dimension[]
  readonly dtype: PixelType
  readonly format?: 'ome-tiff' | 'ome-zarr' | 'both'
  readonly compression?: Compression
  readonly storageOrder?: 'acquisition' | 'ome' | readonly string[]
  readonly plate?: Plate
  readonly overwrite?: boolean
  readonly tiffMetadata?: 'redundant' | 'master' | 'companion'
  readonly shardIndex?: 'end' | 'start'
  readonly significantBits?: number
  /** Smaller copies of each image beside it, each half as wide and high as the one before. None where left out. */
  readonly pyramidLevels?: number
  /**
   * OME-TIFF: planes are stored in square tiles with sides of so many pixels, a multiple of 16. Where left out, one strip a plane; with a pyramid, 512.
   * (Chunks of OME-Zarr are the `chunkSize` of y and x.)
   */
  readonly tileSize?: number
}
