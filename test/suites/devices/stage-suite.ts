import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Stage } from '../../../src-main/devices/device'
import { pause, until, type Open, type Subject } from './subject'

const place = (stage: Stage): Record<string, number> =>
  Object.fromEntries(stage.readings().map(({ key, value }) => [key.key, value as number]))

const HOME = { x: 100, y: 200, z: 50 }
type Axis = keyof typeof HOME

/**
 * What holds for every stage with these axes, each with a travel of at least 5000 µm (z: 500 µm) both ways, and no more. A stage that moves in
 * steps is where it was sent to within half a step.
 */
export function stageSuite(
  name: string,
  open: Open<Subject<Stage>>,
  axes: readonly Axis[] = ['x', 'y', 'z'],
  stepUm = 0
): void {
  /** The same axes, and the same places as far as the steps allow. */
  const expectPlace = (found: Record<string, number>, wanted: Record<string, number>): void => {
    expect(Object.keys(found)).toEqual(Object.keys(wanted))
    for (const [key, value] of Object.entries(wanted))
      expect(Math.abs((found[key] ?? NaN) - value), key).toBeLessThanOrEqual(stepUm * 0.5001)
  }
  const of = (places: Partial<Record<Axis, number>>): Partial<Record<Axis, number>> =>
    Object.fromEntries(Object.entries(places).filter(([axis]) => axes.includes(axis as Axis)))
  const told = (places: Partial<Record<Axis, number>>): Record<string, number> =>
    Object.fromEntries(Object.entries(of(places)).map(([axis, value]) => [`position_${axis}`, value]))
  const beyond: Partial<Record<Axis, number>> = axes.includes('z') ? { x: 120, z: 501 } : { x: 5001 }

  describe(`${name}: as a stage`, () => {
    let subject: Subject<Stage>
    let stage: Stage
    beforeEach(async () => {
      subject = await open()
      stage = subject.device
    })
    afterEach(() => subject.close())
    const expectX = (x: number): void =>
      expect(Math.abs((place(stage)['position_x'] ?? NaN) - x)).toBeLessThanOrEqual(stepUm * 0.5001)

    test('tells its place in µm under the plane keys, fresh', () => {
      const readings = stage.readings()
      expect(readings.map(({ key }) => `${key.key} ${key.unit}`)).toEqual(
        axes.map((axis) => `position_${axis} µm`)
      )
      expectPlace(place(stage), told(HOME))
      expect(readings.every(({ stale }) => !stale)).toBe(true)
    })

    test('moves to a place and is still, and there, when the move resolves (M4)', async () => {
      await stage.moveTo(of({ x: 151, y: 180, z: 47 }))
      expect(stage.status().state).toBe('ready')
      const there = told({ x: 151, y: 180, z: 47 })
      expectPlace(place(stage), there)
      await pause(100)
      expectPlace(place(stage), there)
    })

    test('takes time, and is busy meanwhile', async () => {
      const before = performance.now()
      const move = stage.moveTo({ x: 500 })
      await until('busy', () => stage.status().state === 'busy')
      await move
      expect(performance.now() - before).toBeGreaterThan(150)
    })

    test('leaves the axes alone that a move does not name', async () => {
      await stage.moveTo({ [axes.at(-1) as Axis]: 51 })
      expectPlace(place(stage), told({ ...HOME, [axes.at(-1) as Axis]: 51 }))
    })

    test('refuses a place beyond its limits without moving at all', async () => {
      await expect(stage.moveTo(beyond)).rejects.toMatchObject({ code: 'argument.invalid' })
      await pause(60)
      expectX(100)
    })

    test('stops at once where it is, and the move ends as cancelled (D4)', async () => {
      const move = stage.moveTo({ x: -2500 })
      const outcome = expect(move).rejects.toMatchObject({ code: 'cancelled' })
      await pause(150)
      const before = performance.now()
      await stage.stop()
      expect(performance.now() - before).toBeLessThan(500)
      await outcome
      await pause(50)
      const stopped = place(stage)['position_x'] as number
      expect(stopped).toBeLessThan(99)
      expect(stopped).toBeGreaterThan(-2400)
      await pause(150)
      expect(place(stage)['position_x']).toBe(stopped)
    })

    test('ends a move by its signal, and does not begin one whose signal has gone off', async () => {
      const abort = new AbortController()
      const outcome = expect(stage.moveTo({ x: -2500 }, abort.signal)).rejects.toMatchObject({
        code: 'cancelled'
      })
      await pause(100)
      abort.abort()
      await outcome
      await expect(stage.moveTo({ x: 0 }, abort.signal)).rejects.toMatchObject({ code: 'cancelled' })
      await pause(60)
      expect(place(stage)['position_x']).toBeGreaterThan(-2400)
      expect(stage.status().state).toBe('ready')
    })

    test('a newer move takes over; the older one ends as cancelled', async () => {
      const first = expect(stage.moveTo({ x: 2500 })).rejects.toMatchObject({ code: 'cancelled' })
      await pause(60)
      await stage.moveTo({ x: 110 })
      await first
      expectX(110)
    })

    test('goes where a property is set to, without waiting for it', async () => {
      const before = performance.now()
      await stage.set('x', 700)
      expect(performance.now() - before).toBeLessThan(200)
      await until('there', () => Math.abs((place(stage)['position_x'] ?? NaN) - 700) <= stepUm * 0.5001)
    })

    test('comes back to the same place after twenty moves (D5)', async () => {
      for (let i = 0; i < 10; i++) {
        await stage.moveTo(of({ x: 100 + (i % 3), y: 200 - i }))
        await stage.moveTo(of(HOME))
      }
      expectPlace(place(stage), told(HOME))
    })
  })
}
