/** The mean of a shape over the frames, as series: one a channel, along time at the place of the other axes. */
import type { ImageInfo } from '../../src-preload/contract/dataset'
import type { MeasuredFrames } from '../../src-preload/contract/measure'
import { measure as text } from '../strings-measure'
import type { FrameRows } from './frame-rows'
import { planeAxes } from './planes'

export interface Means {
  readonly series: readonly {
    readonly label: string
    readonly color: string | undefined
    readonly x: readonly number[]
    readonly y: readonly (number | null)[]
  }[]
  /** Over the frames' own times; else over their numbers. */
  readonly timed: boolean
  /** The row to go to from a place on the chart, in the channel in view where it has one, and where a row stands. */
  readonly rowAt: ReadonlyMap<number, number>
  readonly xOf: ReadonlyMap<number, number>
}

interface Point {
  readonly x: number
  /** Number of the measured frame. */
  readonly at: number
  readonly row: number
  readonly place: readonly number[]
}

export function meansOverFrames(
  { frames, samples }: MeasuredFrames,
  rows: FrameRows,
  image: ImageInfo,
  index: readonly number[]
): Means {
  const axes = planeAxes(image)
  const named = (name: string): number => axes.findIndex((axis) => axis.name.toLowerCase() === name)
  const [time, channel] = [named('t'), named('c')]
  const rowOf = new Map(rows.frames.map((frame, row) => [frame, row]))
  // Where there is no axis of time, all frames are a series.
  const here = (place: readonly number[]): boolean =>
    time < 0 || place.every((at, axis) => axis === time || axis === channel || at === index[axis])
  const wanted = [...frames].flatMap((frame, at) => {
    const row = rowOf.get(frame)
    const place = row === undefined ? [] : (rows.storage[row] ?? [])
    return row !== undefined && here(place) ? [{ at, row, frame, place }] : []
  })
  const times = wanted.map(({ row }) => rows.cell(row, 'delta_t'))
  const timed = wanted.length > 0 && times.every((value) => typeof value === 'number')
  // The channels of one time are taken one after the other, and stand at the same x.
  const begins = new Map<number, number>()
  const points = wanted.map(({ at, row, frame, place }, i): Point => {
    const own = timed ? Number(times[i]) : frame
    const step = time < 0 ? at : (place[time] ?? 0)
    if (!begins.has(step)) begins.set(step, own)
    return { at, row, place, x: begins.get(step) ?? own }
  })
  points.sort((a, b) => a.x - b.x)
  const channels = channel < 0 ? 1 : (axes[channel]?.size ?? 1)
  const series = Array.from({ length: channels }, (_, number) => {
    const own = points.filter(({ place }) => channel < 0 || place[channel] === number)
    const { name = '', color } = image.channels[number] ?? {}
    return samples.map((sample) => ({
      label:
        sample.name !== ''
          ? sample.name
          : name !== '' || channels === 1
            ? name
            : text.channelNumber(number + 1),
      color,
      x: own.map(({ x }) => x),
      y: own.map(({ at }) => {
        const mean = sample.mean[at] ?? NaN
        return Number.isFinite(mean) ? mean : null
      })
    }))
  }).flat()
  const onScreen = ({ place }: Point): boolean => channel < 0 || place[channel] === index[channel]
  return {
    series,
    timed,
    rowAt: new Map(
      points
        .map(({ x, row }) => [x, row] as const)
        .concat(points.filter(onScreen).map(({ x, row }) => [x, row] as const))
    ),
    xOf: new Map(points.map(({ x, row }) => [row, x]))
  }
}
