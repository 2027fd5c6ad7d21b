/** Which frame of another dataset belongs to one of this: by its place, by its time, or by what happened before it. */
import type { AxisInfo, ImageInfo } from '../../src-preload/contract/dataset'
import type { FrameRows } from './frame-rows'
import { planeAxes } from './planes'

export type PairBy = 'index' | 'time' | 'event'

/** One side of a comparison. */
export interface Side {
  readonly images: readonly ImageInfo[]
  readonly rows: FrameRows
  /** What happened in it, where frames are paired by that. */
  readonly happenings: readonly Happening[]
  /** The frames along time at a place; worked out once for each. */
  readonly along: (place: Place) => Along
}

interface Along {
  readonly moments: readonly Moment[]
  /** Half of the usual distance between two: no frame is nearer to a partner's neighbour than that. */
  readonly toleranceSeconds: number
}

export function sideOf(images: readonly ImageInfo[], rows: FrameRows, events: readonly Happening[]): Side {
  const known = new Map<string, Along>()
  return {
    images,
    rows,
    happenings: events,
    along({ image, index }) {
      const time = at(planeAxes(images[image] as ImageInfo), 't')
      const key = `${image} ${index.map((value, axis) => (axis === time ? '' : value)).join()}`
      const found = known.get(key)
      if (found !== undefined) return found
      const moments = alongTime(rows, image, index, time)
      const made = { moments, toleranceSeconds: toleranceOf(moments) }
      known.set(key, made)
      return made
    }
  }
}

export interface Place {
  readonly image: number
  readonly index: readonly number[]
}

export type Pair =
  | {
      readonly kind: 'pair'
      readonly image: number
      readonly index: readonly number[]
      /** How much later, in seconds, the partner is than it should be; null where that is not known. */
      readonly apartSeconds: number | null
      /** The event that both come after. */
      readonly event: string | null
    }
  | { readonly kind: 'none'; readonly why: NoPair }

export type NoPair =
  | { readonly kind: 'image' }
  | { readonly kind: 'place'; readonly index: readonly number[] }
  | { readonly kind: 'time unknown' }
  | { readonly kind: 'nothing near'; readonly nearestSeconds: number | null }
  | { readonly kind: 'no events' }
  | { readonly kind: 'no such event'; readonly event: string }

const none = (why: NoPair): Pair => ({ kind: 'none', why })

const at = (axes: readonly AxisInfo[], name: string): number =>
  axes.findIndex((axis) => axis.name.toLowerCase() === name)

/** The same place by the names of its axes; an axis that only one of them has is at its begin. */
export function sameIndex(
  index: readonly number[],
  from: readonly AxisInfo[],
  to: readonly AxisInfo[]
): number[] | null {
  const there = to.map(({ name, size }) => {
    const place = at(from, name.toLowerCase())
    const value = place < 0 ? 0 : (index[place] ?? 0)
    return value < size ? value : -1
  })
  const lost = from.some(({ name }, i) => at(to, name.toLowerCase()) < 0 && (index[i] ?? 0) > 0)
  return lost || there.includes(-1) ? null : there
}

interface Moment {
  readonly seconds: number
  readonly row: number
}

/** Rows of an image that stand at the same place but for time, by their times. */
function alongTime(rows: FrameRows, image: number, index: readonly number[], time: number): Moment[] {
  const found: Moment[] = []
  for (let row = 0; row < rows.length; row++) {
    const place = rows.storage[row] ?? []
    if (rows.images[row] !== image || place.length !== index.length) continue
    if (!place.every((value, axis) => axis === time || value === index[axis])) continue
    const seconds = rows.cell(row, 'delta_t')
    if (typeof seconds === 'number') found.push({ seconds, row })
  }
  return found.sort((a, b) => a.seconds - b.seconds)
}

function toleranceOf(moments: readonly Moment[]): number {
  const steps = moments.slice(1).map(({ seconds }, i) => seconds - (moments[i]?.seconds ?? 0))
  const middle = steps.sort((a, b) => a - b)[steps.length >> 1]
  return middle === undefined || middle <= 0 ? 0.5 : Number((middle / 2).toPrecision(3))
}

/** The tolerance where none was chosen. */
export const usualTolerance = (side: Side, place: Place): number =>
  side.images[place.image] === undefined ? 0.5 : side.along(place).toleranceSeconds

function nearest(moments: readonly Moment[], seconds: number): Moment | undefined {
  let best: Moment | undefined
  for (const moment of moments)
    if (best === undefined || Math.abs(moment.seconds - seconds) < Math.abs(best.seconds - seconds))
      best = moment
  return best
}

export interface Happening {
  readonly name: string
  readonly row: number
  readonly seconds: number | null
}

/** Frames on which something happened: noted, marked, tagged, or the first of a rule's fire; in order. */
export function happenings(rows: FrameRows): Happening[] {
  const found: Happening[] = []
  for (let row = 0; row < rows.length; row++) {
    const seconds = rows.cell(row, 'delta_t')
    const add = (name: string): void => {
      found.push({ name, row, seconds: typeof seconds === 'number' ? seconds : null })
    }
    const [note, tags, mark, rule] = ['note', 'tags', 'mark', 'rule'].map((key) => rows.cell(row, key))
    if (note != null && note !== '') add(`note ${String(note)}`)
    if (tags != null && tags !== '') add(`tag ${String(tags)}`)
    if (mark === true || mark === 'true') add('mark')
    if (rule != null && rule !== '' && (rows.cell(row, 'burst_index') ?? 0) === 0) add(`rule ${String(rule)}`)
  }
  return found
}

/** The partner of a frame. `toleranceSeconds`: how far the times of a pair may be apart. */
export function partner(left: Side, right: Side, place: Place, by: PairBy, toleranceSeconds: number): Pair {
  const from = left.images[place.image]
  const to = right.images[place.image]
  if (from === undefined || to === undefined) return none({ kind: 'image' })
  const index = sameIndex(place.index, planeAxes(from), planeAxes(to))
  if (by === 'index') {
    if (index === null) return none({ kind: 'place', index: place.index })
    return {
      kind: 'pair',
      image: place.image,
      index,
      apartSeconds: apart(left, right, place, index),
      event: null
    }
  }
  // by time, the place along time itself does not count
  const time = at(planeAxes(from), 't')
  const begin = sameIndex(
    place.index.map((value, axis) => (axis === time ? 0 : value)),
    planeAxes(from),
    planeAxes(to)
  )
  if (begin === null) return none({ kind: 'place', index: place.index })
  const seconds = secondsOf(left, place)
  if (seconds === null) return none({ kind: 'time unknown' })
  const { moments } = right.along({ image: place.image, index: begin })
  if (by === 'time') return near(right, moments, seconds, toleranceSeconds, null)
  return byEvent(left, right, place, seconds, moments, toleranceSeconds)
}

const secondsOf = ({ rows }: Side, { image, index }: Place): number | null => {
  const row = rows.find(image, index)
  const value = row < 0 ? null : rows.cell(row, 'delta_t')
  return typeof value === 'number' ? value : null
}

function apart(left: Side, right: Side, place: Place, index: readonly number[]): number | null {
  const [a, b] = [secondsOf(left, place), secondsOf(right, { image: place.image, index })]
  return a === null || b === null ? null : b - a
}

function near(
  { rows }: Side,
  moments: readonly Moment[],
  seconds: number,
  tolerance: number,
  event: string | null
): Pair {
  const best = nearest(moments, seconds)
  if (best === undefined) return none({ kind: 'nothing near', nearestSeconds: null })
  const apartSeconds = best.seconds - seconds
  if (Math.abs(apartSeconds) > tolerance) return none({ kind: 'nothing near', nearestSeconds: apartSeconds })
  return {
    kind: 'pair',
    image: rows.images[best.row] ?? 0,
    index: rows.storage[best.row] ?? [],
    apartSeconds,
    event
  }
}

/** As long after the event on one side as on the other: the last event before the frame, or the first one after it. */
function byEvent(
  left: Side,
  right: Side,
  place: Place,
  seconds: number,
  moments: readonly Moment[],
  tolerance: number
): Pair {
  const own = left.happenings.filter((one) => one.seconds !== null)
  const before = own.filter((one) => (one.seconds ?? 0) <= seconds)
  const event = before[before.length - 1] ?? own[0]
  if (event === undefined) return none({ kind: 'no events' })
  const same = (one: Happening): boolean => one.name === event.name
  const number = own.filter(same).indexOf(event)
  const other = right.happenings.filter((one) => one.seconds !== null && same(one))[number]
  if (other === undefined) return none({ kind: 'no such event', event: event.name })
  const wanted = (other.seconds ?? 0) + seconds - (event.seconds ?? 0)
  return near(right, moments, wanted, tolerance, event.name)
}
