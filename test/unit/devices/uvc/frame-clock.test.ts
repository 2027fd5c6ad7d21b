import { expect, test } from 'vitest'
import { createFrameClock } from '../../../../src-main/devices/uvc/frame-clock'

const ms = (value: number): bigint => BigInt(Math.round(value * 1e6))
/** Frames of a camera that began at 1000 ms host time; each arrives late by so much. */
const see = (clock: ReturnType<typeof createFrameClock>, atMs: number, lateMs: number) =>
  clock.see(atMs * 1000, ms(1000 + atMs + lateMs))

test('the frame that was late by the least tells when all were taken, and none is later than it came', () => {
  const clock = createFrameClock(33)
  const late = [20, 9, 3, 15, 7, 30]
  const errors = late.map((lateMs, i) => {
    const at = Number(see(clock, i * 33, lateMs).at - ms(1000 + i * 33)) / 1e6
    expect(at).toBeLessThanOrEqual(lateMs)
    return at
  })
  expect(errors).toEqual([20, 9, 3, 3, 3, 3])
})

test('clocks that drift apart are followed', () => {
  const clock = createFrameClock(33)
  let last = 0n
  for (let i = 0; i < 1000; i++) last = see(clock, i * 33, i * 0.01).at
  // 128 frames back the frame was late by 1.28 ms less.
  expect(Number(last - ms(1000 + 999 * 33)) / 1e6).toBeCloseTo(9.99 - 1.27, 2)
})

test('gaps are counted by the interval that the camera really keeps, jitter is none', () => {
  const clock = createFrameClock(33)
  let at = 0
  const step = (by: number): number => see(clock, (at += by), 1).lost
  see(clock, 0, 1)
  const jitter = [50, 44, 55, 50, 52, 48, 62, 41].map(step)
  expect(jitter).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
  expect([step(100), step(50), step(151)]).toEqual([1, 0, 2])
  expect(see(clock, at + 50, 1).number).toBe(16) // 13 came, 3 did not
})

test('a camera that slows down is believed after a while', () => {
  const clock = createFrameClock(33)
  for (let i = 0; i < 20; i++) see(clock, i * 33, 1)
  const lost = Array.from({ length: 20 }, (_, i) => see(clock, 20 * 33 + (i + 1) * 66, 1).lost)
  expect(lost.slice(10)).toEqual(Array<number>(10).fill(0))
  expect(clock.intervalMs).toBe(66)
})
