/** Walks over the fields of a record's JSON text without building the value: the text of a number stays as it was written, digit by digit. */
import type { KeyType } from '../../../src-preload/contract/record'

/** `key` and `value` are JSON text, as in the record. */
export type FieldVisitor = (key: string, value: string) => void

const QUOTE = 34
const BACKSLASH = 92
const OPEN = new Set([123, 91])
const CLOSE = new Set([125, 93])
const COMMA = 44

/** The record is text that record-rules.ts made: strict JSON without blanks between its parts. */
export function eachField(record: string, visit: FieldVisitor): void {
  let at = 1
  while (record.charCodeAt(at) === QUOTE) {
    const keyEnd = stringEnd(record, at)
    const valueStart = keyEnd + 1
    const valueEnd = endOfValue(record, valueStart)
    visit(record.slice(at, keyEnd), record.slice(valueStart, valueEnd))
    at = valueEnd + 1
  }
}

/** Behind the closing quote of the string that begins at `start`. */
function stringEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++
    if (slashes % 2 === 0) return at + 1
  }
  throw new SyntaxError('A record ends within a string.')
}

function endOfValue(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = stringEnd(text, at) - 1
    else if (OPEN.has(code)) depth += 1
    else if (CLOSE.has(code)) {
      if (depth === 0) return at
      depth -= 1
    } else if (code === COMMA && depth === 0) return at
  }
  throw new SyntaxError('A record has no end.')
}

/** What a JSON string says. */
export const stringValue = (json: string): string =>
  json.includes('\\') ? (JSON.parse(json) as string) : json.slice(1, -1)

export function typeOfJson(value: string): KeyType {
  switch (value.charCodeAt(0)) {
    case QUOTE:
      return 'text'
    case 116: // t
    case 102: // f
      return 'boolean'
    case 110: // n
      return 'null'
    case 91:
    case 123:
      return 'json'
    default:
      return 'number'
  }
}
