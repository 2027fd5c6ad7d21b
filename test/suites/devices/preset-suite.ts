import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { applySettings, settingHands, type SettingHands } from '../../../src-main/acquisition/apply-settings'
import type { DeviceSet } from '../../../src-main/devices/device-set'
import { createRunWorld } from '../../../src-main/run-world'
import type { DeviceSetting } from '../../../src-preload/contract/device-preset'

export interface PresetSubject {
  readonly devices: DeviceSet
  /** A light with the properties `on` and `power`, by its id. */
  readonly light: string
  readonly close: () => Promise<void>
}

/** What presets do on every light, beside the simulated stage. */
export function presetSuite(name: string, open: () => Promise<PresetSubject>): void {
  describe(`${name}: presets`, () => {
    let subject: PresetSubject
    let told: string[] = []
    let hands: SettingHands
    beforeEach(async () => {
      subject = await open()
      told = []
      hands = settingHands(
        createRunWorld(subject.devices, () => undefined),
        async (device, property, set) => {
          told.push(`${property} of ${device}`)
          return set()
        }
      )
    })
    afterEach(() => subject.close())

    const value = (device: string, property: string): unknown =>
      subject.devices
        .find(device)
        .status()
        .properties.find(({ key }) => key === property)?.value
    const light = (property: string, to: DeviceSetting['value']): DeviceSetting => ({
      device: subject.light,
      property,
      value: to
    })
    const stage = (property: string, to: number): DeviceSetting => ({
      device: 'sim-stage',
      property,
      value: to
    })

    test('every value is there when it is done, and read back', async () => {
      const wanted = [light('on', true), stage('x', 40), light('power', 7), stage('y', -20)]
      expect(await applySettings(wanted, hands)).toEqual([])
      expect(value(subject.light, 'on')).toBe(true)
      expect(value(subject.light, 'power')).toBe(7)
      expect(value('sim-stage', 'x')).toBeCloseTo(40, 0)
      expect(value('sim-stage', 'y')).toBeCloseTo(-20, 0)
      const read = value(subject.light, 'power_read')
      if (read !== undefined) expect(Math.abs(Number(read) - 7)).toBeLessThan(1)
    })

    test('a light goes on last and off first, whatever the order in the preset', async () => {
      await applySettings([light('on', true), light('power', 5), stage('x', 10)], hands)
      expect(told[told.length - 1]).toBe(`on of ${subject.light}`)
      told = []
      await applySettings([stage('x', 0), light('power', 2), light('on', false)], hands)
      expect(told[0]).toBe(`on of ${subject.light}`)
      expect(value(subject.light, 'on')).toBe(false)
    })

    test('what a device refuses is an error with its name, and no light goes on', async () => {
      await applySettings([light('on', false)], hands)
      const refused = applySettings([light('on', true), light('power', 1e9)], hands)
      await expect(refused).rejects.toMatchObject({ code: 'argument.invalid' })
      expect(value(subject.light, 'on')).toBe(false)
      const absent = applySettings([light('on', true), { device: 'no-such', property: 'x', value: 1 }], hands)
      await expect(absent).rejects.toMatchObject({ code: 'device.absent' })
      expect(value(subject.light, 'on')).toBe(false)
    })
  })
}
