/** Numbers with units as people type them: "37 C", "98.6 F", "0.5 um", "50mW". What a field measures decides which units it understands. */
import type { Measure, Quantity } from './description'

interface Unit {
  /** Value in the measure's own unit = value * factor + offset. */
  readonly factor: number
  readonly offset?: number
  readonly names: readonly string[]
}

interface Units {
  /** The unit that a bare number is in, and in which the value is stored. */
  readonly own: string
  readonly units: readonly Unit[]
  /** Examples for the message about a wrong unit. */
  readonly examples: string
}

const unit = (factor: number, ...names: string[]): Unit => ({ factor, names })

const LENGTHS = [
  unit(1e-4, 'Å', 'A', 'angstrom'),
  unit(1e-3, 'nm', 'nanometer'),
  unit(1, 'µm', 'um', 'micron', 'microns', 'micrometer'),
  unit(1e3, 'mm', 'millimeter'),
  unit(1e4, 'cm'),
  unit(1e6, 'm', 'meter')
]

const MEASURED: Readonly<Record<Exclude<Measure, 'dose'>, Units>> = {
  number: { own: '', units: [], examples: 'a number alone' },
  magnification: { own: '×', units: [unit(1, '×', 'x', 'fold')], examples: '20x or 60' },
  temperature: {
    own: '°C',
    units: [
      unit(1, '°C', 'C', 'degC', '℃', 'celsius', 'deg C'),
      { factor: 5 / 9, offset: (-32 * 5) / 9, names: ['°F', 'F', 'degF', '℉', 'fahrenheit', 'deg F'] },
      { factor: 1, offset: -273.15, names: ['K', 'kelvin'] }
    ],
    examples: '37 °C, 98.6 F or 310 K'
  },
  power: {
    own: 'mW',
    units: [unit(1e-6, 'nW'), unit(1e-3, 'µW', 'uW'), unit(1, 'mW'), unit(1e3, 'W', 'watt'), unit(1e6, 'kW')],
    examples: '50 mW or 0.05 W'
  },
  length: { own: 'µm', units: LENGTHS, examples: '0.5 µm, 500 nm or 1 mm' },
  wavelength: {
    own: 'nm',
    units: LENGTHS.map(({ factor, names }) => ({ factor: factor * 1e3, names })),
    examples: '488 nm'
  },
  time: {
    own: 's',
    units: [
      unit(1e-6, 'µs', 'us'),
      unit(1e-3, 'ms'),
      unit(1, 's', 'sec', 'second', 'seconds'),
      unit(60, 'min', 'minute', 'minutes'),
      unit(3600, 'h', 'hr', 'hour', 'hours'),
      unit(86_400, 'd', 'day', 'days')
    ],
    examples: '30 s, 5 min or 2 h'
  },
  percent: { own: '%', units: [unit(1, '%', 'percent')], examples: '5 %' },
  pressure: {
    own: 'mbar',
    units: [
      unit(1, 'mbar', 'hPa'),
      unit(1000, 'bar'),
      unit(0.01, 'Pa'),
      unit(10, 'kPa'),
      unit(1013.25, 'atm')
    ],
    examples: '1013 mbar'
  }
}

/** Doses are kept in the unit they were typed in: one cannot be turned into another. */
const DOSES: readonly string[] = [
  ...['M', 'mM', 'µM', 'nM', 'pM', 'fM'],
  ...['g/L', 'mg/L', 'µg/L', 'mg/mL', 'µg/mL', 'ng/mL', 'pg/mL', 'g/mL', 'mg/kg', 'µg/kg'],
  ...['%', '% v/v', '% w/v', 'U/mL', 'IU/mL', 'Gy', 'mGy', 'J/cm²', 'mJ/cm²', 'mW/cm²', 'V', 'mV', 'V/cm'],
  ...[
    'mol/L',
    'mmol/L',
    'µmol/L',
    'nmol/L',
    'MOI',
    '×',
    'h',
    'min',
    's',
    'd',
    '°C',
    'mg',
    'µg',
    'ng',
    'mL',
    'µL'
  ]
]
const DOSE_EXAMPLES = '3 µM, 10 ng/mL, 5 % or 2 Gy'

export type Read =
  { readonly ok: true; readonly value: Quantity } | { readonly ok: false; readonly problem: string }

export interface Limits {
  readonly min?: number | undefined
  readonly max?: number | undefined
}

const NUMBER = /^([+-−]?(?:\d[\d\u202f\u00a0 ]*(?:[.,]\d+)?|[.,]\d+)(?:[eE][+-]?\d+)?)\s*(.*)$/u

export const ownUnit = (measure: Measure): string => (measure === 'dose' ? '' : MEASURED[measure].own)

/** Reads what was typed; a failure says in a sentence what would be understood. */
export function readQuantity(typed: string, measure: Measure, limits: Limits = {}): Read {
  const found = NUMBER.exec(typed.trim())
  if (found === null)
    return wrong(`That is not a number with a unit; write for example ${examplesOf(measure)}.`)
  const digits = (found[1] ?? '')
    .replace(/[\s\u202f\u00a0]/g, '')
    .replace('−', '-')
    .replace(',', '.')
  const number = Number(digits)
  const name = (found[2] ?? '').trim()
  if (!Number.isFinite(number)) return wrong('That number is too large.')
  const read = measure === 'dose' ? dose(number, name) : measured(number, name, measure)
  return read.ok ? within(read.value, limits) : read
}

function measured(number: number, name: string, measure: Exclude<Measure, 'dose'>): Read {
  const { own, units } = MEASURED[measure]
  if (name === '') return right(number, own)
  const known = units.find(({ names }) => names.some((each) => same(each, name)))
  if (known === undefined)
    return wrong(`${name} is no unit of this field; write for example ${examplesOf(measure)}.`)
  return right(number * known.factor + (known.offset ?? 0), own)
}

function dose(number: number, name: string): Read {
  if (name === '') return wrong(`Which unit? Write for example ${DOSE_EXAMPLES}.`)
  const unit = DOSES.find((each) => each === plain(name)) ?? DOSES.find((each) => same(each, name))
  return unit === undefined
    ? wrong(`${name} is no unit of a dose that is known here; write for example ${DOSE_EXAMPLES}.`)
    : { ok: true, value: { value: number, unit } }
}

function within({ value, unit }: Quantity, { min, max }: Limits): Read {
  if (min !== undefined && value < min) return wrong(`The least is ${shown({ value: min, unit })}.`)
  if (max !== undefined && value > max) return wrong(`The most is ${shown({ value: max, unit })}.`)
  return { ok: true, value: { value, unit } }
}

/** Twelve digits: 98.6 F is 37 °C, not 37.00000000000001. */
const right = (value: number, unit: string): Read => ({
  ok: true,
  value: { value: Number(value.toPrecision(12)), unit }
})
const wrong = (problem: string): Read => ({ ok: false, problem })

const examplesOf = (measure: Measure): string =>
  measure === 'dose' ? DOSE_EXAMPLES : MEASURED[measure].examples

/** The micro sign for what people type in its place, and one blank for many. */
const plain = (name: string): string =>
  name
    .replace(/μ/g, 'µ')
    .replace(/^u(?=[MmglLVWs])/, 'µ')
    .replace(/\s+/g, ' ')

/** mM and MM differ; words and the letters of most units do not. */
const same = (known: string, typed: string): boolean => {
  const name = plain(typed)
  if (known === name) return true
  if (known.length <= 2)
    return known.length === 1 && /[cfkxC]/i.test(known) && known.toLowerCase() === name.toLowerCase()
  return known.toLowerCase() === name.toLowerCase()
}

export const shown = ({ value, unit }: Quantity): string =>
  unit === '' ? String(value) : unit === '×' ? `${value}×` : `${value} ${unit}`
