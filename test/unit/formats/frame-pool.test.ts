/** The frame pool: slots, and who waits for them. */
import { expect, test } from 'vitest'
import { createFramePool, slotStride } from '../../../src-main/formats/frame-pool'

const format = { width: 64, height: 64, pixelType: 'uint16' } as const

test('slots begin on whole pages, do not overlap, and are all given out once', () => {
  const pool = createFramePool(format, 20 * 8192)
  const taken = Array.from({ length: pool.slots }, () => pool.take())
  expect(new Set(taken).size).toBe(pool.slots)
  expect(pool.take()).toBeNull()
  expect(pool.fill).toBe(1)
  taken.forEach((slot) => pool.pixels(slot ?? 0).fill((slot ?? 0) + 1))
  for (const slot of taken) {
    expect(pool.offset(slot ?? 0) % 4096).toBe(0)
    expect(pool.pixels(slot ?? 0).every((byte) => byte === (slot ?? 0) + 1)).toBe(true)
    pool.release(slot ?? 0)
  }
  expect(pool.fill).toBe(0)
  expect(() => pool.release(0)).toThrow('was not taken')
})

test('there are never fewer than four slots, and a frame too large for them is refused', () => {
  expect(createFramePool(format, 1).slots).toBe(4)
  expect(() => createFramePool({ width: 65_536, height: 65_536, pixelType: 'uint8' }, 1)).toThrow('too large')
})

test('large frames take whole pages, small ones are packed', () => {
  expect(slotStride(2048 * 2048 * 2)).toBe(2048 * 2048 * 2)
  expect(slotStride(1079 * 1081 * 2)).toBe(Math.ceil((1079 * 1081 * 2) / 4096) * 4096)
  expect(slotStride(256)).toBe(256)
  expect(slotStride(5000)).toBe(5056)
  expect(slotStride(4096)).toBe(4096)
})

test('who waits first is served first, and nobody overtakes', async () => {
  const pool = createFramePool(format, 1)
  const taken = Array.from({ length: pool.slots }, () => pool.take() ?? -1)
  const order: string[] = []
  const first = pool.waitForSlot().then((slot) => order.push(`first ${slot}`))
  const second = pool.waitForSlot().then((slot) => order.push(`second ${slot}`))
  pool.release(taken[2] ?? -1)
  expect(pool.take()).toBeNull()
  pool.release(taken[0] ?? -1)
  await Promise.all([first, second])
  expect(order).toEqual(['first 2', 'second 0'])
})

test('waiting can be cancelled', async () => {
  const pool = createFramePool(format, 1)
  const taken = Array.from({ length: pool.slots }, () => pool.take() ?? -1)
  const stop = new AbortController()
  const gone = pool.waitForSlot(stop.signal)
  const stays = pool.waitForSlot()
  stop.abort()
  await expect(gone).rejects.toMatchObject({ code: 'cancelled' })
  pool.release(taken[1] ?? -1)
  expect(await stays).toBe(1)
  await expect(pool.waitForSlot(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' })
})

test('a slot that the writer frees wakes the pool', async () => {
  const pool = createFramePool(format, 1)
  const taken = Array.from({ length: pool.slots }, () => pool.take() ?? -1)
  expect(pool.states.submit(taken[0] ?? -1)).toBe(true)
  expect(pool.states.written(taken[0] ?? -1)).toBe(false) // nobody waits
  const slot = pool.take() ?? -1
  const waiting = pool.waitForSlot()
  pool.states.submit(slot)
  expect(pool.states.written(slot)).toBe(true)
  pool.wake()
  expect(await waiting).toBe(slot)
})
