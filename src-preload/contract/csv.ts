/** Rows as CSV that a spreadsheet opens (acceptance R11): RFC 4180, and no cell that a spreadsheet would run as a formula. */
import type { CellValue } from './table-filter'

/** So that spreadsheets read the file as UTF-8. */
const BYTE_ORDER_MARK = '\ufeff'

function field(value: CellValue): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  // Texts come from devices and people: an apostrophe keeps what looks like a formula a text.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export const toCsv = (heads: readonly string[], rows: readonly (readonly CellValue[])[]): string =>
  BYTE_ORDER_MARK + [heads, ...rows].map((row) => row.map(field).join(',') + '\r\n').join('')
