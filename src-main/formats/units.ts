/** Units of length and time: the names of OME-Zarr (NGFF 0.5, axes), their usual abbreviations, and the symbols of OME-XML (2016-06, UnitsLength, UnitsTime). */

const METRIC: readonly (readonly [prefix: string, symbol: string])[] = [
  ['yocto', 'y'],
  ['zepto', 'z'],
  ['atto', 'a'],
  ['femto', 'f'],
  ['pico', 'p'],
  ['nano', 'n'],
  ['micro', 'µ'], // U+00B5, the micro sign; Bio-Formats gives up on the Greek letter
  ['milli', 'm'],
  ['centi', 'c'],
  ['deci', 'd'],
  ['', ''],
  ['hecto', 'h'],
  ['kilo', 'k'],
  ['mega', 'M'],
  ['giga', 'G'],
  ['tera', 'T'],
  ['peta', 'P'],
  ['exa', 'E'],
  ['zetta', 'Z'],
  ['yotta', 'Y']
]

const metric = (name: string, symbol: string): [string, string][] =>
  METRIC.map(([prefix, short]) => [prefix + name, short + symbol])

const LENGTH = new Map([
  ...metric('meter', 'm'),
  ['angstrom', 'Å'],
  ['inch', 'in'],
  ['foot', 'ft'],
  ['yard', 'yd'],
  ['mile', 'mi'],
  ['parsec', 'pc']
] as [string, string][])

const TIME = new Map([...metric('second', 's'), ['minute', 'min'], ['hour', 'h'], ['day', 'd']] as [
  string,
  string
][])

const SPELLINGS = new Map<string, string>([
  ['um', 'micrometer'],
  ['μm', 'micrometer'], // Greek mu
  ['micron', 'micrometer'],
  ['us', 'microsecond'],
  ['μs', 'microsecond'],
  ['sec', 'second'],
  ['A', 'angstrom'],
  ['hr', 'hour']
])

function named(unit: string, table: ReadonlyMap<string, string>): string | null {
  if (table.has(unit)) return unit
  const other = SPELLINGS.get(unit)
  if (other !== undefined) return table.has(other) ? other : null
  for (const [name, symbol] of table)
    if (symbol === unit || `${name}s` === unit || name.replace('meter', 'metre') === unit) return name
  return null
}

/** NGFF name of a unit of length; null: not one. */
export const lengthUnit = (unit: string): string | null => named(unit, LENGTH)
/** NGFF name of a unit of time; null: not one. */
export const timeUnit = (unit: string): string | null => named(unit, TIME)

/** The symbol that OME-XML uses for an NGFF unit; null where it has none. */
export const omeSymbol = (unit: string): string | null => LENGTH.get(unit) ?? TIME.get(unit) ?? null
