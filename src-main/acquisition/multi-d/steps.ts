/** The frames of a Multi-D plan one by one, in the user's order: what each belongs to and what is different from the one before. */
import {
  countAlong,
  positionsOf,
  zOffsets,
  type MultiD,
  type MultiDAxis,
  type MultiDChannel,
  type PlannedPosition
} from '../../../src-preload/contract/multi-d'

export interface Step {
  /** Place along each axis, from 0; 0 along an axis that is not used. */
  readonly at: Readonly<Record<MultiDAxis, number>>
  readonly position: PlannedPosition | null
  readonly channel: MultiDChannel | null
  /** µm from the z of the position; null: no z stack. */
  readonly zOffset: number | null
}

export function* stepsOf(plan: MultiD): Generator<Step> {
  const offsets = plan.z.on ? zOffsets(plan.z) : [null]
  const positions = positionsOf(plan) ?? [null]
  const channels = plan.channels.on ? plan.channels.list : [null]
  const [a, b, c, d] = plan.order as readonly [MultiDAxis, MultiDAxis, MultiDAxis, MultiDAxis]
  const along = (axis: MultiDAxis): number => countAlong(plan, axis)
  const count = { t: along('t'), p: along('p'), c: along('c'), z: along('z') }
  const at = { t: 0, p: 0, c: 0, z: 0 }
  for (at[a] = 0; at[a] < count[a]; at[a]++)
    for (at[b] = 0; at[b] < count[b]; at[b]++)
      for (at[c] = 0; at[c] < count[c]; at[c]++)
        for (at[d] = 0; at[d] < count[d]; at[d]++)
          yield {
            at: { ...at },
            position: positions[at.p] ?? null,
            channel: channels[at.c] ?? null,
            zOffset: offsets[at.z] ?? null
          }
}
