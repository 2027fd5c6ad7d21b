/** What was measured, as rows of numbers: for the clipboard and as CSV. */
import type { LineShape, Measured, MeasuredChannel, MeasuredFrames } from '../../src-preload/contract/measure'
import type { CellValue } from '../../src-preload/contract/table-filter'
import { measure as text } from '../strings-measure'
import type { FrameRows } from './frame-rows'
import { lengthOf, type PixelSides } from './measured-shape'

export interface Sheet {
  readonly heads: readonly string[]
  readonly rows: readonly (readonly CellValue[])[]
}

export const channelName = ({ name }: Pick<MeasuredChannel, 'name'>, at: number, of: number): string =>
  name !== '' ? name : of > 1 ? text.channelNumber(at + 1) : ''

/** Distances of the steps of a line from its begin. */
export function distances(line: LineShape, steps: number, sides: PixelSides): number[] {
  const step = steps < 2 ? 0 : lengthOf(line, sides) / (steps - 1)
  return Array.from({ length: steps }, (_, i) => i * step)
}

const finite = (value: number | undefined): number | null =>
  value === undefined || !Number.isFinite(value) ? null : value

export function profileSheet({ channels }: Measured, line: LineShape, sides: PixelSides): Sheet {
  const along = channels.flatMap((channel, at) => (channel.values === null ? [] : [{ channel, at }]))
  const steps = along[0]?.channel.values?.length ?? 0
  return {
    heads: [
      `${text.distance} (${sides === null ? 'px' : 'µm'})`,
      ...along.map(({ channel, at }) => channelName(channel, at, channels.length) || text.ofValue)
    ],
    rows: distances(line, steps, sides).map((distance, i) => [
      distance,
      ...along.map(({ channel }) => finite(channel.values?.[i]))
    ])
  }
}

const KEYS = ['n', 'mean', 'std', 'min', 'max', 'sum', 'missing', 'notFinite'] as const
const HEADS = ['n', 'mean', 'std', 'min', 'max', 'sum', 'missing', 'not finite']

export function statisticsSheet({ channels }: Measured, frame: number | null, sides: PixelSides): Sheet {
  const area = (n: number): number | null => (sides === null ? null : n * sides.x * sides.y)
  return {
    heads: ['frame', 'channel', ...HEADS, 'area (µm²)'],
    rows: channels.map((channel, at) => [
      frame,
      channelName(channel, at, channels.length),
      ...KEYS.map((key) => channel.statistics?.[key] ?? null),
      channel.statistics === null ? null : area(channel.statistics.n)
    ])
  }
}

/** A row a frame, with its time and its place. */
export function framesSheet({ frames, samples }: MeasuredFrames, rows: FrameRows): Sheet {
  const rowOf = new Map(rows.frames.map((frame, row) => [frame, row]))
  const named = (key: string, name: string): string => (name === '' ? key : `${key} ${name}`)
  const keys = ['n', 'mean', 'std', 'min', 'max'] as const
  const unit = rows.units['delta_t'] ?? 's'
  return {
    heads: [
      'frame',
      `delta_t (${unit})`,
      'storage_index',
      ...samples.flatMap(({ name }) => keys.map((key) => named(key, name)))
    ],
    rows: [...frames].map((frame, i) => {
      const row = rowOf.get(frame)
      return [
        frame,
        row === undefined ? null : rows.cell(row, 'delta_t'),
        row === undefined ? null : (rows.storage[row] ?? []).join(' '),
        ...samples.flatMap((series) => keys.map((key) => finite(series[key][i])))
      ]
    })
  }
}

/** For a spreadsheet's paste: tabs, and nothing that would break a row. */
export const asTabs = ({ heads, rows }: Sheet): string =>
  [heads, ...rows]
    .map((row) => row.map((cell) => String(cell ?? '').replace(/[\t\r\n]+/g, ' ')).join('\t'))
    .join('\n')
