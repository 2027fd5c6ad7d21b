/** How much room finishing takes, so that a disk that fills up still ends in a whole dataset. Estimates err on the large side. */
import type { StreamPlan } from './file-sink'

const FIXED = 384 * 1024
const MARGIN = 1.25
/** One Plane with its units and one MapAnnotation, without the record's own text. */
const XML_PER_FRAME = 330
/** Tags around each key, and escapes. */
const XML_PER_RECORD_BYTE = 1.7
/** A directory that leads to smaller levels. */
const DIRECTORY_BYTES = 512
const XML_PER_IMAGE = 1_500
/** `storage_index`, and the frame's place in the index of a shard. */
const ZARR_PER_FRAME = 60

export function reserveNeed(plan: StreamPlan, frames: number, recordBytes: number): number {
  const images = plan.images.length
  const xml = images * XML_PER_IMAGE + frames * XML_PER_FRAME + recordBytes * XML_PER_RECORD_BYTE
  const copies = plan.tiffPath !== null && images > 1 && plan.tiffMetadata === 'redundant' ? images : 1
  const directories = (plan.pyramidLevels ?? 0) > 0 ? frames * DIRECTORY_BYTES : 0
  const tiff = plan.tiffPath === null ? 0 : xml * copies + directories
  const zarr = plan.zarrPath === null ? 0 : xml + recordBytes + frames * ZARR_PER_FRAME
  return Math.ceil(FIXED + (tiff + zarr) * MARGIN)
}
