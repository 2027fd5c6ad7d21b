import { expect, it } from 'vitest'
import { RunTable } from '../../../src-main/acquisition/run-table'

it('keeps every key of every frame, blank where a frame has none (R11)', () => {
  const table = new RunTable()
  table.describe({ key: 'a', unit: 'µm' })
  table.add({ a: 1, b: 'x' })
  table.add({ b: null, c: true, d: [1, { e: 2n }] })
  table.add({ a: 0, __proto: 1 })
  const { keys, rows, units, total } = table.rows(0, 10)
  expect(keys).toEqual(['a', 'b', 'c', 'd', '__proto'])
  expect(units).toEqual({ a: 'µm' })
  expect(total).toBe(3)
  expect(rows.map(({ cells }) => cells)).toEqual([
    [1, 'x', null, null, null],
    [null, null, true, '[1,{"e":"2"}]', null],
    [0, null, null, null, 1]
  ])
  expect(table.rows(2, 5).rows.map(({ frame }) => frame)).toEqual([2])
})

it('a hundred thousand frames stay a few megabytes (T2)', () => {
  const table = new RunTable()
  for (let i = 0; i < 100_000; i++) table.add({ delta_t: i / 10, temperature: 37 + i / 1e6, laser_power: 50 })
  expect(table.rows(99_999, 1).rows[0]?.cells).toEqual([9999.9, 37 + 99_999 / 1e6, 50])
  expect(table.total).toBe(100_000)
})
