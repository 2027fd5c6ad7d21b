/** What Benchframe itself left in the global annotations of an OME-TIFF: key schema, events, the axes of the recording. */
import type { Json, RunEvent } from '../../../src-preload/contract/record'
import { eventsFrom, finishFrom, jsonOrText, type GlobalMap } from '../records/annotations'
import { KEY_SCHEMA_NAMESPACE, keySchema, NO_SCHEMA, type KeySchema } from '../records/key-schema'
import type { PlaneAxis } from './plane-map'

export interface BenchframePart {
  readonly schema: KeySchema
  readonly events: readonly RunEvent[]
  readonly axes: readonly PlaneAxis[] | null
  readonly finish: { readonly end: string; readonly frames: number } | null
  /** Global metadata by namespace, as values. */
  readonly globals: ReadonlyMap<string, Json>
}

export const NOTHING_TOLD: BenchframePart = { schema: NO_SCHEMA, events: [], axes: null, finish: null, globals: new Map() }

export function benchframePart(globals: ReadonlyMap<string, GlobalMap>): BenchframePart {
  const schema = globals.get(KEY_SCHEMA_NAMESPACE)
  const own = globals.get('benchframe')
  const value = (key: string): Json | undefined => {
    const text = own?.get(key)
    return text === undefined ? undefined : jsonOrText(text)
  }
  return {
    schema: schema === undefined ? NO_SCHEMA : keySchema([...schema].map(([key, text]) => [key, jsonOrText(text)] as const)),
    events: eventsFrom(value('events')),
    axes: recordedAxes(value('settings')),
    finish: finishFrom(value('finish')),
    globals: new Map([...globals].map(([name, map]) => [name, Object.fromEntries([...map].map(([k, v]) => [k, jsonOrText(v)]))]))
  }
}

/** Axes of the recording, slowest first, from the settings snapshot. */
export function recordedAxes(settings: Json | undefined): readonly PlaneAxis[] | null {
  const axes = (settings as { axes?: unknown } | null | undefined)?.axes
  if (!Array.isArray(axes)) return null
  const names = axes.map((axis: { name?: unknown } | null) => axis?.name)
  const known = names.every((name): name is PlaneAxis => name === 'z' || name === 'c' || name === 't')
  return known && new Set(names).size === names.length ? names : null
}
