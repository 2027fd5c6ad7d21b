/** Measures a shape in one plane, from its full resolution, band by band: never more of it in memory than a band, and main is not held up. */
import type { LineShape, MeasuredShape, RegionShape, Statistics } from '../../../src-preload/contract/measure'
import { Failed } from '../../../src-preload/contract/failure'
import type { Dataset, Level, MissingPlane, PlaneBox, PlanePart } from '../dataset'
import { numbersOf } from '../plane-numbers'
import { boundsOf, runInRow, runsWithout, stepsOf, within, type Run, type Step } from './shape-pixels'
import { Tally } from './tally'

/** More pixels than these are not read for one question. */
export const MOST_PIXELS = 2 ** 28
/** Bytes that are read at a time, where blocks are not larger. */
const BAND = 2 ** 23
/** Pixels between two breaths of the event loop. */
const BREATH = 2 ** 20
/** The least part of a plane that a piece of a line reads. */
const LEAST_PIECE = 2 ** 16

export interface MeasuredPlane {
  /** One for each sample of a pixel: one, or red, green and blue. */
  readonly statistics: readonly Statistics[]
  /** Of a line. */
  readonly values: readonly Float64Array[] | null
  /** Why pixels are missing; null: none is. */
  readonly reason: string | null
}

/** The shape as far as it lies in an image's planes. Errors: `argument.invalid`. */
export function shapeIn(dataset: Dataset, image: number, shape: MeasuredShape): MeasuredShape {
  const [full] = dataset.levels(image)
  if (full === undefined) throw new Failed('dataset.unreadable', 'The image has no pixels that can be read.')
  const inside = within(shape, full)
  if (inside === null)
    throw new Failed('argument.invalid', `The shape lies outside of ${full.width} × ${full.height} pixels.`)
  if (inside.kind === 'line') return inside
  const { width, height } = boundsOf(inside, full)
  if (width * height > MOST_PIXELS)
    throw new Failed('argument.invalid', 'The region has more than 268 million pixels.', {
      next: 'Draw a smaller one.'
    })
  return inside
}

/** Null in place of values: the plane is not there. */
export function measurePlane(
  dataset: Dataset,
  image: number,
  index: readonly number[],
  shape: MeasuredShape,
  signal?: AbortSignal
): Promise<MeasuredPlane | MissingPlane> {
  const level = dataset.levels(image)[0] as Level
  const read = (box: Omit<PlaneBox, 'level'>): Promise<PlanePart | MissingPlane> => {
    signal?.throwIfAborted()
    return dataset.part(image, index, { level: 0, ...box }, signal)
  }
  return shape.kind === 'line' ? measureLine(level, shape, read) : measureRegion(level, shape, read)
}

type Read = (box: Omit<PlaneBox, 'level'>) => Promise<PlanePart | MissingPlane>

async function measureRegion(
  level: Level,
  shape: RegionShape,
  read: Read
): Promise<MeasuredPlane | MissingPlane> {
  const { x, y, width, height } = boundsOf(shape, level)
  const rowBytes = (width * level.block.bytes) / (level.block.width * level.block.height)
  const rows = Math.max(1, level.block.height, Math.floor(BAND / rowBytes))
  const tallies: Tally[] = []
  let reason: string | null = null
  let done = 0
  // bands end where blocks do, so that no block is read twice
  for (let top = y; top < y + height;) {
    const bottom = Math.min(y + height, (Math.floor(top / rows) + 1) * rows)
    const part = await read({ x, y: top, width, height: bottom - top })
    if ('missing' in part) return part
    reason ??= part.holes[0]?.reason ?? null
    const { values, stride, samples } = numbersOf(part)
    while (tallies.length < samples) tallies.push(new Tally())
    for (let row = top; row < bottom; row++) {
      const run = runInRow(shape, row)
      if (run === null) continue
      const inside = { from: run.from - x, to: Math.min(run.to - x, width) }
      if (inside.from >= inside.to) continue
      const there = runsWithout(inside, holesOf(part, row - top))
      const first = (row - top) * width
      tallies.forEach((tally, sample) => {
        tally.missing += inside.to - inside.from
        for (const { from, to } of there) {
          tally.missing -= to - from
          tally.add(values, (first + from) * stride + sample, to - from, stride)
        }
      })
      done += width
      if (done >= BREATH) done = await breath()
    }
    top = bottom
  }
  return { statistics: tallies.map((tally) => tally.statistics()), values: null, reason }
}

/** Lets others have their turn; answers that nothing was done since. */
const breath = (): Promise<0> => new Promise((done) => setImmediate(() => done(0)))

const holesOf = ({ holes }: PlanePart, row: number): Run[] =>
  holes
    .filter(({ y, height }) => row >= y && row < y + height)
    .map(({ x, width }) => ({ from: x, to: x + width }))

async function measureLine(
  level: Level,
  shape: LineShape,
  read: Read
): Promise<MeasuredPlane | MissingPlane> {
  const steps = stepsOf(shape)
  const most = Math.max(LEAST_PIECE, level.block.width * level.block.height)
  const lines: Float64Array[] = []
  const tallies: Tally[] = []
  let reason: string | null = null
  for (const [from, to] of pieces(steps, 0, steps.length, most)) {
    const box = boxOf(steps, from, to)
    const part = await read(box)
    if ('missing' in part) return part
    reason ??= part.holes[0]?.reason ?? null
    const { values, stride, samples } = numbersOf(part)
    while (lines.length < samples) {
      lines.push(new Float64Array(steps.length).fill(NaN))
      tallies.push(new Tally())
    }
    for (let i = from; i < to; i++) {
      const step = steps[i] as Step
      const [x, y] = [step.x - box.x, step.y - box.y]
      const missing = holesOf(part, y).some((hole) => x >= hole.from && x < hole.to)
      tallies.forEach((tally, sample) => {
        if (missing) return void tally.missing++
        const at = (y * box.width + x) * stride + sample
        tally.add(values, at, 1, stride)
        ;(lines[sample] as Float64Array)[i] = values[at] as number
      })
    }
    await breath()
  }
  return { statistics: tallies.map((tally) => tally.statistics()), values: lines, reason }
}

/** A line across a large plane is read piece by piece: the rectangle around all of it may be the whole plane. */
function* pieces(
  steps: readonly Step[],
  from: number,
  to: number,
  most: number
): Generator<readonly [number, number]> {
  const { width, height } = boxOf(steps, from, to)
  if (width * height <= most || to - from === 1) return yield [from, to]
  const middle = (from + to) >> 1
  yield* pieces(steps, from, middle, most)
  yield* pieces(steps, middle, to, most)
}

/** Steps go one way only, so that the ends hold all between. */
function boxOf(steps: readonly Step[], from: number, to: number): Omit<PlaneBox, 'level'> {
  const first = steps[from] as Step
  const last = steps[to - 1] as Step
  return {
    x: Math.min(first.x, last.x),
    y: Math.min(first.y, last.y),
    width: Math.abs(first.x - last.x) + 1,
    height: Math.abs(first.y - last.y) + 1
  }
}
