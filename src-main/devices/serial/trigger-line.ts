/** The trigger input of a serial instrument: edges with their numbers, so that a lost one shows as a gap (acceptance T5). */
import type { MonoNs, TriggerEdge, TriggerInput } from '../device'
import { unknownProperty } from '../limits'
import { createListeners } from '../listeners'
import { changesOf, partStatus, property, type Instrument, type Part } from './part'
import { createQuantity } from './quantities'

export interface Edge {
  readonly sequence: number
  readonly sourceUs?: number
}

export interface TriggerLine extends TriggerInput, Part {
  take(edge: Edge, at: MonoNs): void
}

export function createTriggerLine(instrument: Instrument): TriggerLine {
  const id = `${instrument.id}/trigger`
  const edges = createListeners<TriggerEdge>()
  const number = createQuantity<number>(() => instrument.connection.state === 'ready')
  /** null until the first edge: what came before we listened is not lost. */
  let last: number | null = null
  let lostInAll = 0

  function take({ sequence, sourceUs }: Edge, at: MonoNs): void {
    const lostBefore = last === null ? 0 : missedSince(last, sequence)
    last = sequence
    lostInAll += lostBefore
    number.take(sequence, at)
    edges.tell({ sequence, receivedAt: at, lostBefore, ...(sourceUs === undefined ? {} : { sourceUs }) })
    instrument.changes.tell()
  }

  return {
    id,
    kind: 'trigger',
    status: () => ({ ...partStatus(instrument, ['trigger'], properties(), false), id }),
    onChange: changesOf(instrument),
    set: (name) => Promise.reject(unknownProperty(instrument.label(), name)),
    onEdge: edges.add,
    take,
    onLost: () => undefined,
    close() {
      edges.clear()
      return Promise.resolve()
    }
  }

  function properties(): ReturnType<typeof property>[] {
    const fixed = { ageMs: 0, stale: false, settable: false }
    // Edges come when they come: the number of the last one never grows old.
    return [
      { ...property({ key: 'edge', label: 'Last edge', settable: false }, number), stale: false },
      { key: 'edges_lost', label: 'Edges lost', value: lostInAll, ...fixed }
    ]
  }
}

/** Edges between two numbers; a number that went back means that the instrument started anew, and counts from 1. */
function missedSince(last: number, sequence: number): number {
  return sequence > last ? sequence - last - 1 : sequence - 1
}
