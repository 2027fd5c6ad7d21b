/** The form as a dataset holds it (`benchframe/form`): absent is absent, presets are written out, own fields are apart from standard ones. */
import {
  PRESET_KINDS,
  type Description,
  type DescriptionContent,
  type FieldValue,
  type Values
} from './description'
import { completeness, isFilled, STANDARD_FIELDS, templateOf } from './description-fields'
import type { Json } from './record'

export type StoredForm = { readonly [key: string]: Json }

export const EMPTY_FORM: StoredForm = { sample: '', done: '', operator: '', notes: '', fields: {} }

const standard = new Set(STANDARD_FIELDS.map(({ id }) => id))
const text = (values: Values, id: string): string => {
  const value = values[id]
  return typeof value === 'string' ? value : ''
}

export function storedForm(content: Description | DescriptionContent): StoredForm {
  const { values, own, presets, chosen, profile, unconfirmed } = content
  const template = templateOf(content)
  const filled = Object.entries(values).filter(([, value]) => isFilled(value))
  const templated = new Map(
    (template?.fields ?? [])
      .filter(({ label }) => label.trim() !== '')
      .map(({ id, label }) => [id, label.trim()])
  )
  const { missing, complete } = completeness(content, template)
  const doubtful = unconfirmed.filter((id) => isFilled(values[id]))
  return {
    ...Object.fromEntries(['sample', 'done', 'operator', 'notes'].map((id) => [id, text(values, id)])),
    fields: Object.fromEntries([
      ...filled.flatMap(([id, value]) => (templated.has(id) ? [[templated.get(id), asJson(value)]] : [])),
      ...own.filter(({ name }) => name.trim() !== '').map(({ name, value }) => [name.trim(), value])
    ]) as Json,
    ...Object.fromEntries(
      filled.filter(([id]) => standard.has(id)).map(([id, value]) => [id, asJson(value)])
    ),
    ...Object.fromEntries(
      PRESET_KINDS.flatMap((kind) => {
        const preset = presets.find(({ id }) => id === chosen[kind])
        if (preset === undefined) return []
        const facts = Object.entries(preset.values).filter(([, value]) => isFilled(value))
        return [[kind, { name: preset.name, ...Object.fromEntries(facts.map(([id, v]) => [id, asJson(v)])) }]]
      })
    ),
    profile,
    ...(template === null ? {} : { template: template.name }),
    complete,
    ...(missing.length === 0 ? {} : { missing: missing.map(({ label }) => label) }),
    ...(doubtful.length === 0 ? {} : { unconfirmed: doubtful })
  }
}

const asJson = (value: FieldValue): Json => value as unknown as Json
