/** Between what stands in a control and what is kept: a value that can't be understood stays the text that was typed, with its problem told. */
import type { Field, FieldValue, ScalarField, ScalarValue } from '../../src-preload/contract/description'
import { isQuantity } from '../../src-preload/contract/description'
import { readQuantity, shown } from '../../src-preload/contract/quantity'
import { describe } from '../strings-describe'

export interface ReadField {
  readonly value: ScalarValue | null
  readonly problem: string | null
}

const good = (value: ScalarValue | null): ReadField => ({ value, problem: null })

export function readField(field: ScalarField, typed: string): ReadField {
  if (typed.trim() === '') return good(null)
  switch (field.kind) {
    case 'text':
      return good(typed)
    case 'quantity': {
      const read = readQuantity(typed, field.measure, field)
      return read.ok ? good(read.value) : { value: typed, problem: read.problem }
    }
    case 'choice': {
      const word = typed.trim().toLowerCase()
      const found = field.choices.find((choice) => choice.toLowerCase() === word)
      return found === undefined
        ? { value: typed, problem: `Allowed is ${field.choices.join(', ')}.` }
        : good(found)
    }
    case 'date':
      return isDate(typed.trim()) ? good(typed.trim()) : { value: typed, problem: describe.date }
    case 'truth': {
      const word = typed.trim().toLowerCase()
      if (['yes', 'y', 'true', '1'].includes(word)) return good(true)
      if (['no', 'n', 'false', '0'].includes(word)) return good(false)
      return { value: typed, problem: 'Yes or no?' }
    }
  }
}

/** A day of the calendar, ISO 8601. */
function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

/** What is wrong with a value that is kept all the same. */
export function problemOf(field: ScalarField, value: FieldValue | undefined): string | null {
  if (typeof value === 'string') return readField(field, value).problem
  if (field.kind === 'quantity' && isQuantity(value)) {
    const { min, max } = field
    const outside = (min !== undefined && value.value < min) || (max !== undefined && value.value > max)
    return outside ? readField(field, shown(value)).problem : null
  }
  return null
}

export function scalarText(value: FieldValue | undefined): string {
  if (value === undefined || Array.isArray(value)) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? describe.yes : describe.no
  return isQuantity(value) ? shown(value) : ''
}

/** Any value in one line, for tables of differences and CSV. */
export function valueText(field: Field | null, value: FieldValue | undefined): string {
  if (value === undefined) return ''
  if (!Array.isArray(value)) return scalarText(value)
  const labels = new Map(field?.kind === 'group' ? field.fields.map(({ id, label }) => [id, label]) : [])
  return value
    .map((entry: Readonly<Record<string, ScalarValue>>) =>
      Object.entries(entry)
        .map(([id, item]) => `${labels.get(id) ?? id}: ${scalarText(item)}`)
        .join(', ')
    )
    .join('; ')
}

/** The other way round, as far as a line can tell: `Name: GFP, Excitation: 488 nm; Name: RFP`. */
export function readAny(field: Field, typed: string): { value: FieldValue | null; problem: string | null } {
  if (field.kind !== 'group') return readField(field, typed)
  if (typed.trim() === '') return { value: null, problem: null }
  const problems: string[] = []
  const entries = typed.split(';').map((part) =>
    Object.fromEntries(
      part.split(',').flatMap((pair): [string, ScalarValue][] => {
        const at = pair.indexOf(':')
        const label = at < 0 ? '' : pair.slice(0, at).trim().toLowerCase()
        const sub = field.fields.find((each) => each.label.toLowerCase() === label || each.id === label)
        const target = sub ?? field.fields[0]
        if (target === undefined) return []
        const { value, problem } = readField(
          target,
          sub === undefined ? pair.trim() : pair.slice(at + 1).trim()
        )
        if (problem !== null) problems.push(problem)
        return value === null ? [] : [[target.id, value]]
      })
    )
  )
  return { value: entries, problem: problems[0] ?? null }
}
