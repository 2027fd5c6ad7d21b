/** Tries a rule's condition on values that are already there: the same decisions as in a run, without acting. */
import type { Rehearsal, RehearsedFire, Rule } from '../../../src-preload/contract/rule'
import { Condition } from './condition'

export interface RehearsalSample {
  /** Seconds of the run. */
  readonly time: number
  /** NaN: unknown. */
  readonly value: number
  readonly frame: number | null
}

const MOST_FIRES = 1_000
const MOST_POINTS = 2_000

/** Answers what the condition decides on these samples, given in order of time. */
export async function rehearse(
  rule: Rule,
  samples: AsyncIterable<RehearsalSample> | Iterable<RehearsalSample>
): Promise<Omit<Rehearsal, 'note'>> {
  const condition = new Condition(rule.condition)
  const fires: RehearsedFire[] = []
  const points: (readonly [number, number])[] = []
  let count = 0
  let unknown = 0
  let fired = 0
  let from = Infinity
  let to = -Infinity
  for await (const { time, value, frame } of samples) {
    count += 1
    from = Math.min(from, time)
    to = Math.max(to, time)
    if (Number.isFinite(value)) points.push([time, value])
    else unknown += 1
    const decision = condition.sample({ time, value, stale: !Number.isFinite(value) })
    if (decision.kind !== 'fire' && decision.kind !== 'ignored') continue
    if (decision.kind === 'fire') fired += 1
    const outcome = decision.kind === 'fire' ? 'fire' : decision.why
    if (fires.length < MOST_FIRES) fires.push({ time, value, frame, outcome })
  }
  if (count === 0) return { from: 0, to: 0, samples: 0, unknown: 0, trace: [], fires: [], fired: 0 }
  return { from, to, samples: count, unknown, trace: thinned(points), fires, fired }
}

/** The lowest and highest point of each of many equal stretches, in order: no peak is lost. */
export function thinned(
  points: readonly (readonly [number, number])[],
  most = MOST_POINTS
): readonly (readonly [number, number])[] {
  if (points.length <= most) return points
  const stretches = Math.floor(most / 2)
  const kept: (readonly [number, number])[] = []
  for (let i = 0; i < stretches; i++) {
    const start = Math.floor((i * points.length) / stretches)
    const end = Math.floor(((i + 1) * points.length) / stretches)
    let low = start
    let high = start
    for (let j = start; j < end; j++) {
      if (valueAt(points, j) < valueAt(points, low)) low = j
      if (valueAt(points, j) > valueAt(points, high)) high = j
    }
    for (const j of low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) {
      const point = points[j]
      if (point !== undefined) kept.push(point)
    }
  }
  return kept
}

const valueAt = (points: readonly (readonly [number, number])[], i: number): number => points[i]?.[1] ?? NaN
