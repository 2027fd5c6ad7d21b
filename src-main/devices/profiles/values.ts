/** The latest values of an instrument by name, made from the groups of patterns and the keys of JSON lines. */
import { createQuantity, type Quantity } from '../serial/quantities'
import type { MonoNs } from '../device'
import { readNumber } from './byte-numbers'
import type { Field } from './profile'

export type Value = number | string | boolean

export interface Values {
  /** Takes what a line told; true when something is news. */
  take(found: Readonly<Record<string, Value>>, at: MonoNs): boolean
  of(name: string): Quantity<Value>
}

export function createValues(alive: () => boolean): Values {
  const all = new Map<string, Quantity<Value>>()
  const of = (name: string): Quantity<Value> => {
    const known = all.get(name)
    if (known !== undefined) return known
    const made = createQuantity<Value>(alive)
    all.set(name, made)
    return made
  }
  return {
    of,
    take: (found, at) =>
      Object.entries(found)
        .map(([name, value]) => of(name).take(value, at))
        .includes(true)
  }
}

/** The named groups of a match as values. */
export function valuesOf(
  groups: Readonly<Record<string, string | undefined>> | undefined,
  fields: Readonly<Record<string, Field>> = {}
): Record<string, Value> {
  const found: Record<string, Value> = {}
  for (const [name, text] of Object.entries(groups ?? {})) {
    if (text === undefined) continue
    const field = fields[name] ?? {}
    const value = valueOf(text, field)
    if (value !== null) found[field.as ?? name] = value
  }
  return found
}

/** The keys of a JSON line as values; without fields all that are scalar. Null: no such line. */
export function valuesOfJson(
  line: string,
  fields: Readonly<Record<string, Field>> | undefined
): Record<string, Value> | null {
  let parsed: unknown
  try {
    parsed = JSON.parse(line)
  } catch {
    return null // not JSON: the line is someone else's, or garbage
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null
  const found: Record<string, Value> = {}
  for (const [name, raw] of Object.entries(parsed)) {
    const field = fields?.[name]
    if (fields !== undefined && field === undefined) continue
    if (typeof raw !== 'number' && typeof raw !== 'string' && typeof raw !== 'boolean') continue
    const value = typeof raw === 'boolean' ? raw : valueOf(String(raw), field ?? {})
    if (value !== null) found[field?.as ?? name] = value
  }
  return Object.keys(found).length === 0 ? null : found
}

/** Null when a number was to be read and there is none: unknown is absent (M2). */
function valueOf(text: string, field: Field): Value | null {
  if (field.map !== undefined) {
    const mapped = field.map[text]
    if (mapped === undefined) return text
    return mapped === 'true' ? true : mapped === 'false' ? false : mapped
  }
  if (field.text === true) return text
  if (field.number !== undefined) {
    const raw = readNumber(text, field.number)
    if (raw === null) return null
    // >>> 0: bits are counted without a sign
    const kept = field.mask === undefined ? raw : (raw & field.mask) >>> 0
    return rounded(kept * (field.times ?? 1) + (field.plus ?? 0))
  }
  const number = text.trim() === '' ? NaN : Number(text)
  if (!Number.isFinite(number)) return field.times !== undefined || field.plus !== undefined ? null : text
  return rounded(number * (field.times ?? 1) + (field.plus ?? 0))
}

/** 0.1 × 3 is 0.3 for people and files. */
const rounded = (value: number): number => Number(value.toPrecision(12))

/** true, false and numbers as such, everything else as text. */
export function scalarOf(text: string): Value {
  if (text === 'true' || text === 'false') return text === 'true'
  return valueOf(text, {}) ?? text
}
