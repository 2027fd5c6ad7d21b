/** What people say about a recording: typed values, the fields that ask for them, presets, and the draft that is kept between runs. */
import { dictionary, filledText, list, nullable, number, oneOf, optional, shape, text, truth } from './check'
import type { Check } from './check'

/** A number in the unit of its field; degrees, mW, µm … are normalised when they are typed. */
export interface Quantity {
  readonly value: number
  readonly unit: string
}

/** A quantity that could not be understood stays the text that was typed: nothing typed is lost. */
export type ScalarValue = string | boolean | Quantity
export type GroupValue = readonly { readonly [id: string]: ScalarValue }[]
export type FieldValue = ScalarValue | GroupValue
/** By field id. An absent field was not filled in. */
export type Values = { readonly [id: string]: FieldValue }

export const PROFILES = ['quick', 'publish', 'archive'] as const
export type Profile = (typeof PROFILES)[number]

export const SECTIONS = ['sample', 'imaging', 'people', 'study', 'own'] as const
export type Section = (typeof SECTIONS)[number]

/** What happens to a value when a run is over: it stays and is marked as not looked at, is offered again, or goes. */
export const CARRIES = ['keep', 'suggest', 'clear'] as const
export type Carry = (typeof CARRIES)[number]

export const MEASURES = [
  'number',
  'temperature',
  'power',
  'length',
  'wavelength',
  'time',
  'percent',
  'pressure',
  'dose',
  'magnification'
] as const
export type Measure = (typeof MEASURES)[number]

interface FieldBase {
  readonly id: string
  readonly label: string
  readonly placeholder?: string
  /** The least profile that asks for it. */
  readonly profile: Profile
  readonly section: Section
  readonly required?: boolean
  readonly carry: Carry
  /** Asked only while another field is filled, or has this value. */
  readonly when?: { readonly field: string; readonly is?: string | boolean }
}

export type ScalarKind =
  | { readonly kind: 'text'; readonly long?: boolean }
  | { readonly kind: 'quantity'; readonly measure: Measure; readonly min?: number; readonly max?: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'date' }
  | { readonly kind: 'truth' }

export type ScalarField = FieldBase & ScalarKind
export type Field =
  | ScalarField
  | (FieldBase & {
      readonly kind: 'group'
      /** What one entry is called. */
      readonly item: string
      readonly fields: readonly ScalarField[]
    })

/** Fields that a user made, asked besides the standard ones. */
export interface Template {
  readonly name: string
  readonly fields: readonly Field[]
}

export const PRESET_KINDS = ['instrument', 'objective', 'camera', 'light', 'environment'] as const
export type PresetKind = (typeof PRESET_KINDS)[number]

/** Facts that stay the same from run to run, under a name. */
export interface Preset {
  readonly id: string
  readonly kind: PresetKind
  readonly name: string
  readonly values: Values
}
export type Chosen = { readonly [K in PresetKind]?: string }

/** What is under the user's hands, kept on disk while it is typed. */
export interface Description {
  readonly values: Values
  /** Free fields that belong to no template, in the user's order. */
  readonly own: readonly OwnField[]
  /** Values carried over from the run before that nobody looked at since. */
  readonly unconfirmed: readonly string[]
  /** Values of the run before, offered and not taken. */
  readonly suggestions: Values
  readonly profile: Profile
  readonly carry: { readonly [id: string]: Carry }
  readonly presets: readonly Preset[]
  readonly chosen: Chosen
  readonly templates: readonly Template[]
  readonly template: string | null
  /** What was typed in earlier runs, newest first. */
  readonly history: { readonly [id: string]: readonly string[] }
  /** The newcomer was asked for name and objective, or did not want to be. */
  readonly welcomed: boolean
  readonly canUndo: boolean
  readonly canRedo: boolean
}

/** Everything of a description that is stored. */
export type DescriptionContent = Omit<Description, 'canUndo' | 'canRedo'>

/** A change by the user. */
export type DescriptionChange = Partial<
  Pick<
    Description,
    'own' | 'presets' | 'chosen' | 'templates' | 'template' | 'profile' | 'carry' | 'welcomed'
  >
> & {
  /** Names only the fields that change; null empties one. */
  readonly values?: { readonly [id: string]: FieldValue | null }
  /** Fields that were looked at and are still true. */
  readonly confirm?: readonly string[]
}

export interface OwnField {
  readonly name: string
  readonly value: string
}

export const LONGEST_VALUE = 1_000_000

const quantityCheck = shape({ value: number(), unit: text(60) })
const scalar: Check<ScalarValue> = (value, name) => {
  if (typeof value === 'boolean') return value
  return typeof value === 'string' ? text(LONGEST_VALUE)(value, name) : quantityCheck(value, name)
}
const group = list(dictionary(scalar, 100), 500)
export const fieldValueCheck: Check<FieldValue> = (value, name) =>
  Array.isArray(value) ? group(value, name) : scalar(value, name)
export const valuesCheck = dictionary(fieldValueCheck, 500)

const kindOf = (value: unknown): unknown => (value as { kind?: unknown } | null | undefined)?.kind
const is: Check<string | boolean> = (value, name) =>
  typeof value === 'boolean' ? value : text(1_000)(value, name)
const base = {
  id: filledText(200),
  /** Empty while a field of a template is being made; then it is not asked. */
  label: text(200),
  placeholder: optional(text(500)),
  profile: oneOf(...PROFILES),
  section: oneOf(...SECTIONS),
  required: optional(truth),
  carry: oneOf(...CARRIES),
  when: optional(shape({ field: filledText(200), is: optional(is) }))
}
const scalarField: Check<ScalarField> = (value, name) => {
  switch (kindOf(value)) {
    case 'quantity':
      return shape({
        ...base,
        kind: oneOf('quantity'),
        measure: oneOf(...MEASURES),
        min: optional(number()),
        max: optional(number())
      })(value, name)
    case 'choice':
      return shape({ ...base, kind: oneOf('choice'), choices: list(filledText(500), 200) })(value, name)
    case 'date':
      return shape({ ...base, kind: oneOf('date') })(value, name)
    case 'truth':
      return shape({ ...base, kind: oneOf('truth') })(value, name)
    default:
      return shape({ ...base, kind: oneOf('text'), long: optional(truth) })(value, name)
  }
}
export const fieldCheck: Check<Field> = (value, name) =>
  kindOf(value) === 'group'
    ? shape({ ...base, kind: oneOf('group'), item: filledText(200), fields: list(scalarField, 50) })(
        value,
        name
      )
    : scalarField(value, name)

export const presetCheck: Check<Preset> = shape({
  id: filledText(100),
  kind: oneOf(...PRESET_KINDS),
  name: filledText(200),
  values: valuesCheck
})
const templateCheck: Check<Template> = shape({ name: filledText(200), fields: list(fieldCheck, 200) })
const ownCheck = list(shape({ name: text(200), value: text(LONGEST_VALUE) }), 200)
const chosenCheck = shape({
  instrument: optional(filledText(100)),
  objective: optional(filledText(100)),
  camera: optional(filledText(100)),
  light: optional(filledText(100)),
  environment: optional(filledText(100))
})
const carryCheck = dictionary(oneOf(...CARRIES), 500)

export const contentCheck: Check<DescriptionContent> = shape({
  values: valuesCheck,
  own: ownCheck,
  unconfirmed: list(filledText(200), 500),
  suggestions: valuesCheck,
  presets: list(presetCheck, 500),
  chosen: chosenCheck,
  templates: list(templateCheck, 100),
  template: nullable(filledText(200)),
  profile: oneOf(...PROFILES),
  carry: carryCheck,
  history: dictionary(list(text(LONGEST_VALUE), 30), 500),
  welcomed: truth
})

export const changeCheck: Check<DescriptionChange> = shape({
  values: optional(dictionary(nullable(fieldValueCheck), 500)),
  own: optional(ownCheck),
  confirm: optional(list(filledText(200), 500)),
  presets: optional(list(presetCheck, 500)),
  chosen: optional(chosenCheck),
  templates: optional(list(templateCheck, 100)),
  template: optional(nullable(filledText(200))),
  profile: optional(oneOf(...PROFILES)),
  carry: optional(carryCheck),
  welcomed: optional(truth)
})

/** What another dataset says in the same terms; what has no field here is in `own`. */
export interface FoundDescription {
  readonly path: string
  readonly values: Values
  readonly own: readonly OwnField[]
  readonly presets: readonly Preset[]
}

export const isQuantity = (value: unknown): value is Quantity =>
  typeof value === 'object' && value !== null && 'value' in value && 'unit' in value
