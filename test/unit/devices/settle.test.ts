import { describe, expect, it } from 'vitest'
import type { Device } from '../../../src-main/devices/device'
import { settled } from '../../../src-main/devices/settle'
import type { PropertyState } from '../../../src-preload/contract/device'

/** A light whose read-back is `value(elapsed ms)`, `ageMs` old. */
function light(
  value: (ms: number) => number,
  patch: { on?: boolean; ageMs?: number; read?: boolean } = {}
): Device {
  const began = performance.now()
  const base = { stale: false, ageMs: patch.ageMs ?? 0, settable: true }
  return {
    status: () => ({
      properties: [
        { ...base, key: 'on', label: 'On', value: patch.on ?? true },
        { ...base, key: 'power', label: 'Power', value: 40, min: 0, max: 100 },
        ...(patch.read === false
          ? []
          : [{ ...base, key: 'power_read', label: 'Read', value: value(performance.now() - began) }])
      ] satisfies PropertyState[]
    })
  } as unknown as Device
}

describe('settling', () => {
  it('waits until the read-back is near what was set', async () => {
    const began = performance.now()
    expect(
      await settled(
        light((ms) => (ms < 30 ? 10 : 39.9)),
        'power',
        40
      )
    ).toBe(true)
    expect(performance.now() - began).toBeGreaterThanOrEqual(30)
  })

  it('an old read-back proves nothing, and one that never comes is told', async () => {
    expect(
      await settled(
        light(() => 40, { ageMs: 10_000 }),
        'power',
        40,
        30
      )
    ).toBe(false)
    expect(
      await settled(
        light(() => 10),
        'power',
        40,
        30
      )
    ).toBe(false)
  })

  it('does not wait where nothing is read back, for what is off, or for words', async () => {
    expect(
      await settled(
        light(() => 0, { read: false }),
        'power',
        40,
        30
      )
    ).toBe(true)
    expect(
      await settled(
        light(() => 0, { on: false }),
        'power',
        40,
        30
      )
    ).toBe(true)
    expect(
      await settled(
        light(() => 0),
        'on',
        true,
        30
      )
    ).toBe(true)
  })
})
