import { expect, it } from 'vitest'
import type { Reading } from '../../../src-main/devices/device'
import { ReadingHistory } from '../../../src-main/reading-history'

const second = 1_000_000_000n
const reading = (value: number | string, at: bigint, stale = false): Reading => ({
  key: { key: 'temperature', type: 'number', unit: '°C', source: 'thermometer' },
  value,
  at,
  stale
})

it('keeps each new value once, with its time from the first', () => {
  const history = new ReadingHistory(() => 10n * second)
  history.add([reading(20, 1n * second)])
  history.add([reading(20, 1n * second)])
  history.add([reading(21, 3n * second)])
  expect(history.of('temperature')).toEqual([
    { time: 0, value: 20 },
    { time: 2, value: 21 }
  ])
  expect(history.of('pressure')).toEqual([])
})

it('a lost device leaves one unknown value, not its last one again and again', () => {
  let now = 5n * second
  const history = new ReadingHistory(() => now)
  history.add([reading(20, 1n * second)])
  for (let i = 0; i < 5; i++, now += second) history.add([reading(20, 1n * second, true)])
  expect(history.of('temperature').map(({ value }) => value)).toEqual([20, NaN])
})

it('forgets what is older than ten minutes, and stays small', () => {
  let now = 0n
  const history = new ReadingHistory(() => now)
  for (let i = 0; i < 30_000; i++, now += second / 20n) history.add([reading(i, now + 1n)])
  expect(history.of('temperature').length).toBeLessThanOrEqual(20_000)
  now += 1_000n * second
  history.add([reading(7, now)])
  expect(history.of('temperature')).toEqual([{ time: 0, value: 7 }])
})
