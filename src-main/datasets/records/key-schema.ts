/**
 * The key schema that Benchframe stores beside the records: type, unit and source of each key, and the frames whose value is of another type.
 * Text loses types; this gives them back.
 */
import { isJsonObject, type Json, type KeyInfo, type KeyType } from '../../../src-preload/contract/record'

export interface KeySchema {
  readonly keys: readonly KeyInfo[]
  readonly byKey: ReadonlyMap<string, KeyInfo>
  /** Type of the value of `key` in frame number `frame`; null where the file says nothing. */
  typeOf(key: string, frame: number): KeyType | null
}

export const KEY_SCHEMA_NAMESPACE = 'benchframe/key-schema'

const TYPES: readonly string[] = ['number', 'text', 'boolean', 'null', 'json']
const isType = (value: unknown): value is KeyType => typeof value === 'string' && TYPES.includes(value)

export const NO_SCHEMA: KeySchema = { keys: [], byKey: new Map(), typeOf: () => null }

/** From entries of key and description, e.g. ["temperature", {type: "number", unit: "°C", source: "thermometer"}]. */
export function keySchema(entries: Iterable<readonly [string, Json]>): KeySchema {
  const byKey = new Map<string, KeyInfo>()
  const exceptions = new Map<string, Map<number, KeyType>>()
  for (const [key, told] of entries) {
    if (!isJsonObject(told) || !isType(told['type'])) continue
    const { unit, source } = told
    byKey.set(key, {
      key,
      type: told['type'],
      ...(typeof unit === 'string' ? { unit } : {}),
      ...(typeof source === 'string' ? { source } : {})
    })
    const others = exceptionsOf(told['exceptions'] ?? null)
    if (others.size > 0) exceptions.set(key, others)
  }
  return {
    keys: [...byKey.values()],
    byKey,
    typeOf: (key, frame) => exceptions.get(key)?.get(frame) ?? byKey.get(key)?.type ?? null
  }
}

/** {type: [frame or [first, last], …], …} */
function exceptionsOf(told: Json): Map<number, KeyType> {
  const found = new Map<number, KeyType>()
  if (!isJsonObject(told)) return found
  for (const [type, frames] of Object.entries(told)) {
    if (!isType(type) || !Array.isArray(frames)) continue
    for (const entry of frames as readonly Json[]) {
      const [first, last] = Array.isArray(entry) ? (entry as readonly Json[]) : [entry, entry]
      if (typeof first !== 'number' || typeof last !== 'number') continue
      for (let frame = first; frame <= last && found.size < 10_000_000; frame++) found.set(frame, type)
    }
  }
  return found
}
