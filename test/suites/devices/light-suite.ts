import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Light } from '../../../src-main/devices/device'
import { pause, until, type Open, type Subject } from './subject'

export interface LightSubject extends Subject<Light> {
  /** What the light itself does, in mW, however it is known. */
  readonly emits: () => Promise<number>
}

export function lightSuite(name: string, open: Open<LightSubject>): void {
  describe(`${name}: as a light`, () => {
    let subject: LightSubject
    let light: Light
    beforeEach(async () => {
      subject = await open()
      light = subject.device
    })
    afterEach(() => subject.close())

    const shown = (key: string): unknown => light.status().properties.find((one) => one.key === key)?.value
    const power = (): number => light.readings()[0]?.value as number

    test('reads back its power in mW, apart from the set-point (M3)', () => {
      expect(light.readings().map(({ key, stale }) => ({ key: key.key, unit: key.unit, stale }))).toEqual([
        { key: 'laser_power', unit: 'mW', stale: false }
      ])
      expect(shown('power')).toBe(50)
      expect(power()).toBeCloseTo(50, 0)
    })

    test('follows a new power', async () => {
      await light.set('power', 20)
      expect(shown('power')).toBe(20)
      await until('20 mW', () => Math.abs(power() - 20) < 0.2)
      expect(await subject.emits()).toBeCloseTo(20, 0)
    })

    test('keeps its set-point while it is off', async () => {
      await light.set('on', false)
      await until('dark', () => power() === 0)
      expect(await subject.emits()).toBe(0)
      expect(shown('power')).toBe(50)
      await light.set('on', true)
      await until('bright', () => power() > 49)
    })

    test('refuses more than it can give, and stays as it was', async () => {
      await expect(light.set('power', 101)).rejects.toMatchObject({ code: 'argument.invalid' })
      await expect(light.set('on', 'yes')).rejects.toMatchObject({ code: 'argument.invalid' })
      await pause(20)
      expect(await subject.emits()).toBeCloseTo(50, 0)
    })

    test('goes off by allOff, and again when it is off', async () => {
      await light.allOff()
      await light.allOff()
      expect(await subject.emits()).toBe(0)
    })

    test('is off after closing', async () => {
      await subject.close()
      expect(await subject.emits()).toBe(0)
    })
  })
}
