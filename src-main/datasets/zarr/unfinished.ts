/** An image of an OME-Zarr that is still being recorded, or was when a crash came: as long as its journal says, its pixels from where the journal says. */
import type { ImageInfo } from '../../../src-preload/contract/dataset'
import type { MissingPlane, Plane } from '../dataset'
import { cutOut, typedView } from '../plane'
import { readyFrames } from '../records/frame-table'
import type { Recording } from '../records/recording'
import type { ZarrImage } from './zarr-image'

export function unfinishedImage(image: ZarrImage, number: number, recording: Recording): ZarrImage {
  const frames = recording.frames?.[number]
  const sizes = recording.sizes?.[number]
  if (!image.info.readable || frames === undefined || sizes?.length !== image.outer.length) return image
  const outer = image.outer.map((size, axis) => Math.max(size, sizes[axis] ?? 0))
  const { inPart: _, ...counted } = image.info
  const info: ImageInfo = {
    ...counted,
    axes: image.info.axes.map((axis, i) => ({ ...axis, size: outer[i] ?? axis.size })),
    declared: outer.reduce((all, size) => all * size, 1),
    present: null
  }
  return {
    ...image,
    info,
    outer,
    frames: readyFrames(frames),
    // a frame that only the journal has is cut out of its plane, which is one frame of a camera
    async part(index, box, signal) {
      const journaled = box.level === 0 ? fromJournal(info, number, index, recording) : null
      if (journaled !== null && !('missing' in journaled)) return cutOut(journaled, box)
      const inArray = index.every((at, axis) => at < (image.outer[axis] ?? 0))
      return inArray ? image.part(index, box, signal) : (journaled ?? notYet(info, index))
    },
    isThere: async (index) =>
      recording.pixels?.read(number, index) instanceof Uint8Array || image.isThere(index),
    async plane(index, signal) {
      const journaled = fromJournal(info, number, index, recording)
      if (journaled !== null && !('missing' in journaled)) return journaled
      const inArray = index.every((at, axis) => at < (image.outer[axis] ?? 0))
      if (inArray) return image.plane(index, signal)
      return journaled ?? notYet(info, index)
    }
  }
}

function fromJournal(
  info: ImageInfo,
  image: number,
  index: readonly number[],
  { pixels }: Recording
): Plane | MissingPlane | null {
  const found = pixels?.read(image, index) ?? null
  if (found === null) return null
  if (found === 'torn') {
    return {
      missing: 'damaged',
      reason: `The pixels at [${index.join(', ')}] of ${info.name} were torn when the recording broke off.`
    }
  }
  const [y, x] = info.axes.slice(-2)
  const data = typedView(info.pixelType, new Uint8Array(found).buffer)
  return { width: x?.size ?? 0, height: y?.size ?? 0, samples: 1, pixelType: info.pixelType, data }
}

const notYet = (info: ImageInfo, index: readonly number[]): MissingPlane => ({
  missing: 'missing',
  reason: `The pixels at [${index.join(', ')}] of ${info.name} are not yet where they can be read; recovering the recording brings them.`
})
