/** What a sample is told, and what it answers; peer.py knows the same names. */
import type { Rhythm } from '../../src-main/formats/deadlines'

export interface Sample {
  readonly writer: string
  readonly path: string
  /** File with frames of uint16, one after the other. */
  readonly data: string
  readonly width: number
  readonly height: number
  readonly frames: number
  readonly format: 'ome-tiff' | 'ome-zarr' | 'both'
  readonly compression: 'none' | 'blosc-lz4'
  readonly chunk?: number
  readonly shard?: number
  /** Frames come at this rate; without it as fast as they are taken. */
  readonly fps?: number
  readonly preview?: boolean
  readonly poolMB?: number
  readonly rhythm?: Partial<Rhythm>
  readonly threadFile: string
}

export interface Outcome {
  readonly seconds: number
  readonly appendP99Ms: number | null
  readonly cpuSeconds: number
  /** Above what the process had before the first frame. */
  readonly peakMB: number
}
