/** A simulated trigger line: one edge at a time, or a train of them. Edges can be lost on purpose, as on a real line. */
import type { TriggerEdge, TriggerInput } from '../device'
import { numberWithin, unknownProperty } from '../limits'
import { createListeners } from '../listeners'
import { msBetween, type WorldClock } from './world-clock'

const ID = 'sim-trigger'
const LABEL = 'Simulated trigger line'
const PERIOD = { min: 0, max: 86_400_000, unit: 'ms' }

export interface SimulatedTrigger extends TriggerInput {
  /** Makes an edge, after losing `lost` others on the way. */
  pulse(lost?: number): void
}

export function createSimulatedTrigger(clock: WorldClock): SimulatedTrigger {
  const changes = createListeners<void>()
  const edges = createListeners<TriggerEdge>()
  const start = clock.now()
  let sequence = 0
  let periodMs = 0
  let train: NodeJS.Timeout | null = null
  let closed = false

  function pulse(lost = 0): void {
    if (closed) return
    sequence += lost + 1
    const now = clock.now()
    edges.tell({
      sequence,
      receivedAt: now,
      lostBefore: lost,
      sourceUs: Math.round(msBetween(start, now) * 1000)
    })
    changes.tell()
  }

  function setPeriod(ms: number): void {
    periodMs = ms
    if (train !== null) clearInterval(train)
    train = ms > 0 ? setInterval(pulse, ms).unref() : null
    changes.tell()
  }

  return {
    id: ID,
    kind: 'trigger',
    status: () => ({
      id: ID,
      label: LABEL,
      kinds: ['trigger'],
      state: closed ? 'absent' : 'ready',
      proof: 'simulated',
      port: 'built in',
      properties: [
        { key: 'edges', label: 'Edges', value: sequence, ageMs: 0, stale: false, settable: false },
        {
          key: 'period',
          label: 'Period (0: none)',
          unit: 'ms',
          value: periodMs,
          ageMs: 0,
          stale: false,
          settable: true,
          min: PERIOD.min,
          max: PERIOD.max
        },
        { key: 'pulse', label: 'One edge', value: false, ageMs: 0, stale: false, settable: true }
      ]
    }),
    onChange: changes.add,

    async set(property, value) {
      if (property === 'period') setPeriod(numberWithin(LABEL, 'period', value, PERIOD))
      else if (property === 'pulse') pulse()
      else throw unknownProperty(LABEL, property)
    },
    onEdge: edges.add,
    pulse,
    close() {
      setPeriod(0)
      closed = true
      changes.tell()
      changes.clear()
      edges.clear()
      return Promise.resolve()
    }
  }
}
