import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DEVICE_STATES } from './states'
import type { Device } from '../../../src-main/devices/device'
import type { Open, Subject } from './subject'

/** What holds for every device, whatever it is. */
export function deviceSuite(name: string, open: Open<Subject<Device>>): void {
  describe(`${name}: as any device`, () => {
    let subject: Subject<Device>
    beforeEach(async () => {
      subject = await open()
    })
    afterEach(() => subject.close())

    test('is ready when open, and says what it is and how it was proven', () => {
      const status = subject.device.status()
      expect(status).toMatchObject({ id: subject.device.id, state: 'ready' })
      if (subject.device.kind === 'instrument') expect(status.kinds.length).toBeGreaterThan(0)
      else expect(status.kinds).toEqual([subject.device.kind])
      expect(status.label).not.toBe('')
      expect(['real firmware', 'independent peer', 'protocol twin', 'simulated']).toContain(status.proof)
    })

    test('tells each property once, with limits that hold its value', () => {
      const { properties } = subject.device.status()
      expect(new Set(properties.map(({ key }) => key)).size).toBe(properties.length)
      for (const { value, min, max, key } of properties) {
        if (typeof value !== 'number') continue
        expect(value, key).toBeGreaterThanOrEqual(min ?? -Infinity)
        expect(value, key).toBeLessThanOrEqual(max ?? Infinity)
      }
    })

    test('refuses a property that it does not have', async () => {
      await expect(subject.device.set('no such thing', 1)).rejects.toMatchObject({ code: 'argument.invalid' })
    })

    test('refuses every number property beyond its limits, by name and with the range', async () => {
      for (const { key, min, max, settable } of subject.device.status().properties) {
        if (!settable || min === undefined || max === undefined) continue
        for (const wrong of [min - 1, max + 1, Number.NaN, 'much']) {
          const failure: unknown = await subject.device.set(key, wrong).catch((error: unknown) => error)
          expect(failure, `${key} = ${String(wrong)}`).toMatchObject({ code: 'argument.invalid' })
        }
      }
      expect(DEVICE_STATES).toContain(subject.device.status().state)
    })

    test('a listener that was taken back hears nothing more', async () => {
      let heard = 0
      subject.device.onChange(() => (heard += 1))()
      await subject.close()
      expect(heard).toBe(0)
    })

    test('closes twice as well as once, and is absent then', async () => {
      await subject.close()
      await subject.close()
      expect(subject.device.status().state).toBe('absent')
    })
  })
}
