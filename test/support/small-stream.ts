/** A small stream in a folder of its own, for tests of what a stream does when something fails: frame n is filled with n + 1. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import type { AcquisitionSettings } from '../../src-main/formats/settings'
import { createStream, type AppendStream, type StreamOptions } from '../../src-main/formats/stream'
import { writerThread } from './bundle'
import { readTiff } from './read-tiff'

export const W = 64
export const H = 32

export interface SmallStreams {
  /** New for each test. */
  readonly folder: string
  open(more?: Partial<AcquisitionSettings>, options?: StreamOptions): Promise<AppendStream>
}

/** Call at the top of a test file. */
export function smallStreams(): SmallStreams {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'benchframe-stream-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    get folder() {
      return folder
    },
    async open(more = {}, options = {}) {
      const settings: AcquisitionSettings = {
        rootPath: join(folder, 'run'),
        dimensions: [
          { name: 't', count: null },
          { name: 'y', count: H },
          { name: 'x', count: W }
        ],
        dtype: 'uint16',
        format: 'ome-tiff',
        ...more
      }
      return createStream(settings, { threadFile: await writerThread(), ...options })
    }
  }
}

export const frame = (n: number): Uint16Array => new Uint16Array(W * H).fill(n + 1)

/** The first byte of each plane of a TIFF: which frame it is. */
export function planes(path: string): number[] {
  const tiff = readTiff(path)
  return tiff.pages.map((_, i) => tiff.plane(i)[0] ?? -1)
}

/** Appends until it fails or there are enough; answers how many were taken. */
export async function appendAll(stream: AppendStream, frames: number): Promise<number> {
  for (let i = 0; i < frames; i++) {
    try {
      await stream.append(frame(i), { metadata: { n: i } })
    } catch {
      return i
    }
  }
  return frames
}
