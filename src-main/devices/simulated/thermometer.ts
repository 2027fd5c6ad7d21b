/** A simulated thermometer: about 37 °C, with a slow drift and a little noise, read four times a second. */
import type { KeyInfo } from '../../../src-preload/contract/record'
import type { MonoNs, Reading, Sensor } from '../device'
import { unknownProperty } from '../limits'
import { createListeners } from '../listeners'
import { gaussianAt } from './random'
import { msBetween, type WorldClock } from './world-clock'

const ID = 'sim-thermometer'
const LABEL = 'Simulated thermometer'
const EVERY_MS = 250
const KEY: KeyInfo = { key: 'temperature', type: 'number', unit: '°C', source: ID }

export function createSimulatedThermometer(seed: number, clock: WorldClock): Sensor {
  const changes = createListeners<void>()
  const start = clock.now()
  const timer = setInterval(() => changes.tell(), EVERY_MS).unref()
  let closedAt: MonoNs | null = null

  function latest(): Reading {
    const sample = Math.floor(msBetween(start, closedAt ?? clock.now()) / EVERY_MS)
    const at = start + BigInt(Math.round(sample * EVERY_MS * 1e6))
    return { key: KEY, value: celsius(seed, sample), at, stale: closedAt !== null }
  }

  return {
    id: ID,
    kind: 'sensor',
    status() {
      const { value, at, stale } = latest()
      const ageMs = msBetween(at, clock.now())
      const reading = {
        key: 'temperature',
        label: 'Temperature',
        unit: '°C',
        value,
        ageMs,
        stale,
        settable: false
      }
      return {
        id: ID,
        label: LABEL,
        kinds: ['sensor'],
        state: closedAt === null ? 'ready' : 'absent',
        proof: 'simulated',
        port: 'built in',
        properties: [{ ...reading, recordKey: KEY.key }]
      }
    },
    onChange: changes.add,
    set: (property) => Promise.reject(unknownProperty(LABEL, property)),
    readings: () => [latest()],
    close() {
      closedAt ??= clock.now()
      clearInterval(timer)
      changes.tell()
      changes.clear()
      return Promise.resolve()
    }
  }
}

function celsius(seed: number, sample: number): number {
  const minutes = (sample * EVERY_MS) / 60_000
  const drift = 0.3 * Math.sin(minutes / 3) + 0.1 * Math.sin(minutes / 0.7 + seed)
  return Math.round((37 + drift + 0.01 * gaussianAt(seed, sample)) * 1000) / 1000
}
