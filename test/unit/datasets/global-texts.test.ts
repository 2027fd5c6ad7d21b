import { expect, test } from 'vitest'
import { benchframePart } from '../../../src-main/datasets/tiff/benchframe-part'

test('F1 text of the whole dataset that looks like JSON comes back as text', () => {
  const globals = new Map([
    [
      'my.org',
      new Map([
        ['lot', '42'],
        ['count', '42'],
        ['name', 'beads']
      ])
    ],
    ['benchframe', new Map([['texts', '[["my.org","lot"]]']])]
  ])
  expect(benchframePart(globals).globals.get('my.org')).toEqual({ lot: '42', count: 42, name: 'beads' })
})
