// The measured shape as it is drawn and moved, and what was measured as rows and series.
import { describe, expect, it } from 'vitest'
import type { ImageInfo } from '../../../src-preload/contract/dataset'
import type { LineShape, Measured, MeasuredFrames, RegionShape } from '../../../src-preload/contract/measure'
import { FrameRows } from '../../../src-renderer/model/frame-rows'
import {
  drawn,
  fitted,
  handlesOf,
  inTheMiddle,
  lengthOf,
  moved
} from '../../../src-renderer/model/measured-shape'
import {
  asTabs,
  framesSheet,
  profileSheet,
  statisticsSheet
} from '../../../src-renderer/model/measured-table'
import { meansOverFrames } from '../../../src-renderer/model/over-frames'
import { pixelSidesUm } from '../../../src-renderer/model/planes'

const full = { width: 100, height: 60 }
const region: RegionShape = { kind: 'rectangle', x: 10, y: 20, width: 30, height: 15 }
const line: LineShape = { kind: 'line', x1: 5, y1: 50, x2: 8, y2: 46 }

describe('a shape', () => {
  it('has whole pixels inside of the frame, whichever way it is drawn', () => {
    expect(drawn('rectangle', { x: 40.3, y: 35.4 }, { x: 9.8, y: 19.6 }, full)).toEqual({
      ...region,
      y: 20
    })
    expect(drawn('ellipse', { x: -20, y: 50 }, { x: 300, y: 90 }, full)).toEqual({
      kind: 'ellipse',
      x: 0,
      y: 50,
      width: 100,
      height: 10
    })
    expect(drawn('line', { x: 5.9, y: 50.1 }, { x: 140, y: -3 }, full)).toEqual({
      kind: 'line',
      x1: 5,
      y1: 50,
      x2: 99,
      y2: 0
    })
  })

  it('is none where the pointer hardly moved', () => {
    expect(drawn('rectangle', { x: 5, y: 5 }, { x: 5.2, y: 30 }, full)).toBeNull()
    expect(drawn('line', { x: 5.1, y: 5.1 }, { x: 5.4, y: 5.3 }, full)).toBeNull()
  })

  it('is moved as a whole without losing its size, and by its corners without losing all of it', () => {
    expect(moved(region, 'middle', { x: 500, y: -500 }, full)).toEqual({ ...region, x: 70, y: 0 })
    expect(moved(region, 'top left', { x: 3, y: -4 }, full)).toEqual({
      ...region,
      x: 13,
      y: 16,
      width: 27,
      height: 19
    })
    expect(moved(region, 'top left', { x: 50, y: 50 }, full)).toEqual({
      ...region,
      x: 39,
      y: 34,
      width: 1,
      height: 1
    })
    expect(moved(region, 'bottom right', { x: -90, y: 90 }, full)).toEqual({
      ...region,
      width: 1,
      height: 40
    })
    expect(moved(line, 'middle', { x: -20, y: 20 }, full)).toEqual({ ...line, x1: 0, x2: 3, y1: 59, y2: 55 })
    expect(moved(line, 'end', { x: 1, y: 1 }, full)).toEqual({ ...line, x2: 9, y2: 47 })
  })

  it('is cut to a smaller frame, and is none outside of it', () => {
    expect(fitted(region, { width: 25, height: 60 })).toEqual({ ...region, width: 15 })
    expect(fitted(region, { width: 10, height: 60 })).toBeNull()
    expect(fitted(line, { width: 8, height: 60 })).toBeNull()
    expect(fitted(line, { width: 9, height: 60 })).toEqual(line)
  })

  it('can be begun without drawing, in a frame of any size', () => {
    for (const size of [full, { width: 1, height: 1 }, { width: 2, height: 3 }])
      for (const kind of ['line', 'rectangle', 'ellipse'] as const) {
        const shape = inTheMiddle(kind, size)
        expect(fitted(shape, size)).toEqual(shape)
        expect(handlesOf(shape).length).toBeGreaterThan(2)
      }
  })

  it('has its length in µm where both sides of a pixel are known', () => {
    const axes = [
      { name: 'y', size: 60, unit: 'µm', scale: 0.5 },
      { name: 'x', size: 100, unit: 'nanometer', scale: 1000 }
    ]
    const image = { axes } as unknown as ImageInfo
    expect(pixelSidesUm(image)).toEqual({ x: 1, y: 0.5 })
    expect(lengthOf(line, pixelSidesUm(image))).toBeCloseTo(Math.hypot(3, 2), 12)
    expect(lengthOf(line, null)).toBe(5)
    const unknown = { axes: [axes[1], { name: 'y', size: 60 }] } as unknown as ImageInfo
    expect(pixelSidesUm(unknown)).toBeNull()
  })
})

const statistics = { n: 4, min: 1, max: 5, mean: 3, std: 2, sum: 12, missing: 1, notFinite: 0 }
const measured: Measured = {
  shape: line,
  channels: [
    { name: 'DAPI', statistics, values: Float64Array.of(1, NaN, 3, 4, 5), reason: null },
    { name: '', statistics: null, values: null, reason: 'gone' }
  ],
  channelsLeftOut: 0
}

describe('as rows', () => {
  it('a profile has its distance first and leaves missing pixels empty', () => {
    const sheet = profileSheet(measured, line, { x: 1, y: 1 })
    expect(sheet.heads).toEqual(['distance (µm)', 'DAPI'])
    expect(sheet.rows).toEqual([
      [0, 1],
      [1.25, null],
      [2.5, 3],
      [3.75, 4],
      [5, 5]
    ])
    expect(asTabs(sheet).split('\n')[2]).toBe('1.25\t')
  })

  it('statistics have a row a channel, with the area that was measured', () => {
    const { heads, rows } = statisticsSheet(measured, 7, { x: 0.5, y: 0.25 })
    expect(heads).toEqual('frame,channel,n,mean,std,min,max,sum,missing,not finite,area (µm²)'.split(','))
    expect(rows).toEqual([
      [7, 'DAPI', 4, 3, 2, 1, 5, 12, 1, 0, 0.5],
      [7, 'Channel 2', null, null, null, null, null, null, null, null, null]
    ])
  })
})

/** Two times, two channels and two depths, in this order. */
function rowsOf(timed: boolean): FrameRows {
  const rows = new FrameRows()
  rows.add({
    keys: ['delta_t'],
    units: { delta_t: 's' },
    free: [],
    total: 8,
    from: 0,
    rows: Array.from({ length: 8 }, (_, n) => ({
      frame: n,
      image: 0,
      storageIndex: [n >> 2, (n >> 1) & 1, n & 1],
      cells: [timed ? n / 10 : null],
      present: true
    }))
  })
  return rows
}
const column = (value: (n: number) => number): Float64Array =>
  Float64Array.from({ length: 8 }, (_, n) => value(n))
const overFrames: MeasuredFrames = {
  frames: Int32Array.from({ length: 8 }, (_, n) => n),
  samples: [
    {
      name: '',
      n: column(() => 9),
      mean: column((n) => (n === 5 ? NaN : 100 + n)),
      std: column(() => 1),
      min: column(() => 0),
      max: column(() => 200)
    }
  ],
  missing: 1
}
const image = {
  axes: ['t', 'c', 'z', 'y', 'x'].map((name) => ({ name, size: 2 })),
  channels: [{ name: 'DAPI', color: '#0000ff' }, { name: '' }]
} as unknown as ImageInfo

describe('over all frames', () => {
  it('each channel is a series at the depth in view; those of one time stand at one x', () => {
    const { series, timed, rowAt, xOf } = meansOverFrames(overFrames, rowsOf(true), image, [0, 1, 1])
    expect(timed).toBe(true)
    expect(series.map(({ label, x, y }) => ({ label, x, y }))).toEqual([
      { label: 'DAPI', x: [0.1, 0.5], y: [101, null] },
      { label: 'Channel 2', x: [0.1, 0.5], y: [103, 107] }
    ])
    expect([rowAt.get(0.1), rowAt.get(0.5)]).toEqual([3, 7])
    expect([xOf.get(1), xOf.get(3), xOf.get(0)]).toEqual([0.1, 0.1, undefined])
  })

  it('stand by their numbers where frames have no time', () => {
    const { series, timed } = meansOverFrames(overFrames, rowsOf(false), image, [0, 0, 0])
    expect(timed).toBe(false)
    expect(series[0]?.x).toEqual([0, 4])
  })

  it('are a row each in the CSV, with their own time', () => {
    const { heads, rows } = framesSheet(overFrames, rowsOf(true))
    expect(heads).toEqual(['frame', 'delta_t (s)', 'storage_index', 'n', 'mean', 'std', 'min', 'max'])
    expect(rows[5]).toEqual([5, 0.5, '1 0 1', 9, null, 1, 0, 200])
    expect(rows).toHaveLength(8)
  })
})
