// Frames of two datasets paired by place, time and event; and what differs in their metadata.
import { describe, expect, it } from 'vitest'
import type { DatasetInfo, ImageInfo } from '../../../src-preload/contract/dataset'
import { FrameRows } from '../../../src-renderer/model/frame-rows'
import {
  factsOf,
  metadataDifferences,
  tellingDifferences
} from '../../../src-renderer/model/metadata-differences'
import {
  happenings,
  partner,
  sameIndex,
  sideOf,
  usualTolerance,
  type PairBy,
  type Side
} from '../../../src-renderer/model/pairing'

const image = (...sizes: [string, number][]): ImageInfo =>
  ({ axes: [...sizes, ['y', 8], ['x', 8]].map(([name, size]) => ({ name, size })) }) as unknown as ImageInfo

/** One channel; frame n at the n-th of these times, with these notes. */
function side(times: readonly (number | null)[], notes: Readonly<Record<number, string>> = {}): Side {
  const rows = new FrameRows()
  rows.add({
    keys: ['delta_t', 'note'],
    units: {},
    free: [],
    total: times.length,
    from: 0,
    rows: times.map((time, n) => ({
      frame: n,
      image: 0,
      storageIndex: [n],
      cells: [time, notes[n] ?? null],
      present: true
    }))
  })
  return sideOf([image(['t', times.length])], rows, happenings(rows))
}
const pairOf = (left: Side, right: Side, n: number, by: PairBy, tolerance = 0.5): unknown => {
  const found = partner(left, right, { image: 0, index: [n] }, by, tolerance)
  return found.kind === 'pair' ? found.index[0] : found.why
}

describe('by place', () => {
  it('axes go by their names, whatever their order; what only one has is at its begin', () => {
    const from = [
      { name: 't', size: 5 },
      { name: 'c', size: 2 },
      { name: 'z', size: 3 }
    ]
    expect(sameIndex([4, 1, 2], from, [from[1]!, from[2]!, from[0]!])).toEqual([1, 2, 4])
    expect(sameIndex([4, 1, 0], from, [from[1]!, from[0]!, { name: 'p', size: 9 }])).toEqual([1, 4, 0])
    expect(sameIndex([4, 1, 2], from, [from[1]!, from[0]!])).toBeNull()
    expect(sameIndex([4, 1, 2], from, [{ name: 't', size: 4 }, from[1]!, from[2]!])).toBeNull()
  })

  it('tells how far the times are apart, and a frame beyond the shorter one has no partner', () => {
    const [left, right] = [side([0, 1, 2, 3]), side([0, 1.25, null])]
    expect(partner(left, right, { image: 0, index: [1] }, 'index', 0)).toMatchObject({
      kind: 'pair',
      index: [1],
      apartSeconds: 0.25
    })
    expect(partner(left, right, { image: 0, index: [2] }, 'index', 0)).toMatchObject({ apartSeconds: null })
    expect(pairOf(left, right, 3, 'index')).toEqual({ kind: 'place', index: [3] })
    expect(partner(left, right, { image: 1, index: [0] }, 'index', 0)).toEqual({
      kind: 'none',
      why: { kind: 'image' }
    })
  })
})

describe('by time', () => {
  const left = side([0, 1, 2, 3, null])
  const right = side([0.1, 0.6, 1.1, 5])

  it('the nearest frame within the tolerance is the partner, and how far it is is told', () => {
    expect([0, 1].map((n) => pairOf(left, right, n, 'time'))).toEqual([0, 2])
    expect(partner(left, right, { image: 0, index: [1] }, 'time', 0.5)).toMatchObject({
      apartSeconds: expect.closeTo(0.1, 9) as number
    })
    expect(pairOf(left, right, 1, 'time', 0.05)).toEqual({
      kind: 'nothing near',
      nearestSeconds: expect.closeTo(0.1, 9) as number
    })
    expect(pairOf(left, right, 3, 'time')).toMatchObject({ kind: 'nothing near' })
    expect(pairOf(left, right, 4, 'time')).toEqual({ kind: 'time unknown' })
    expect(pairOf(left, side([null, null]), 0, 'time')).toEqual({
      kind: 'nothing near',
      nearestSeconds: null
    })
  })

  it('the usual tolerance is half of the usual distance', () => {
    expect(usualTolerance(right, { image: 0, index: [0] })).toBe(0.25)
    expect(usualTolerance(side([1]), { image: 0, index: [0] })).toBe(0.5)
    expect(usualTolerance(side([null, null]), { image: 0, index: [0] })).toBe(0.5)
  })

  it('only frames of the same channel count', () => {
    const rows = new FrameRows()
    rows.add({
      keys: ['delta_t'],
      units: {},
      free: [],
      total: 4,
      from: 0,
      rows: [0, 1, 2, 3].map((n) => ({
        frame: n,
        image: 0,
        storageIndex: [n >> 1, n & 1],
        cells: [n],
        present: true
      }))
    })
    const both = sideOf([image(['t', 2], ['c', 2])], rows, [])
    expect(partner(both, both, { image: 0, index: [0, 1] }, 'time', 5)).toMatchObject({ index: [0, 1] })
    expect(partner(side([2.9]), both, { image: 0, index: [0] }, 'time', 5)).toMatchObject({ index: [1, 0] })
  })
})

describe('by event', () => {
  const left = side([0, 1, 2, 3, 4, 5], { 2: 'drug', 4: 'drug', 5: 'wash' })
  const right = side([0, 1, 2, 3, 4, 5, 6, 7, 8], { 4: 'drug', 7: 'drug' })

  it('a frame belongs to the one as long after the same event, also before the first', () => {
    expect([0, 1, 2, 3, 4].map((n) => pairOf(left, right, n, 'event'))).toEqual([2, 3, 4, 5, 7])
    expect(partner(left, right, { image: 0, index: [3] }, 'event', 0.5)).toMatchObject({
      event: 'note drug',
      apartSeconds: 0
    })
  })

  it('an event that the other does not have, or no event at all, is told', () => {
    expect(pairOf(left, right, 5, 'event')).toEqual({ kind: 'no such event', event: 'note wash' })
    expect(pairOf(side([0, 1]), right, 1, 'event')).toEqual({ kind: 'no events' })
  })
})

describe('the differences of metadata', () => {
  const tree = (...names: string[]): { name: string; children: { name: string; value: string }[] }[] => [
    { name: 'Image', children: names.map((value) => ({ name: 'Name', value })) }
  ]

  it('have a path, both values, and what only one side has', () => {
    expect(metadataDifferences(tree('a', 'b'), tree('a', 'c', 'd'))).toEqual([
      { path: 'Image › Name 1', left: 'a', right: 'a', same: true },
      { path: 'Image › Name 2', left: 'b', right: 'c', same: false },
      { path: 'Image › Name 3', left: null, right: 'd', same: false }
    ])
    expect(metadataDifferences(tree('a'), tree('a'))).toEqual([
      { path: 'Image › Name', left: 'a', right: 'a', same: true }
    ])
  })

  it('say the facts of both formats in the same words', () => {
    const info = (kind: DatasetInfo['kind'], scale: number): DatasetInfo => ({
      id: '',
      path: '',
      name: '',
      kind,
      state: 'complete',
      frames: 3,
      warnings: [],
      plates: [],
      images: [
        {
          name: 'a',
          axes: [{ name: 'x', size: 8, scale, unit: 'µm' }],
          pixelType: 'uint16',
          declared: 3,
          present: 3,
          channels: [{ name: 'GFP' }],
          readable: true
        }
      ]
    })
    const found = metadataDifferences(
      [factsOf(info('ome-tiff', 0.1), { keys: ['power'], units: { power: 'mW' } }), ...tree('a')],
      [factsOf(info('ome-zarr', 0.2), { keys: ['power', 'n'], units: { power: 'mW' } })]
    )
    expect(found.filter(({ same }) => !same)).toHaveLength(4)
    expect(tellingDifferences(found, true)).toHaveLength(4)
    expect(tellingDifferences(found, false)).toEqual([
      { path: 'Dataset › format', left: 'ome-tiff', right: 'ome-zarr', same: false },
      { path: 'Dataset › image › step x', left: '0.1 µm', right: '0.2 µm', same: false },
      { path: 'Dataset › key n', left: null, right: 'without unit', same: false }
    ])
    expect(found.find(({ path }) => path === 'Dataset › image › channel › name')?.left).toBe('GFP')
  })
})
