/** What is typed into a cell of the frame table, as a value, and back: numbers are numbers, an apostrophe makes anything a text, as in a spreadsheet. */
import type { CellValue } from '../../src-preload/contract/table-filter'

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/

export function cellValue(typed: string): CellValue {
  if (typed.trim() === '') return null
  if (typed.startsWith("'")) return typed.slice(1)
  if (typed === 'true' || typed === 'false') return typed === 'true'
  const plain = typed.trim()
  if (!NUMBER.test(plain)) return typed
  const number = Number(plain)
  // More digits than a number holds are a text: none of them may change.
  return Number.isFinite(number) && plain.replace(/\D/g, '').length <= 15 ? number : typed
}

export function cellTyped(value: CellValue): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  return cellValue(value) === value ? value : `'${value}`
}
