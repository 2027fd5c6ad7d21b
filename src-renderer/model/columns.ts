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

/** `own`: columns that people made; they stand first, where one sees what one writes. */
export function ordered(keys: readonly string[], own: readonly string[] = []): string[] {
  const place = (key: string): number => (own.includes(key) && !LAST.includes(key) ? -1 : rank(key))
  return keys
    .map((key, i) => ({ key, i }))
    .sort((a, b) => place(a.key) - place(b.key) || a.i - b.i)
    .map(({ key }) => key)
}

export function columns(
  keys: readonly string[],
  units: Readonly<Record<string, string>>,
  own: readonly string[] = []
): Column[] {
  return ordered(keys, own).map((key) => {
    const unit = units[key] ?? ''
    const numeric = !TEXTS.includes(key)
    const label = key.replaceAll('_', ' ')
    const fitted = Math.round((label.length + unit.length + 1) * 6.6 + 30)
    const widthPx = key === 'note' ? 260 : key === 'timestamp_utc' ? 210 : Math.min(260, Math.max(92, fitted))
    return { key, label, unit, widthPx, numeric }
  })
}
