/** When the frames along an axis were taken, and which of them is to be seen at a moment. */
import type { AxisInfo } from '../../src-preload/contract/dataset'
import type { FrameRows } from './frame-rows'

export interface Moment {
  /** Index along the axis. */
  readonly at: number
  readonly seconds: number
}

const SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  second: 1,
  ms: 1e-3,
  millisecond: 1e-3,
  µs: 1e-6,
  us: 1e-6,
  microsecond: 1e-6,
  min: 60,
  minute: 60,
  h: 3600,
  hour: 3600
}

/** The times that the frames themselves say, earliest first; the other axes stay where `index` is. */
export function measuredMoments(
  rows: FrameRows,
  image: number,
  index: readonly number[],
  axis: number
): Moment[] {
  const factor = SECONDS[rows.units['delta_t'] ?? 's']
  if (factor === undefined) return []
  const found: Moment[] = []
  for (let row = 0; row < rows.length; row++) {
    const stored = rows.storage[row]
    if (stored === undefined || rows.images[row] !== image || stored.length !== index.length) continue
    if (!stored.every((at, i) => i === axis || at === index[i])) continue
    const time = rows.cell(row, 'delta_t')
    if (typeof time === 'number') found.push({ at: stored[axis] ?? 0, seconds: time * factor })
  }
  return found.sort((a, b) => a.seconds - b.seconds || a.at - b.at)
}

/** The times that a time axis announces for its steps; empty where it tells no step in a unit of time. */
export function announcedMoments({ name, size, unit, scale, translation = 0 }: AxisInfo): Moment[] {
  const factor = SECONDS[unit ?? '']
  if (name.toLowerCase() !== 't' || factor === undefined || scale === undefined || !(scale > 0)) return []
  return Array.from({ length: size }, (_, at) => ({ at, seconds: (translation + at * scale) * factor }))
}

/** Number of the last moment that has begun by then; 0 before the first. */
export function begun(moments: readonly Moment[], seconds: number): number {
  let low = 0
  let high = moments.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((moments[middle]?.seconds ?? Infinity) <= seconds) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}

/** The moment nearest to a time, for a slider that is dragged over time. */
export function nearest(moments: readonly Moment[], seconds: number): Moment | undefined {
  const before = moments[begun(moments, seconds)]
  const after = moments[begun(moments, seconds) + 1]
  if (before === undefined || after === undefined) return before
  return after.seconds - seconds < seconds - before.seconds ? after : before
}

/** How long the last frame stays before the first comes again: as long as the others did on average. */
export function lastStays(moments: readonly Moment[]): number {
  const first = moments[0]?.seconds ?? 0
  const last = moments.at(-1)?.seconds ?? 0
  return moments.length < 2 ? 1 : (last - first) / (moments.length - 1)
}

/** What is to be seen at a moment of playing, and how long until the next; `over` behind the last. */
export function playStep(
  moments: readonly Moment[],
  seconds: number,
  speed: number
): { readonly at: number; readonly waitMs: number } | 'over' {
  const number = begun(moments, seconds)
  const moment = moments[number]
  if (moment === undefined) return 'over'
  const next = moments[number + 1]
  if (next === undefined && seconds >= moment.seconds + lastStays(moments)) return 'over'
  const until = next?.seconds ?? moment.seconds + lastStays(moments)
  return { at: moment.at, waitMs: (Math.max(0, until - seconds) / speed) * 1000 }
}
