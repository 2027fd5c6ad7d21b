/** All levels of a pyramid but the full one, written from the frames of the full one. Without a pyramid there is none, and nothing is done. */
import type { PlacedFrame, StreamPlan } from '../file-sink'
import { LevelWriter, type ZarrSinkDeps } from './level-writer'
import { levelPlans, Reducer } from './pyramid'

export class LowerLevels {
  readonly writers: readonly LevelWriter[]
  private readonly reducers: readonly Reducer[]

  /** `deps.memory`: where the full frames lie. */
  constructor(plan: StreamPlan, deps: ZarrSinkDeps) {
    const plans = levelPlans(plan)
    let source = deps.memory
    this.reducers = plans.slice(1).map((coarser, k) => {
      const reducer = new Reducer(plans[k] as StreamPlan, coarser, source)
      source = reducer.memory
      return reducer
    })
    this.writers = this.reducers.map(
      ({ memory }, k) => new LevelWriter(plans[k + 1] as StreamPlan, k + 1, { ...deps, memory })
    )
  }

  write(frames: readonly PlacedFrame[]): void {
    let level = frames
    this.reducers.forEach((reducer, k) => {
      level = reducer.frames(level)
      this.writers[k]?.write(level)
    })
  }
}
