/** What a stream needs before its thread starts: a pool that fits, and folders that go again when nothing came of it. */
import { rmdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Failed } from '../../src-preload/contract/failure'
import type { FrameFormat } from '../../src-preload/contract/pixels'
import { realDisk } from './disk'
import { createFramePool, type OwnPool } from './frame-pool'
import type { FramePool } from './sink'

export function poolFor(
  format: FrameFormat,
  { pool, poolBytes }: { readonly pool?: FramePool; readonly poolBytes?: number }
): OwnPool {
  if (pool === undefined) return createFramePool(format, poolBytes)
  const { width, height, pixelType } = pool.format
  if (width !== format.width || height !== format.height || pixelType !== format.pixelType) {
    throw new Failed(
      'frame.mismatch',
      `The frame pool holds ${width}×${height} ${pixelType}, the acquisition wants ${format.width}×${format.height} ${format.pixelType}.`
    )
  }
  if (!('states' in pool)) throw new Failed('internal', 'The frame pool was not made by createFramePool.')
  return pool as OwnPool
}

/** Folders that were made for a run that left nothing. */
export function removeEmpty(folder: string, topmost: string): void {
  for (let at = folder; at.startsWith(topmost); at = dirname(at)) {
    if (realDisk.list(at).length > 0) return
    rmdirSync(at)
  }
}
