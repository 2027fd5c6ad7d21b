/**
 * The standard fields, profile by profile: Quick is what is asked of everybody, Publish what a figure in a paper needs (QUAREP-LiMi and JCB
 * checklists), Archive what a public archive asks (REMBI). The machine's own facts are never asked.
 */
import {
  PROFILES,
  type Chosen,
  type Field,
  type FieldValue,
  type PresetKind,
  type Profile,
  type ScalarField,
  type ScalarKind,
  type Template,
  type Values
} from './description'

type More = Partial<Pick<Field, 'required' | 'carry' | 'when' | 'placeholder'>>

const TEXT: ScalarKind = { kind: 'text' }
const LONG: ScalarKind = { kind: 'text', long: true }

const make =
  (profile: Profile, section: Field['section']) =>
  (id: string, label: string, kind: ScalarKind = TEXT, more: More = {}): ScalarField => ({
    id,
    label,
    profile,
    section,
    carry: 'keep',
    ...kind,
    ...more
  })
const quick = make('quick', 'sample')
const publish = make('publish', 'sample')
const imaging = make('publish', 'imaging')
const person = make('publish', 'people')
const study = make('archive', 'study')
const archive = make('archive', 'sample')

const channelField = make('publish', 'imaging')

export const STANDARD_FIELDS: readonly Field[] = [
  quick('sample', 'Sample', TEXT, { required: true, placeholder: 'What is under the lens' }),
  quick('done', 'What was done', LONG, { placeholder: 'Treatment, stain, time' }),
  quick('organism', 'Organism', TEXT, { placeholder: 'or non-biological' }),
  quick('condition', 'Condition', TEXT, { placeholder: 'Drug, mutant, control' }),
  quick('dose', 'Dose', { kind: 'quantity', measure: 'dose' }, { when: { field: 'condition' } }),
  quick('label', 'Label', TEXT, { placeholder: 'GFP-tubulin, bright field' }),
  quick('operator', 'Operator', TEXT, { required: true, placeholder: 'Your name' }),
  quick('project', 'Project', TEXT),
  quick('notes', 'Notes', LONG, { carry: 'clear', placeholder: 'Anything else' }),

  publish('preparation', 'Preparation', LONG, { placeholder: 'Fixation, mounting, culture' }),
  publish('medium', 'Mounted in', TEXT, { placeholder: 'Medium, refractive index' }),
  publish('alive', 'Alive', { kind: 'truth' }),
  publish('fixative', 'Fixative', TEXT, { when: { field: 'alive', is: false } }),
  imaging('contrast', 'Contrast', {
    kind: 'choice',
    choices: [
      'Fluorescence',
      'Confocal fluorescence',
      'Light sheet',
      'Bright field',
      'Phase contrast',
      'DIC',
      'Dark field',
      'Other'
    ]
  }),
  {
    id: 'channels',
    label: 'Channels',
    profile: 'publish',
    section: 'imaging',
    carry: 'keep',
    kind: 'group',
    item: 'channel',
    fields: [
      channelField('name', 'Name'),
      channelField('fluorophore', 'Fluorophore'),
      channelField('excitation', 'Excitation', {
        kind: 'quantity',
        measure: 'wavelength',
        min: 1,
        max: 100_000
      }),
      channelField('emission', 'Emission', { kind: 'quantity', measure: 'wavelength', min: 1, max: 100_000 }),
      channelField('power', 'Light power', { kind: 'quantity', measure: 'power', min: 0 })
    ]
  },
  person('email', 'E-mail'),
  person('institution', 'Institution'),
  person('orcid', 'ORCID', TEXT, { placeholder: '0000-0000-0000-0000' }),

  archive('strain', 'Strain or line'),
  archive('taxon', 'NCBI taxon', TEXT, { when: { field: 'organism' }, placeholder: '4932' }),
  archive('harvested', 'Prepared on', { kind: 'date' }),
  archive('replicate', 'Replicate', TEXT, { carry: 'suggest' }),
  study('study', 'Study title'),
  study('studyType', 'Study type', TEXT, { placeholder: 'Time course, screen' }),
  study('keywords', 'Keywords'),
  study('variable', 'What varies'),
  study('doi', 'Paper or DOI'),
  study('funding', 'Funding'),
  study('license', 'Licence', {
    kind: 'choice',
    choices: ['CC0', 'CC BY 4.0', 'CC BY-SA 4.0', 'All rights reserved']
  })
]

/** True of the person and the bench rather than of the sample: these stay without a doubt. */
export const UNDOUBTED: ReadonlySet<string> = new Set([
  'operator',
  'email',
  'institution',
  'orcid',
  'project',
  'license'
])

const preset = make('quick', 'imaging')
const quantity = (
  measure: 'number' | 'temperature' | 'percent' | 'length',
  min?: number,
  max?: number
): ScalarKind => ({
  kind: 'quantity',
  measure,
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max })
})
const source = make('quick', 'imaging')

export const IMMERSIONS = ['Air', 'Water', 'Oil', 'Glycerol', 'Water dipping', 'Multi', 'Other'] as const
export const LIGHT_KINDS = ['Laser', 'LED', 'Arc lamp', 'Filament', 'Other'] as const

/** What each preset holds. Names of id and unit are those of the stored form (formats.md, Record). */
export const PRESET_FIELDS: { readonly [K in PresetKind]: readonly Field[] } = {
  instrument: [
    preset('manufacturer', 'Manufacturer'),
    preset('model', 'Model'),
    preset('serial', 'Serial number')
  ],
  objective: [
    preset('magnification', 'Magnification', {
      kind: 'quantity',
      measure: 'magnification',
      min: 0.01,
      max: 10_000
    }),
    preset('na', 'NA', quantity('number', 0.001, 2)),
    preset('immersion', 'Immersion', { kind: 'choice', choices: IMMERSIONS }),
    preset('refractiveIndex', 'Refractive index', quantity('number', 0.9, 3)),
    preset('pixelSize', 'Pixel size', quantity('length', 0.0001, 100_000)),
    preset('manufacturer', 'Manufacturer'),
    preset('model', 'Model')
  ],
  camera: [
    preset('manufacturer', 'Manufacturer'),
    preset('model', 'Model'),
    preset('serial', 'Serial number')
  ],
  light: [
    {
      id: 'sources',
      label: 'Light sources',
      profile: 'quick',
      section: 'imaging',
      carry: 'keep',
      kind: 'group',
      item: 'source',
      fields: [
        source('name', 'Name'),
        source('type', 'Kind', { kind: 'choice', choices: LIGHT_KINDS }),
        source('wavelength', 'Wavelength', { kind: 'quantity', measure: 'wavelength', min: 1, max: 100_000 }),
        source('power', 'Power', { kind: 'quantity', measure: 'power', min: 0 })
      ]
    }
  ],
  environment: [
    preset('temperature', 'Temperature', quantity('temperature', -273.15, 1000)),
    preset('co2', 'CO₂', quantity('percent', 0, 100)),
    preset('humidity', 'Humidity', quantity('percent', 0, 100)),
    preset('pressure', 'Air pressure', { kind: 'quantity', measure: 'pressure', min: 0, max: 100_000 })
  ]
}

/** Presets that a profile counts, from the second profile on. */
export const COUNTED_PRESETS: readonly PresetKind[] = [
  'instrument',
  'objective',
  'camera',
  'light',
  'environment'
]

export const isFilled = (value: FieldValue | undefined): boolean => {
  if (value === undefined) return false
  if (typeof value === 'string') return value.trim() !== ''
  if (Array.isArray(value)) return value.some((entry) => Object.values(entry as Values).some(isFilled))
  return true
}

const asked = (field: Field, values: Values): boolean => {
  if (field.when === undefined) return true
  const other = values[field.when.field]
  return field.when.is === undefined ? isFilled(other) : other === field.when.is
}

/** The fields that are asked now: those of the profile and of the template, without those whose condition does not hold. */
export function askedFields(profile: Profile, template: Template | null, values: Values): readonly Field[] {
  const level = PROFILES.indexOf(profile)
  return [
    ...STANDARD_FIELDS.filter((field) => PROFILES.indexOf(field.profile) <= level),
    ...(template?.fields ?? []).filter(({ label }) => label.trim() !== '')
  ].filter((field) => asked(field, values))
}

export interface Completeness {
  readonly filled: number
  readonly of: number
  readonly missing: readonly { readonly id: string; readonly label: string; readonly required: boolean }[]
  /** False while a required field is empty. It never blocks a run. */
  readonly complete: boolean
}

export function completeness(
  {
    profile,
    values,
    chosen
  }: { readonly profile: Profile; readonly values: Values; readonly chosen: Chosen },
  template: Template | null
): Completeness {
  // Free notes are no gap: nobody can say that they are missing.
  const fields = askedFields(profile, template, values).filter(({ id }) => id !== 'notes')
  const presets = profile === 'quick' ? [] : COUNTED_PRESETS
  const missing = [
    ...fields
      .filter(({ id }) => !isFilled(values[id]))
      .map(({ id, label, required }) => ({ id, label, required: required === true })),
    ...presets
      .filter((kind) => chosen[kind] === undefined)
      .map((kind) => ({ id: `preset ${kind}`, label: PRESET_LABELS[kind], required: false }))
  ]
  const all = fields.length + presets.length
  return {
    filled: all - missing.length,
    of: all,
    missing,
    complete: !missing.some(({ required }) => required)
  }
}

export const PRESET_LABELS: { readonly [K in PresetKind]: string } = {
  instrument: 'Instrument',
  objective: 'Objective',
  camera: 'Camera',
  light: 'Light',
  environment: 'Environment'
}

export const templateOf = (description: {
  readonly templates: readonly Template[]
  readonly template: string | null
}): Template | null => description.templates.find(({ name }) => name === description.template) ?? null
