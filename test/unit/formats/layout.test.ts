/** Places of frames: every order of axes and positions, sizes of images that stopped early. */
import { describe, expect, test } from 'vitest'
import { Router, capacity, imageSizes, planeIndex, planeNumber } from '../../../src-main/formats/layout'
import { dimensionOrder } from '../../../src-main/formats/ome-xml/pixels-element'
import { planStream } from '../../../src-main/formats/plan'
import type { Dimension } from '../../../src-main/formats/settings'

const counts: Readonly<Record<string, number>> = { t: 3, c: 2, z: 4, p: 2 }
const plan = (order: string, first: number | null | undefined = undefined) =>
  planStream({
    rootPath: '/d/run',
    format: 'ome-tiff',
    dtype: 'uint8',
    dimensions: [
      ...[...order].map((name, i): Dimension => ({
        name,
        count: i === 0 && first !== undefined ? first : (counts[name] ?? 1)
      })),
      { name: 'y', count: 4 },
      { name: 'x', count: 4 }
    ]
  })

const permutations = (letters: string): string[] =>
  letters.length < 2
    ? [letters]
    : [...letters].flatMap((one) => permutations(letters.replace(one, '')).map((rest) => one + rest))

const orders = ['t', 'c', 'z', 'tc', 'tcz', 'tczp', 'tp', 'cp'].flatMap(permutations)

describe.each(orders)('frames acquired in the order %s', (order) => {
  test('go through every place once, the last axis fastest', () => {
    const made = plan(order)
    const router = new Router(made)
    const total = [...order].reduce((product, name) => product * (counts[name] ?? 1), 1)
    expect(capacity(made)).toBe(total)
    for (let n = 0; n < total; n++) {
      let rest = n
      const wanted: Record<string, number> = {}
      for (const name of [...order].reverse()) {
        wanted[name] = rest % (counts[name] ?? 1)
        rest = Math.floor(rest / (counts[name] ?? 1))
      }
      const { image, index } = router.next()
      expect([image, ...index]).toEqual([
        wanted['p'] ?? 0,
        ...[...order.replace('p', '')].map((name) => wanted[name])
      ])
      expect(planeIndex(made, planeNumber(made, index))).toEqual(index)
      expect(new Router(made, n).next()).toEqual({ image, index })
    }
  })
})

test('an open first axis goes on for ever', () => {
  const made = plan('tp', null)
  expect(capacity(made)).toBe(Infinity)
  expect(new Router(made, 2_000_001).next()).toEqual({ image: 1, index: [1_000_000] })
})

test.each([
  [1, [1, 2, 4]],
  [8, [1, 2, 4]],
  [9, [2, 2, 4]],
  [24, [3, 2, 4]]
])('an image of t c z with %i planes has sizes %o', (planes, sizes) => {
  expect(imageSizes(plan('tcz'), planes)).toEqual(sizes)
})

test.each([
  ['', 'XYZCT'],
  ['t', 'XYTCZ'],
  ['c', 'XYCTZ'],
  ['z', 'XYZCT'],
  ['tc', 'XYCTZ'],
  ['tz', 'XYZTC'],
  ['ct', 'XYTCZ'],
  ['cz', 'XYZCT'],
  ['zt', 'XYTZC'],
  ['zc', 'XYCZT'],
  ['tcz', 'XYZCT'],
  ['tzc', 'XYCZT'],
  ['ctz', 'XYZTC'],
  ['czt', 'XYTZC'],
  ['ztc', 'XYCTZ'],
  ['zct', 'XYTCZ']
])('acquired in the order "%s", DimensionOrder is %s', (order, wanted) => {
  expect(dimensionOrder(plan(order))).toBe(wanted)
})
