/** Values as strict JSON text (RFC 8259): big integers digit by digit, dates as ISO 8601, no NaN; what is not JSON is refused by name. */
import { Failed } from '../../src-preload/contract/failure'

const DEEPEST = 100

export interface JsonNotes {
  /** A number that JSON cannot hold became null. */
  notFinite(where: string): void
}

/** Throws `argument.invalid` naming the place. Properties that are undefined are left out, as JSON does. */
export function jsonText(value: unknown, where: string, notes: JsonNotes, depth = 0): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'number':
      return numberText(value, where, notes)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'bigint':
      return value.toString()
    case 'object':
      return value === null ? 'null' : objectText(value, where, notes, depth)
    default:
      return notJson(where, `a ${typeof value}`)
  }
}

function numberText(value: number, where: string, notes: JsonNotes): string {
  if (!Number.isFinite(value)) {
    notes.notFinite(where)
    return 'null'
  }
  return Object.is(value, -0) ? '-0' : String(value)
}

function objectText(value: object, where: string, notes: JsonNotes, depth: number): string {
  if (depth >= DEEPEST) notJson(where, `nested more than ${DEEPEST} deep`)
  if (value instanceof Date) return dateText(value, where)
  if (Array.isArray(value)) {
    return `[${value.map((item, i) => jsonText(item, `${where}[${i}]`, notes, depth + 1)).join(',')}]`
  }
  const kind: unknown = Object.getPrototypeOf(value)
  // A plain object of another realm (a test, a vm context) has another Object.prototype, whose own prototype is null too.
  if (kind !== null && Object.getPrototypeOf(kind) !== null) notJson(where, `a ${value.constructor.name}`)
  const parts: string[] = []
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined)
      parts.push(`${JSON.stringify(key)}:${jsonText(item, `${where}.${key}`, notes, depth + 1)}`)
  }
  return `{${parts.join(',')}}`
}

function dateText(value: Date, where: string): string {
  return Number.isNaN(value.getTime())
    ? notJson(where, 'a date that is none')
    : JSON.stringify(value.toISOString())
}

function notJson(where: string, found: string): never {
  throw new Failed(
    'argument.invalid',
    `${where} is ${found}; allowed are texts, numbers, true, false, null, lists and objects of these.`
  )
}
