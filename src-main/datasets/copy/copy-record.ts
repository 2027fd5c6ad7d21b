/** A record as the writers store it: what a copy is held against. */
import { PLANE_KEYS, type FrameRecord, type Json } from '../../../src-preload/contract/record'

const plane: ReadonlySet<string> = new Set(PLANE_KEYS)

/** Without unknown plane values, and with a blank for an empty key, which other programs write. */
export function copyRecord(record: FrameRecord, extra: FrameRecord): FrameRecord {
  const entries = Object.entries({ ...record, ...extra }).flatMap(([key, value]): [string, Json][] =>
    value === null && plane.has(key) ? [] : [[key === '' ? ' ' : key, value]]
  )
  return Object.fromEntries(entries)
}

/** Equal in value and type; the order of keys and the sign of zero do not count. */
export function sameValue(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, i) => sameValue(item as Json, b[i] as Json))
    )
  }
  const [left, right] = [a as FrameRecord, b as FrameRecord]
  const keys = Object.keys(left)
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.prototype.hasOwnProperty.call(right, key) && sameValue(left[key], right[key]))
  )
}

/** The first key that two records do not share or have different values of; null: they are equal. */
export function differentKey(a: FrameRecord, b: FrameRecord): string | null {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  for (const key of keys) {
    const both = Object.prototype.hasOwnProperty.call(a, key) && Object.prototype.hasOwnProperty.call(b, key)
    if (!both || !sameValue(a[key], b[key])) return key
  }
  return null
}
