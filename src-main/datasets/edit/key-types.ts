/** The key schema of an OME-TIFF after a value has changed: text loses types, and the schema says which frames have another type than usual. */
import type { Json, KeyType } from '../../../src-preload/contract/record'
import { sameValue } from '../copy/copy-record'
import { jsonOrText } from '../records/annotations'
import { guessedValue } from '../records/text-value'

type Runs = (number | [number, number])[]
type Told = { readonly [key: string]: Json }

export function typeOfValue(value: Json): KeyType {
  if (value === null) return 'null'
  if (typeof value === 'number' || typeof value === 'bigint') return 'number'
  if (typeof value === 'string') return 'text'
  return typeof value === 'boolean' ? 'boolean' : 'json'
}

/**
 * The key's entry in the schema, null where none is needed. `told`: the entry that there is; `elsewhere`: other frames have this key without one,
 * and then they must stay what readers take them for.
 */
export function schemaEntry(
  told: string | null,
  value: Json,
  text: string,
  frame: number,
  elsewhere: boolean
): string | null {
  const type = typeOfValue(value)
  if (told === null) {
    if (sameValue(guessedValue(text), value)) return null
    return JSON.stringify(
      elsewhere
        ? { type: 'number', source: 'user', exceptions: { [type]: [frame] } }
        : { type, source: 'user' }
    )
  }
  const before = jsonOrText(told)
  if (typeof before !== 'object' || before === null || Array.isArray(before)) return null
  const { exceptions, ...rest } = before as Told
  const others = new Map(Object.entries((exceptions ?? {}) as { readonly [type: string]: Runs }))
  for (const [other, runs] of others) others.set(other, without(runs, frame))
  if (rest['type'] !== type) others.set(type, [...(others.get(type) ?? []), frame])
  const kept = [...others].filter(([, runs]) => runs.length > 0)
  const entry = JSON.stringify(kept.length === 0 ? rest : { ...rest, exceptions: Object.fromEntries(kept) })
  return entry === told ? null : entry
}

function without(runs: Runs, frame: number): Runs {
  return runs.flatMap((run): Runs => {
    const [first, last] = typeof run === 'number' ? [run, run] : run
    if (frame < first || frame > last) return [run]
    const parts: [number, number][] = [
      [first, frame - 1],
      [frame + 1, last]
    ]
    return parts.filter(([a, b]) => a <= b).map(([a, b]) => (a === b ? a : [a, b]))
  })
}
