/** The texts of comparing two datasets in Review. */
import type { NoPair } from './model/pairing'
import { cell, count, counted } from './model/format'

export const compare = {
  open: 'Compare',
  openTip: 'Look at another dataset beside this one, or at their difference',
  file: 'With a file…',
  folder: 'With a folder (OME-Zarr)…',
  recents: 'With a recent one',
  opening: (name: string) => `Opening ${name}…`,
  bar: 'Comparison',
  close: 'End the comparison',
  mode: 'How to compare',
  modes: { beside: 'Side by side', difference: 'Difference', metadata: 'Metadata' },
  pairBy: 'Pair frames by',
  by: { index: 'place', time: 'time', event: 'event' },
  byTip: {
    index: 'The same place in both: time point, channel, depth',
    time: 'The frame whose own time is nearest',
    event: 'As long after the same note, mark, tag or fire of a rule'
  },
  tolerance: 'Tolerance',
  toleranceTip: 'How far the times of a pair may be apart',
  pair: (left: string, right: string) => `${left} ↔ ${right}`,
  frame: (n: number | null, index: readonly number[]) =>
    n === null ? (index.length === 0 ? 'the frame' : `stored at ${index.join(', ')}`) : `Frame ${count(n)}`,
  later: (seconds: number) => `${seconds < 0 ? '−' : '+'}${cell(Number(Math.abs(seconds).toPrecision(4)))} s`,
  laterTip: 'How much later the partner is than it should be',
  after: (event: string) => `after ${event}`,
  none: 'No partner',
  why: (why: NoPair) => {
    switch (why.kind) {
      case 'image':
        return 'The other dataset has no such image.'
      case 'place':
        return `The other dataset has nothing at ${why.index.join(', ') || 'this place'}.`
      case 'time unknown':
        return 'This frame does not say when it was taken.'
      case 'nothing near':
        return why.nearestSeconds === null
          ? 'No frame of the other dataset at this place says when it was taken.'
          : `The nearest frame of the other dataset is ${cell(Number(Math.abs(why.nearestSeconds).toPrecision(4)))} s away.`
      case 'no events':
        return 'No frame of this dataset has a note, a mark, a tag or a fire of a rule.'
      case 'no such event':
        return `The other dataset has no such event: ${why.event}.`
    }
  },
  difference: 'Difference',
  differenceOf: 'This dataset minus the other',
  most: (value: string, x: number, y: number) => `Most: ${value} at ${x}, ${y}`,
  equal: 'All pixels are equal',
  different: (n: number, of: number) => `${count(n)} of ${counted(of, 'pixel')} differ`,
  mean: (value: string) => `mean ${value}`,
  leftOut: (n: number) => `${counted(n, 'pixel')} missing or not finite`,
  window: 'Window',
  windowTip: 'Differences from minus to plus this fill the colours',
  auto: 'Auto',
  autoTip: 'As wide as the greatest difference',
  lower: 'lower',
  higher: 'higher',
  metadata: {
    title: 'Differences of the metadata',
    path: 'What',
    all: 'Show all',
    search: 'Search',
    none: 'Nothing differs.',
    noMatch: 'Nothing matches.',
    reading: 'Reading…',
    summary: (different: number, all: number) => `${count(different)} of ${counted(all, 'value')} differ`,
    acrossFormats: (different: number) => `${counted(different, 'difference')} in what both formats say`,
    absent: 'not there',
    csv: 'CSV',
    csvTip: 'Save this list as CSV'
  }
} as const
