/** How numbers, times and sizes are written for people. Unknown is "–", never 0. */

export const UNKNOWN = '–'

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

/** Whole counts with narrow spaces between thousands: 12 345. */
export const count = (n: number): string => grouped.format(n).replace(/,/g, '\u202f')

export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : many}`

/** Three significant digits: 3.14, 31.4, 314. */
export function short(n: number): string {
  if (!Number.isFinite(n)) return UNKNOWN
  const size = Math.abs(n)
  if (size >= 100 || n === 0) return count(n)
  return size >= 10 ? n.toFixed(1) : size >= 0.01 ? n.toFixed(2) : n.toExponential(1)
}

/** With so many decimals that values of a stretch so long (in the number's own unit) are told from one another: two more than its first digit's. */
export function fine(n: number, span: number): string {
  if (!Number.isFinite(n)) return UNKNOWN
  if (!(span > 0)) return short(n)
  const decimals = Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(span))))
  return decimals === 0 ? count(n) : n.toFixed(decimals)
}

export function bytes(n: number | null): string {
  if (n === null || !Number.isFinite(n)) return UNKNOWN
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let size = n
  let unit = 0
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000
    unit++
  }
  return `${unit === 0 ? String(size) : short(size)} ${units[unit] ?? ''}`
}

const two = (n: number): string => String(n).padStart(2, '0')

/** Running clock: 0:07, 12:03, 1:02:03. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const h = Math.floor(whole / 3600)
  const m = Math.floor(whole / 60) % 60
  return h > 0 ? `${h}:${two(m)}:${two(whole % 60)}` : `${m}:${two(whole % 60)}`
}

/** Rough length of time: 4 s, 3 min, 14 h, 6 days. */
export function span(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return UNKNOWN
  if (seconds < 90) return `${seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds)} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`
  return `${count(Math.round(seconds / 86_400))} days`
}

export function age(ms: number | null): string {
  if (ms === null) return 'not read yet'
  if (ms < 1500) return 'now'
  return `${span(ms / 1000)} ago`
}

export const percent = (fraction: number): string => {
  const value = fraction * 100
  return `${value === 0 || value >= 10 ? value.toFixed(0) : value >= 0.1 ? value.toFixed(1) : '< 0.1'} %`
}

type Cell = string | number | boolean | null | undefined

/** A value of a record as the table shows it: at most six digits after the point, never rounded to a lie of zero. */
export function cell(value: Cell): string {
  if (value === null || value === undefined) return ''
  if (typeof value !== 'number') return String(value)
  if (Number.isInteger(value)) return String(value)
  const size = Math.abs(value)
  if (size < 1e-4 || size >= 1e9) return value.toPrecision(6).replace(/\.?0+(e|$)/, '$1')
  const digits = size >= 1000 ? 2 : size >= 1 ? 4 : 6
  return String(Number(value.toFixed(digits)))
}

/** A pixel's value: whole where the type is whole. */
export const pixel = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)))

/** The last two parts of a path, which is what people recognise. */
export function shortPath(path: string, parts = 2): string {
  const pieces = path.split(/[\\/]/).filter((piece) => piece !== '')
  return pieces.length <= parts ? path : `…/${pieces.slice(-parts).join('/')}`
}

export const baseName = (path: string): string =>
  path
    .split(/[\\/]/)
    .filter((piece) => piece !== '')
    .at(-1) ?? path

export function when(iso: string): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return iso
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`
}
