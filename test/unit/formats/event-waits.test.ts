import { expect, it } from 'vitest'
import { EventWaits } from '../../../src-main/formats/event-waits'

it('resolves those that are on the disk, in order, and ends when nobody waits', async () => {
  const waits = new EventWaits()
  const done: number[] = []
  for (const n of [1, 2, 3]) void waits.wait(() => undefined).then(() => done.push(n))
  waits.resolve(2)
  await Promise.resolve()
  await Promise.resolve()
  expect(done).toEqual([1, 2])
  waits.resolve(Infinity)
  waits.resolveAll()
  await Promise.resolve()
  await Promise.resolve()
  expect(done).toEqual([1, 2, 3])
})

it('whoever waits for a stream that fails hears why', async () => {
  const waits = new EventWaits()
  const waiting = waits.wait(() => undefined)
  waits.reject({ code: 'disk.io', message: 'The disk gave up.' })
  await expect(waiting).rejects.toMatchObject({ code: 'disk.io' })
})
