/** Which columns a frame table has, in which order and how wide. */

export interface Column {
  readonly key: string
  readonly label: string
  readonly unit: string
  readonly widthPx: number
  readonly numeric: boolean
}

// What a reader looks for first; every other key follows in the order of the file, notes come last because they are long.
const FIRST = [
  'delta_t',
  'trigger_source',
  'temperature',
  'laser_power',
  'exposure_time',
  'position_x',
  'position_y',
  'position_z'
]
const LAST = ['note', 'tags']
const TEXTS = [
  'note',
  'tags',
  'trigger_source',
  'timestamp_utc',
  'channel',
  'position_name',
  'sample',
  'rule',
  'timestamp_source'
]

const rank = (key: string): number => {
  if (LAST.includes(key)) return 1000 + LAST.indexOf(key)
  const first = FIRST.indexOf(key)
  return first < 0 ? 500 : first
}

export const ordered = (keys: readonly string[]): string[] =>
  keys
    .map((key, i) => ({ key, i }))
    .sort((a, b) => rank(a.key) - rank(b.key) || a.i - b.i)
    .map(({ key }) => key)

export function columns(keys: readonly string[], units: Readonly<Record<string, string>>): Column[] {
  return ordered(keys).map((key) => {
    const unit = units[key] ?? ''
    const numeric = !TEXTS.includes(key)
    const label = key.replaceAll('_', ' ')
    const fitted = Math.round((label.length + unit.length + 1) * 6.6 + 30)
    const widthPx = key === 'note' ? 260 : key === 'timestamp_utc' ? 210 : Math.min(260, Math.max(92, fitted))
    return { key, label, unit, widthPx, numeric }
  })
}
