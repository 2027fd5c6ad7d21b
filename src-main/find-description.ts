/** What another dataset says, in the terms of the form: Benchframe's own form whole, and what OME-XML of other programs has a place for. */
import { randomUUID } from 'node:crypto'
import {
  fieldValueCheck,
  PRESET_KINDS,
  type FieldValue,
  type FoundDescription,
  type OwnField,
  type Preset
} from '../src-preload/contract/description'
import { STANDARD_FIELDS } from '../src-preload/contract/description-fields'
import { Failed } from '../src-preload/contract/failure'
import { isJsonObject, type Json } from '../src-preload/contract/record'
import type { StoredForm } from '../src-preload/contract/stored-form'
import { omeForm } from './datasets/ome-form'
import { formIn } from './datasets/records/recording'
import { openDataset } from './datasets/open-dataset'

export async function findDescription(path: string): Promise<FoundDescription> {
  const dataset = await openDataset(path)
  try {
    const form = formIn(dataset) ?? (await omeForm(await dataset.metadata()))
    return { path: dataset.path, ...fromForm(form) }
  } finally {
    await dataset.close()
  }
}

export function fromForm(form: StoredForm): Omit<FoundDescription, 'path'> {
  const values = STANDARD_FIELDS.flatMap(({ id }) => {
    const value = fieldValue(form[id])
    return value === null || value === '' ? [] : [[id, value] as const]
  })
  const own = isJsonObject(form.fields) ? Object.entries(form.fields).map(ownField) : []
  const presets = PRESET_KINDS.flatMap((kind) => {
    const part = form[kind]
    return isJsonObject(part) ? [presetOf(kind, part)] : []
  })
  return { values: Object.fromEntries(values), own, presets }
}

/** A value of another version that no field can hold stays out of the form. */
function fieldValue(value: Json | undefined): FieldValue | null {
  if (value === undefined || value === null) return null
  try {
    return fieldValueCheck(value, 'value')
  } catch (error) {
    if (error instanceof Failed) return null
    throw error
  }
}

const ownField = ([name, value]: [string, Json]): OwnField => ({
  name: name.slice(0, 200),
  value: typeof value === 'string' ? value : JSON.stringify(value)
})

function presetOf(kind: Preset['kind'], { name, ...facts }: StoredForm): Preset {
  const values = Object.entries(facts).flatMap(([id, value]) => {
    const read = fieldValue(value)
    return read === null ? [] : [[id, read] as const]
  })
  const known = typeof name === 'string' && name.trim() !== '' ? name.slice(0, 200) : kind
  return { id: randomUUID(), kind, name: known, values: Object.fromEntries(values) }
}
