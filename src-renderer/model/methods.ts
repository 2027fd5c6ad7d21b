/** The description as a paragraph for a methods section: only what is known, in the order in which papers say it. */
import {
  isQuantity,
  type Description,
  type FieldValue,
  type Values
} from '../../src-preload/contract/description'
import type { CameraStatus } from '../../src-preload/contract/run'
import { scalarText, valueText } from './field-text'

const text = (value: FieldValue | undefined): string =>
  value === undefined ? '' : valueText(null, value).trim()
const stop = (sentence: string): string => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`)
const joined = (parts: readonly string[], by = ', '): string => parts.filter((part) => part !== '').join(by)

export function methodsParagraph(
  description: Description,
  camera: CameraStatus | null,
  version: string
): string {
  const { values } = description
  const preset = (kind: string): Values =>
    description.presets.find(({ id, kind: of }) => of === kind && id === description.chosen[of])?.values ?? {}
  const sentences = [
    sample(values),
    imaging(values, preset('instrument'), preset('objective')),
    cameraSentence(preset('camera'), preset('objective'), camera),
    light(preset('light')),
    environment(preset('environment')),
    `Images were acquired with Benchframe ${version}`.trim()
  ]
  return sentences
    .filter((sentence) => sentence !== '')
    .map(stop)
    .join(' ')
}

function sample(values: Values): string {
  const named = text(values.sample)
  const what = joined([named, text(values.organism) === '' ? '' : `(${text(values.organism)})`], ' ')
  const treated = joined([text(values.condition), text(values.dose)])
  return joined(
    [
      what === '' ? '' : stop(`The sample was ${what}`),
      text(values.done) === '' ? '' : stop(text(values.done)),
      treated === '' ? '' : stop(`Condition: ${treated}`),
      text(values.label) === '' ? '' : stop(`Label: ${text(values.label)}`),
      text(values.preparation)
    ],
    ' '
  )
}

function imaging(values: Values, instrument: Values, objective: Values): string {
  const stand = joined([text(instrument.manufacturer), text(instrument.model)], ' ')
  const lens = joined([
    joined([text(objective.manufacturer), text(objective.model)], ' '),
    text(objective.magnification),
    text(objective.na) === '' ? '' : `NA ${text(objective.na)}`,
    text(objective.immersion).toLowerCase()
  ])
  const how = text(values.contrast)
  if (stand === '' && lens === '' && how === '') return ''
  const on = stand === '' ? '' : ` on a ${stand}`
  const through = lens === '' ? '' : ` with an objective (${lens})`
  return `${how === '' ? 'Imaging' : `${how} imaging`} was done${on}${through}`
}

function cameraSentence(preset: Values, objective: Values, camera: CameraStatus | null): string {
  const made = joined([text(preset.manufacturer), text(preset.model)], ' ') || (camera?.label ?? '')
  if (made === '') return ''
  const size =
    isQuantity(objective.pixelSize) && (camera?.area.binning ?? 1) === 1
      ? scalarText(objective.pixelSize)
      : camera?.pixelSizeUm == null
        ? ''
        : `${camera.pixelSizeUm} µm`
  const facts = joined([
    camera === null ? '' : `${camera.format.width} × ${camera.format.height} pixels`,
    size === '' ? '' : `pixel size ${size}`,
    camera === null || camera.area.binning === 1
      ? ''
      : `${camera.area.binning} × ${camera.area.binning} binning`,
    camera === null ? '' : `exposure ${camera.exposureMs} ms`
  ])
  return `Frames were taken with a ${made}${facts === '' ? '' : ` (${facts})`}`
}

const light = ({ sources }: Values): string =>
  Array.isArray(sources) && sources.length > 0 ? `Illumination: ${valueText(null, sources)}` : ''

function environment({ temperature, co2, humidity }: Values): string {
  const facts = joined([
    text(temperature),
    text(co2) === '' ? '' : `${text(co2)} CO₂`,
    text(humidity) === '' ? '' : `${text(humidity)} humidity`
  ])
  return facts === '' ? '' : `The sample was kept at ${facts}`
}
