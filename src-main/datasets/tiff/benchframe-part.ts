/** What Benchframe itself left in the global annotations of an OME-TIFF: key schema, events, settings, how the recording ended. */
import type { Json } from '../../../src-preload/contract/record'
import { eventsFrom, finishFrom, jsonOrText, type GlobalMap } from '../records/annotations'
import { KEY_SCHEMA_NAMESPACE, keySchema, NO_SCHEMA } from '../records/key-schema'
import { planFacts } from '../records/plan-facts'
import type { Recording } from '../records/recording'

export function benchframePart(globals: ReadonlyMap<string, GlobalMap>): Recording {
  const schema = globals.get(KEY_SCHEMA_NAMESPACE)
  const own = globals.get('benchframe')
  const value = (key: string): Json | undefined => {
    const text = own?.get(key)
    return text === undefined ? undefined : jsonOrText(text)
  }
  // Text that looks like JSON and is none (`42`, `true`), by namespace and key.
  const texts = new Set(
    (Array.isArray(value('texts')) ? (value('texts') as readonly Json[]) : []).map((pair) =>
      JSON.stringify(pair)
    )
  )
  const asValues = (name: string, map: GlobalMap): Json =>
    Object.fromEntries(
      [...map].map(([key, text]) => [key, texts.has(JSON.stringify([name, key])) ? text : jsonOrText(text)])
    )
  return {
    schema:
      schema === undefined
        ? NO_SCHEMA
        : keySchema([...schema].map(([key, text]) => [key, jsonOrText(text)] as const)),
    events: eventsFrom(value('events')),
    finish: finishFrom(value('finish')),
    plan: planFacts(value('settings')),
    globals: new Map([...globals].map(([name, map]) => [name, asValues(name, map)])),
    frames: null,
    sizes: null,
    pixels: null
  }
}
