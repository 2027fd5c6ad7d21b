/**
 * Where OME 2016-06 has a place for what people typed (`benchframe/form`): Rights, Project and Dataset, Experimenter, Instrument, ObjectiveSettings,
 * ImagingEnvironment, Channel. What is no value of the schema's type stays in the MapAnnotation alone.
 */
import { isJsonObject, type Json } from '../../../src-preload/contract/record'
import type { StoredForm } from '../../../src-preload/contract/stored-form'
import type { Channel } from '../settings'
import { attribute, xmlText } from './xml-text'

export interface FormElements {
  /** Before Plate: Rights, Project, Dataset. */
  readonly front: (images: number) => string
  /** After Plate: Experimenter, Instrument. */
  readonly people: string
  readonly description: string | null
  /** Of every Image, before and after its Description. */
  readonly experimenterRef: string
  readonly settings: string
  readonly channel: (c: number, count: number, planned: Channel | undefined) => ChannelForm
}

export interface ChannelForm {
  readonly known: Partial<Channel>
  readonly attributes: string
  readonly content: string
}

type Part = { readonly [key: string]: Json }

const part = (form: Part, key: string): Part => {
  const value = form[key]
  return isJsonObject(value) ? value : {}
}
const text = (form: Part, key: string): string => {
  const value = form[key]
  return typeof value === 'string' ? value.trim() : ''
}
/** The number of a quantity in this unit; null for what was typed and not understood. */
function amount(form: Part, key: string, unit: string): number | null {
  const value = form[key]
  return isJsonObject(value) && value.unit === unit && typeof value.value === 'number' ? value.value : null
}
const positive = (value: number | null): number | null => (value !== null && value > 0 ? value : null)
const known = (name: string, value: string): string => (value === '' ? '' : attribute(name, value))
const measured = (name: string, value: number | null, unit: string): string =>
  value === null ? '' : attribute(name, value) + attribute(`${name}Unit`, unit)

export function formElements(form: Json | undefined): FormElements {
  const given: StoredForm = isJsonObject(form) ? form : {}
  const instrument = instrumentOf(given)
  const experimenter = experimenterOf(given)
  return {
    front: (images) => rights(given) + projectOf(given, images),
    people: experimenter + instrument,
    description: descriptionOf(given),
    experimenterRef: experimenter === '' ? '' : '    <ExperimenterRef ID="Experimenter:0"/>\n',
    settings:
      (instrument === '' ? '' : '    <InstrumentRef ID="Instrument:0"/>\n') +
      objectiveSettings(part(given, 'objective')) +
      environment(part(given, 'environment')),
    channel: (c, count, planned) => channelOf(given, c, count, planned)
  }
}

function descriptionOf(form: Part): string | null {
  const lines = ['sample', 'done', 'notes'].map((key) => text(form, key)).filter((line) => line !== '')
  return lines.length === 0 ? null : lines.join('\n')
}

function rights(form: Part): string {
  const held = text(form, 'license')
  if (held === '') return ''
  const holder = text(form, 'institution') || text(form, 'operator')
  const who = holder === '' ? '' : `    <RightsHolder>${xmlText(holder)}</RightsHolder>\n`
  return `  <Rights>\n${who}    <RightsHeld>${xmlText(held)}</RightsHeld>\n  </Rights>\n`
}

/** A Project has Datasets, and they have the Images. */
function projectOf(form: Part, images: number): string {
  const name = text(form, 'project')
  if (name === '') return ''
  const refs = Array.from({ length: images }, (_, i) => `    <ImageRef ID="Image:${i}"/>\n`).join('')
  const study = text(form, 'study')
  const about = study === '' ? '' : `    <Description>${xmlText(study)}</Description>\n`
  return (
    `  <Project ID="Project:0"${attribute('Name', name)}>\n${about}    <DatasetRef ID="Dataset:0"/>\n  </Project>\n` +
    `  <Dataset ID="Dataset:0"${attribute('Name', text(form, 'sample') || name)}>\n${refs}  </Dataset>\n`
  )
}

function experimenterOf(form: Part): string {
  const names = text(form, 'operator').split(/\s+/)
  const last = names.pop() ?? ''
  if (last === '') return ''
  const all =
    known('FirstName', names.join(' ')) +
    attribute('LastName', last) +
    known('Email', text(form, 'email')) +
    known('Institution', text(form, 'institution'))
  return `  <Experimenter ID="Experimenter:0"${all}/>\n`
}

const maker = (preset: Part): string =>
  known('Manufacturer', text(preset, 'manufacturer')) +
  known('Model', text(preset, 'model') || text(preset, 'name')) +
  known('SerialNumber', text(preset, 'serial'))

function instrumentOf(form: Part): string {
  const has = (key: string): boolean => isJsonObject(form[key])
  const content =
    (has('instrument') ? `    <Microscope${maker(part(form, 'instrument'))}/>\n` : '') +
    sourcesOf(form).map(lightSource).join('') +
    (has('camera') ? `    <Detector ID="Detector:0:0"${maker(part(form, 'camera'))}/>\n` : '') +
    (has('objective') ? objective(part(form, 'objective')) : '')
  return content === '' ? '' : `  <Instrument ID="Instrument:0">\n${content}  </Instrument>\n`
}

const sourcesOf = (form: Part): Part[] => entries(part(form, 'light').sources)
const entries = (value: Json | undefined): Part[] =>
  Array.isArray(value) ? (value as readonly Json[]).filter(isJsonObject) : []

const LIGHT_ELEMENTS: Readonly<Record<string, string>> = {
  Laser: 'Laser',
  LED: 'LightEmittingDiode',
  'Arc lamp': 'Arc',
  Filament: 'Filament'
}

/** Only a Laser has a wavelength of its own in the schema. */
function lightSource(source: Part, number: number): string {
  const element = LIGHT_ELEMENTS[text(source, 'type')] ?? 'GenericExcitationSource'
  const wavelength =
    element === 'Laser' ? measured('Wavelength', positive(amount(source, 'wavelength', 'nm')), 'nm') : ''
  const power = measured('Power', amount(source, 'power', 'mW'), 'mW')
  return `    <${element} ID="LightSource:0:${number}"${known('Model', text(source, 'name'))}${power}${wavelength}/>\n`
}

/** Immersion and Medium of the schema. */
const IMMERSION: Readonly<Record<string, readonly [immersion: string, medium: string]>> = {
  Air: ['Air', 'Air'],
  Water: ['Water', 'Water'],
  'Water dipping': ['WaterDipping', 'Water'],
  Oil: ['Oil', 'Oil'],
  Glycerol: ['Glycerol', 'Glycerol'],
  Multi: ['Multi', ''],
  Other: ['Other', 'Other']
}

function objective(preset: Part): string {
  const magnification = positive(amount(preset, 'magnification', '×'))
  const na = positive(amount(preset, 'na', ''))
  return (
    `    <Objective ID="Objective:0:0"${maker(preset)}` +
    attribute('NominalMagnification', magnification) +
    attribute('LensNA', na) +
    known('Immersion', IMMERSION[text(preset, 'immersion')]?.[0] ?? '') +
    '/>\n'
  )
}

function objectiveSettings(preset: Part): string {
  if (Object.keys(preset).length === 0) return ''
  const medium = known('Medium', IMMERSION[text(preset, 'immersion')]?.[1] ?? '')
  const index = attribute('RefractiveIndex', positive(amount(preset, 'refractiveIndex', '')))
  return `    <ObjectiveSettings ID="Objective:0:0"${medium}${index}/>\n`
}

/** Humidity and CO2Percent are fractions from 0 to 1 (PercentFraction in the schema). */
function environment(preset: Part): string {
  const fraction = (key: string): number | null => {
    const percent = amount(preset, key, '%')
    return percent === null || percent < 0 || percent > 100 ? null : Number((percent / 100).toPrecision(12))
  }
  const all =
    measured('Temperature', amount(preset, 'temperature', '°C'), '°C') +
    measured('AirPressure', amount(preset, 'pressure', 'mbar'), 'mbar') +
    attribute('Humidity', fraction('humidity')) +
    attribute('CO2Percent', fraction('co2'))
  return all === '' ? '' : `    <ImagingEnvironment${all}/>\n`
}

/** ContrastMethod and AcquisitionMode of the schema. */
const CONTRAST: Readonly<Record<string, readonly [contrast: string, mode: string]>> = {
  Fluorescence: ['Fluorescence', 'WideField'],
  'Confocal fluorescence': ['Fluorescence', 'LaserScanningConfocalMicroscopy'],
  'Light sheet': ['Fluorescence', 'SPIM'],
  'Bright field': ['Brightfield', 'WideField'],
  'Phase contrast': ['Phase', 'WideField'],
  DIC: ['DIC', 'WideField'],
  'Dark field': ['Darkfield', 'WideField'],
  Other: ['Other', '']
}

/** What the recording itself knows of a channel wins over what was typed. */
function channelOf(form: Part, c: number, count: number, planned: Channel | undefined): ChannelForm {
  const typed = entries(form.channels)[c] ?? {}
  const name = text(typed, 'name') || (count === 1 ? text(form, 'label') : '')
  const fluorophore = text(typed, 'fluorophore')
  const excitation = positive(amount(typed, 'excitation', 'nm'))
  const emission = positive(amount(typed, 'emission', 'nm'))
  const [contrast, mode] = CONTRAST[text(form, 'contrast')] ?? ['', '']
  const { length } = sourcesOf(form)
  const light = length === 1 ? '        <LightSourceSettings ID="LightSource:0:0"/>\n' : ''
  const camera = isJsonObject(form.camera) ? '        <DetectorSettings ID="Detector:0:0"/>\n' : ''
  return {
    known: {
      ...(name === '' ? {} : { name }),
      ...(fluorophore === '' ? {} : { fluorophore }),
      ...(excitation === null ? {} : { excitationWavelengthNm: excitation }),
      ...(emission === null ? {} : { emissionWavelengthNm: emission }),
      ...planned
    },
    attributes: known('ContrastMethod', contrast) + known('AcquisitionMode', mode),
    content: light + camera
  }
}

/** Names of the channels for formats that have their own place for them. */
export const channelName = (form: Json | undefined, c: number, count: number): string | undefined =>
  channelOf(isJsonObject(form) ? form : {}, c, count, undefined).known.name
