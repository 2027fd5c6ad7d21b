// What the made-up main process measures in its dataset: a mean that tells the frame, one pixel missing, nothing of planes without pixels; no labels.
import { Failed } from '../../src-preload/contract/failure'
import { beads } from './fake-world'
import type { Handlers } from './fake-bridge'

type Reviewing = Pick<
  Handlers,
  | 'dataset.labels'
  | 'dataset.labelPart'
  | 'dataset.difference'
  | 'dataset.measure'
  | 'dataset.measureFrames'
  | 'dataset.measureStop'
>

export const fakeReview = (frames: number, missing: ReadonlySet<number>): Reviewing => ({
  'dataset.labels': () => [],
  'dataset.labelPart': () => {
    throw new Failed('argument.invalid', 'The image has no label.')
  },
  'dataset.difference': async ({ left, right, side }) => {
    await new Promise((done) => setTimeout(done, 8))
    const [a = 0] = left.index
    const [b = 0] = right.index
    return {
      picture: { ...beads(a, { width: 1024, height: 1024, pixelType: 'float32' }, side), frame: a },
      compared: 1024 ** 2,
      different: a === b ? 0 : 100,
      mostApart: { difference: b - a, x: 5, y: 6 },
      mean: 0,
      leftOut: 0,
      reason: null
    }
  },
  'dataset.measure': async ({ index, shape }) => {
    await new Promise((done) => setTimeout(done, 8))
    const at = index[0] ?? 0
    if (missing.has(at))
      return {
        shape,
        channels: [
          { name: 'GFP', statistics: null, values: null, reason: `Frame ${at} was never acquired.` }
        ],
        channelsLeftOut: 0
      }
    const values = shape.kind === 'line' ? Float64Array.of(1, NaN, 3) : null
    const statistics = { n: 2, min: at, max: 3, mean: at + 0.5, std: 1, sum: 4, missing: 1, notFinite: 0 }
    return {
      shape,
      channels: [{ name: 'GFP', color: '#00ff00', statistics, values, reason: 'A chunk is missing.' }],
      channelsLeftOut: 0
    }
  },
  'dataset.measureFrames': () => {
    const column = (value: (n: number) => number): Float64Array =>
      Float64Array.from({ length: frames }, (_, n) => value(n))
    const series = {
      name: '',
      n: column(() => 2),
      mean: column((n) => n + 0.5),
      std: column(() => 1),
      min: column((n) => n),
      max: column(() => 3)
    }
    return { frames: Int32Array.from({ length: frames }, (_, n) => n), samples: [series], missing: 0 }
  },
  'dataset.measureStop': () => null
})
