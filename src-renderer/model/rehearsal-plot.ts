/** A rehearsal as coordinates of a picture 1000 wide and 100 high: the trace, the thresholds, and where the rule would have fired. */
import type { Rehearsal, RuleTest } from '../../src-preload/contract/rule'

export const PLOT = { width: 1000, height: 100 } as const

export interface RehearsalPlot {
  readonly trace: string
  /** Heights of the thresholds that lie within the picture's range. */
  readonly thresholds: readonly number[]
  readonly fires: readonly { readonly x: number; readonly fired: boolean }[]
  readonly low: number
  readonly high: number
}

/** The values that a test compares with. */
export function thresholdsOf(test: RuleTest): readonly number[] {
  switch (test.kind) {
    case 'above':
    case 'below':
      return [test.value]
    case 'between':
      return [test.low, test.high]
    case 'changed':
    case 'always':
      return []
  }
}

export function rehearsalPlot({ from, to, trace, fires }: Rehearsal, test: RuleTest): RehearsalPlot {
  const thresholds = thresholdsOf(test)
  const values = [...trace.map(([, value]) => value), ...thresholds]
  const least = values.reduce((a, b) => Math.min(a, b), Infinity)
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity)
  // A little air, also where all values are the same.
  const air = (most - least) * 0.08 || Math.abs(most) * 0.01 || 1
  const low = least - air
  const high = most + air
  const x = (time: number): number =>
    to > from ? ((time - from) / (to - from)) * PLOT.width : PLOT.width / 2
  const y = (value: number): number => PLOT.height - ((value - low) / (high - low)) * PLOT.height
  return {
    trace: trace.map(([time, value]) => `${x(time).toFixed(1)},${y(value).toFixed(1)}`).join(' '),
    thresholds: thresholds.map(y),
    fires: fires.map(({ time, outcome }) => ({ x: x(time), fired: outcome === 'fire' })),
    low: least,
    high: most
  }
}
