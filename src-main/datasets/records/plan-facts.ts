/** What the settings snapshot of a recording (a StreamPlan without its paths) tells a reader: its axes in storage order, and in what order frames came. */
import { isJsonObject, type Json } from '../../../src-preload/contract/record'

export interface PlanFacts {
  /** Letters of the axes but y and x, in storage order. */
  readonly letters: readonly ('t' | 'c' | 'z')[]
  /** `order[i]` is the acquisition axis that is stored as i-th. */
  readonly storageOrder: readonly number[]
  /** The running number of a frame over all images. */
  order(image: number, storageIndex: readonly number[]): number
}

const LETTERS: Readonly<Record<string, 't' | 'c' | 'z'>> = { time: 't', channel: 'c', other: 'c', space: 'z' }

/** Null where the value is no such snapshot. */
export function planFacts(settings: Json | undefined): PlanFacts | null {
  if (!isJsonObject(settings)) return null
  const { images, positionAxis } = settings
  const axes = Array.isArray(settings['axes'])
    ? (settings['axes'] as readonly Json[]).filter(isJsonObject)
    : null
  const stored = Array.isArray(settings['storageOrder'])
    ? (settings['storageOrder'] as readonly Json[])
    : null
  if (axes === null || stored === null || !Array.isArray(images) || stored.length !== axes.length) return null
  const storageOrder = stored.map(Number)
  const letters = storageOrder.flatMap((axis) => LETTERS[String(axes[axis]?.['type'])] ?? [])
  if (letters.length !== axes.length || new Set(letters).size !== letters.length) return null
  const counts = axes.map(({ count }) => (typeof count === 'number' ? count : Infinity))
  const place = typeof positionAxis === 'number' ? positionAxis : null
  return {
    letters,
    storageOrder,
    order(image, storageIndex) {
      const digits = new Array<number>(counts.length).fill(0)
      storageOrder.forEach((axis, i) => (digits[axis] = storageIndex[i] ?? 0))
      const limits = [...counts]
      if (place !== null) {
        digits.splice(place, 0, image)
        limits.splice(place, 0, images.length)
      }
      return digits.reduce(
        (number, digit, i) => (i === 0 ? digit : number * (limits[i] as number) + digit),
        0
      )
    }
  }
}
