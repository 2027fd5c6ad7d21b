/** How values become text in a MapAnnotation and values again: the rule of formats.md, Record, with and without a known type. */
import type { Json, KeyType } from '../../../src-preload/contract/record'
import { parseJson } from '../json'

/** JSON's grammar of numbers. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

/** The number whose shortest spelling in JavaScript is exactly this text, or null. */
export function canonicalNumber(text: string): number | null {
  if (text.length === 0 || text.length > 25) return null
  const first = text.charCodeAt(0)
  if (first !== 45 && (first < 48 || first > 57)) return null
  const number = Number(text)
  return Number.isFinite(number) && String(number) === text ? number : null
}

/** Python writes 50.0 and 1e-07 for what JavaScript calls 50 and 1e-7; no other spelling is taken for a number. */
function pythonSpelling(number: number): string {
  const short = String(number)
  if (Number.isInteger(number) && Math.abs(number) < 1e16) return `${short}.0`
  const exponent = /^(.*)e([+-])(\d)$/.exec(short)
  if (exponent !== null) return `${exponent[1]}e${exponent[2]}0${exponent[3]}`
  if (Math.abs(number) < 1e-4 && number !== 0) return number.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
  if (Math.abs(number) >= 1e16) return number.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
  return short
}

/** What a text without a known type is: a number where it is spelt as a program spells numbers, else the text. */
export function guessedValue(text: string): Json {
  const plain = canonicalNumber(text)
  if (plain !== null) return plain
  if (!NUMBER.test(text)) return text
  if (/^-?\d+$/.test(text)) return text.startsWith('-0') ? text : BigInt(text)
  const number = Number(text)
  if (!Number.isFinite(number)) return text
  const short = String(number)
  // 3E-06 and 1E+22 in capitals are C#'s and Java's way
  const lower = text.replace('E', 'e').replace(/e([+-])0+(?=\d)/, 'e$1')
  return lower === short || text.replace('E', 'e') === pythonSpelling(number) ? number : text
}

/** The value that a text of a known type stands for. A text that does not fit its type stays a text. */
export function typedValue(text: string, type: KeyType | null): Json {
  switch (type) {
    case null:
      return guessedValue(text)
    case 'text':
      return text
    case 'number': {
      if (!NUMBER.test(text)) return text
      if (!/^-?\d+$/.test(text)) return Number(text)
      return Number.isSafeInteger(Number(text)) ? Number(text) : exactInteger(text)
    }
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text
    case 'null':
      return text === 'null' ? null : text
    case 'json':
      return parsed(text)
  }
}

/** An integer beyond ±2^53: a double where it spells its shortest digits, else every digit counts. */
function exactInteger(text: string): Json {
  return String(Number(text)) === text ? Number(text) : BigInt(text)
}

function parsed(text: string): Json {
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof SyntaxError) return text
    throw error
  }
}
