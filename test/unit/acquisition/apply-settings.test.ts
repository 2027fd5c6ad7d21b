import { describe, expect, it } from 'vitest'
import { applySettings } from '../../../src-main/acquisition/apply-settings'
import { unsettled } from '../../../src-main/unsettled'
import type { DeviceSetting } from '../../../src-preload/contract/device-preset'
import type { DeviceStatus } from '../../../src-preload/contract/device'

const setting = (device: string, property: string, value: DeviceSetting['value']): DeviceSetting => ({
  device,
  property,
  value
})

describe('setting several devices', () => {
  it('goes device beside device, and in order within one; lights go on when the rest has settled', async () => {
    const log: string[] = []
    const set = async (device: string, property: string): Promise<boolean> => {
      log.push(`${device}.${property} begins`)
      await new Promise((resolve) => setTimeout(resolve, device === 'slow' ? 20 : 5))
      log.push(`${device}.${property} is there`)
      return true
    }
    const wanted = [setting('lamp', 'on', true), setting('slow', 'x', 1), setting('lamp', 'power', 2)]
    await applySettings([...wanted, setting('slow', 'y', 1)], { set, settled: () => Promise.resolve(true) })
    expect(log).toEqual([
      'slow.x begins',
      'lamp.power begins',
      'lamp.power is there',
      'slow.x is there',
      'slow.y begins',
      'slow.y is there',
      'lamp.on begins',
      'lamp.on is there'
    ])
  })

  it('answers what did not get there, also what shows only after the light is on', async () => {
    const late = await applySettings(
      [setting('a', 'x', 1), setting('lamp', 'power', 2), setting('lamp', 'on', true), setting('b', 'y', 3)],
      {
        set: (device) => Promise.resolve(device !== 'b'),
        settled: (_, property) => Promise.resolve(property !== 'power')
      }
    )
    expect(late.map(({ device, property }) => `${device}.${property}`)).toEqual(['lamp.power', 'b.y'])
  })

  it('waits for what is under way before it fails', async () => {
    let done = false
    const failing = applySettings([setting('a', 'x', 1), setting('b', 'x', 1)], {
      set: async (device) => {
        if (device === 'a') throw new Error('refused')
        await new Promise((resolve) => setTimeout(resolve, 20))
        return (done = true)
      },
      settled: () => Promise.resolve(true)
    })
    await expect(failing).rejects.toThrow('refused')
    expect(done).toBe(true)
  })

  it('names the device, the property, what was wanted and what it reads', () => {
    const shown = { ageMs: 0, stale: false, settable: true }
    const laser: DeviceStatus = {
      id: 'laser',
      label: 'Laser',
      kinds: ['light'],
      state: 'ready',
      proof: 'simulated',
      port: 'built in',
      properties: [
        { key: 'power', label: 'Power', unit: 'mW', value: 5, ...shown },
        { key: 'power_read', label: 'Power read', unit: 'mW', value: 3.2, ...shown }
      ]
    }
    const failure = unsettled('Bright', [setting('laser', 'power', 5), setting('gone', 'x', true)], [laser])
    expect(failure.code).toBe('device.timeout')
    expect(failure.message).toBe(
      'Preset “Bright”: Power of Laser did not get to 5 mW within 2 s; it reads 3.2 mW.'
    )
    expect(failure.detail).toContain('x of gone')
  })
})
