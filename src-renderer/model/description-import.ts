/** What an import would do, before it does: each field with its value now and then, and the names that no field here has. */
import type {
  Description,
  DescriptionChange,
  Field,
  FieldValue,
  FoundDescription,
  OwnField,
  Preset,
  Template
} from '../../src-preload/contract/description'
import { PRESET_LABELS, STANDARD_FIELDS } from '../../src-preload/contract/description-fields'
import { toCsv } from '../../src-preload/contract/csv'
import { readAny, valueText } from './field-text'

export interface Difference {
  readonly label: string
  readonly now: string
  readonly then: string
  readonly problem: string | null
  readonly change: { readonly id: string; readonly value: FieldValue } | { readonly preset: Preset }
}

export interface ImportPlan {
  readonly differences: readonly Difference[]
  /** Names without a field; they can become own fields. */
  readonly unknown: readonly OwnField[]
  /** Values that are there already. */
  readonly same: number
}

export const knownFields = (template: Template | null): readonly Field[] => [
  ...STANDARD_FIELDS,
  ...(template?.fields ?? [])
]

const plain = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[\s_*:]+/g, ' ')
    .trim()
export const fieldNamed = (fields: readonly Field[], name: string): Field | undefined =>
  fields.find(({ id, label }) => plain(label) === plain(name) || plain(id) === plain(name))

export function planPairs(
  pairs: readonly (readonly [string, string])[],
  description: Description,
  template: Template | null
): ImportPlan {
  const fields = knownFields(template)
  const found = pairs.filter(([name, value]) => name !== '' && value !== '')
  const read = found.flatMap(([name, typed]) => {
    const field = fieldNamed(fields, name)
    if (field === undefined) return []
    const { value, problem } = readAny(field, typed)
    return value === null ? [] : [{ field, value, problem }]
  })
  const unknown = found.filter(([name]) => fieldNamed(fields, name) === undefined)
  return planOf(
    read,
    unknown.map(([name, value]) => ({ name, value })),
    description
  )
}

export function planFound(
  found: FoundDescription,
  description: Description,
  template: Template | null
): ImportPlan {
  const fields = knownFields(template)
  const own = found.own.map((row) => ({ row, field: fieldNamed(fields, row.name) }))
  const read = [
    ...fields.flatMap((field) => {
      const value = found.values[field.id]
      return value === undefined ? [] : [{ field, value, problem: null }]
    }),
    ...own.flatMap(({ row, field }) => {
      if (field === undefined) return []
      const { value, problem } = readAny(field, row.value)
      return value === null ? [] : [{ field, value, problem }]
    })
  ]
  const rest = own.filter(({ field }) => field === undefined).map(({ row }) => row)
  const plan = planOf(read, rest, description)
  const presets = found.presets.flatMap((preset): Difference[] => {
    const now = description.presets.find(({ id }) => id === description.chosen[preset.kind])
    if (now !== undefined && sameFacts(now, preset)) return []
    const label = PRESET_LABELS[preset.kind]
    return [{ label, now: now?.name ?? '', then: preset.name, problem: null, change: { preset } }]
  })
  return { ...plan, differences: [...plan.differences, ...presets] }
}

const sameFacts = (a: Preset, b: Preset): boolean =>
  a.name === b.name && JSON.stringify(a.values) === JSON.stringify(b.values)

interface ReadValue {
  readonly field: Field
  readonly value: FieldValue
  readonly problem: string | null
}

function planOf(
  read: readonly ReadValue[],
  unknown: readonly OwnField[],
  { values, own }: Description
): ImportPlan {
  const differences = read.flatMap(({ field, value, problem }): Difference[] => {
    const now = values[field.id]
    if (JSON.stringify(now) === JSON.stringify(value)) return []
    const { id, label } = field
    return [
      { label, now: valueText(field, now), then: valueText(field, value), problem, change: { id, value } }
    ]
  })
  const fresh = unknown.filter(
    (row) => !own.some(({ name, value }) => name === row.name && value === row.value)
  )
  const same = read.length - differences.length + unknown.length - fresh.length
  return { differences, unknown: fresh, same }
}

export function changeOf(plan: ImportPlan, asOwn: boolean, description: Description): DescriptionChange {
  const values: Record<string, FieldValue> = {}
  let { presets, chosen } = description
  for (const { change } of plan.differences) {
    if ('id' in change) values[change.id] = change.value
    else {
      const known = presets.find((each) => each.kind === change.preset.kind && sameFacts(each, change.preset))
      presets = known === undefined ? [...presets, change.preset] : presets
      chosen = { ...chosen, [change.preset.kind]: (known ?? change.preset).id }
    }
  }
  const names = new Set(plan.unknown.map(({ name }) => name))
  return {
    ...(Object.keys(values).length === 0 ? {} : { values }),
    ...(presets === description.presets && chosen === description.chosen ? {} : { presets, chosen }),
    ...(asOwn && names.size > 0
      ? { own: [...description.own.filter(({ name }) => !names.has(name)), ...plan.unknown] }
      : {})
  }
}

/** Name and value, a line each: what `Read a CSV file` reads again. */
export function descriptionCsv({ values, own }: Description, template: Template | null): string {
  const rows = knownFields(template).flatMap((field) => {
    const text = valueText(field, values[field.id])
    return text === '' ? [] : [[field.label, text]]
  })
  return toCsv(['field', 'value'], [...rows, ...own.map(({ name, value }) => [name, value])])
}
