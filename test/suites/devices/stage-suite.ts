import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Stage } from '../../../src-main/devices/device'
import { pause, until, type Open, type Subject } from './subject'

const place = (stage: Stage): Record<string, number> =>
  Object.fromEntries(stage.readings().map(({ key, value }) => [key.key, value as number]))

export function stageSuite(name: string, open: Open<Subject<Stage>>): void {
  describe(`${name}: as a stage`, () => {
    let subject: Subject<Stage>
    let stage: Stage
    beforeEach(async () => {
      subject = await open()
      stage = subject.device
    })
    afterEach(() => subject.close())

    test('tells its place in µm under the plane keys, fresh', () => {
      const readings = stage.readings()
      expect(readings.map(({ key }) => `${key.key} ${key.unit}`)).toEqual([
        'position_x µm',
        'position_y µm',
        'position_z µm'
      ])
      expect(readings.map(({ value }) => value)).toEqual([100, 200, 50])
      expect(readings.every(({ stale }) => !stale)).toBe(true)
    })

    test('moves to a place and is still, and there, when the move resolves (M4)', async () => {
      await stage.moveTo({ x: 151, y: 180, z: 47 })
      expect(stage.status().state).toBe('ready')
      const there = { position_x: 151, position_y: 180, position_z: 47 }
      expect(place(stage)).toEqual(there)
      await pause(100)
      expect(place(stage)).toEqual(there)
    })

    test('takes time, and is busy meanwhile', async () => {
      const before = performance.now()
      const move = stage.moveTo({ x: 500 })
      await until('busy', () => stage.status().state === 'busy')
      await move
      expect(performance.now() - before).toBeGreaterThan(150)
    })

    test('leaves the axes alone that a move does not name', async () => {
      await stage.moveTo({ y: 210 })
      expect(place(stage)).toEqual({ position_x: 100, position_y: 210, position_z: 50 })
    })

    test('refuses a place beyond its limits without moving at all', async () => {
      await expect(stage.moveTo({ x: 120, z: 501 })).rejects.toMatchObject({ code: 'argument.invalid' })
      await pause(60)
      expect(place(stage)['position_x']).toBe(100)
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
      expect(place(stage)['position_x']).toBe(110)
    })

    test('goes where a property is set to, without waiting for it', async () => {
      const before = performance.now()
      await stage.set('x', 700)
      expect(performance.now() - before).toBeLessThan(200)
      await until('there', () => place(stage)['position_x'] === 700)
    })

    test('comes back to the same place after twenty moves (D5)', async () => {
      for (let i = 0; i < 10; i++) {
        await stage.moveTo({ x: 100 + (i % 3), y: 200 - i })
        await stage.moveTo({ x: 100, y: 200 })
      }
      expect(place(stage)).toEqual({ position_x: 100, position_y: 200, position_z: 50 })
    })
  })
}
