/** A simulated laser: set-point, switch, and a power read back that takes 5 ms to follow. */
import type { KeyInfo } from '../../../src-preload/contract/record'
import type { Light, MonoNs } from '../device'
import { numberWithin, trueOrFalse, unknownProperty } from '../limits'
import { createListeners } from '../listeners'
import { msBetween, type WorldClock } from './world-clock'

const ID = 'sim-laser'
const LABEL = 'Simulated laser'
const POWER = { min: 0, max: 100, unit: 'mW' }
const RISE_MS = 5
const KEY: KeyInfo = { key: 'laser_power', type: 'number', unit: 'mW', source: ID }

export interface SimulatedLaser extends Light {
  powerAt(time: MonoNs): number
}

export function createSimulatedLaser(clock: WorldClock): SimulatedLaser {
  const changes = createListeners<void>()
  let setpointMw = 50
  let on = true
  let closed = false
  let change = { fromMw: 50, toMw: 50, at: clock.now() - 1_000_000_000n }

  const powerAt = (time: MonoNs): number => {
    const part = Math.min(1, Math.max(0, msBetween(change.at, time) / RISE_MS))
    return part === 1
      ? change.toMw
      : Math.round((change.fromMw + (change.toMw - change.fromMw) * part) * 100) / 100
  }

  function follow(): void {
    const now = clock.now()
    change = { fromMw: powerAt(now), toMw: on && !closed ? setpointMw : 0, at: now }
    changes.tell()
    setTimeout(() => changes.tell(), RISE_MS + 1).unref() // the read-back has arrived
  }

  function allOff(): Promise<void> {
    if (on) {
      on = false
      follow()
    }
    return Promise.resolve()
  }

  return {
    id: ID,
    kind: 'light',
    status: () => ({
      id: ID,
      label: LABEL,
      kinds: ['light'],
      state: closed ? 'absent' : 'ready',
      proof: 'simulated',
      port: 'built in',
      properties: [
        { key: 'on', label: 'On', value: on, ageMs: 0, stale: false, settable: true },
        {
          key: 'power',
          label: 'Power set',
          unit: 'mW',
          value: setpointMw,
          ageMs: 0,
          stale: false,
          settable: true,
          min: POWER.min,
          max: POWER.max
        },
        {
          key: 'power_read',
          label: 'Power',
          unit: 'mW',
          value: powerAt(clock.now()),
          ageMs: 0,
          stale: false,
          settable: false,
          recordKey: KEY.key
        }
      ]
    }),
    onChange: changes.add,

    async set(property, value) {
      if (property === 'power') setpointMw = numberWithin(LABEL, 'power', value, POWER)
      else if (property === 'on') on = trueOrFalse(LABEL, 'on', value)
      else throw unknownProperty(LABEL, property)
      follow()
    },
    readings() {
      const now = clock.now()
      return [{ key: KEY, value: powerAt(now), at: now, stale: closed }]
    },
    allOff,
    async close() {
      await allOff()
      closed = true
      changes.tell()
      changes.clear()
    },
    powerAt
  }
}
