/** In what order the frames of a recording came, over all its images: counted from the settings that Benchframe stored with them. */
import type { Json } from '../../../src-preload/contract/record'
import { isObject } from './array-meta'

/** The running number of a frame from its image and storage index; null where the settings don't tell. */
export type RecordingOrder = (image: number, storageIndex: readonly number[]) => number

export function recordingOrder(settings: Json | undefined): RecordingOrder | null {
  if (!isObject(settings)) return null
  const { axes, images, positionAxis, storageOrder } = settings
  if (!Array.isArray(axes) || !Array.isArray(images) || !Array.isArray(storageOrder)) return null
  if (storageOrder.length !== axes.length) return null
  const counts = (axes as readonly Json[]).map((axis) => (isObject(axis) && typeof axis['count'] === 'number' ? axis['count'] : Infinity))
  const place = typeof positionAxis === 'number' ? positionAxis : null
  return (image, storageIndex) => {
    const index = new Array<number>(counts.length).fill(0)
    ;(storageOrder as readonly number[]).forEach((axis, i) => (index[axis] = storageIndex[i] ?? 0))
    const digits = [...index]
    const limits = [...counts]
    if (place !== null) {
      digits.splice(place, 0, image)
      limits.splice(place, 0, images.length)
    }
    return digits.reduce((number, digit, i) => (i === 0 ? digit : number * (limits[i] as number) + digit), 0)
  }
}
