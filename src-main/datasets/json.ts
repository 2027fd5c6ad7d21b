/**
 * JSON as datasets have it: integers beyond ±2^53 become BigInt, NaN and Infinity (which Python writes) are null, and depth is bounded.
 * The platform's parser does the work where the text holds none of these.
 */
import type { Json } from '../../src-preload/contract/record'

const DEEPEST = 200

/** Parses strict JSON, and NaN, Infinity, -Infinity besides. Throws SyntaxError. */
export function parseJson(text: string): Json {
  return needsCare(text) ? careful(text) : (JSON.parse(text) as Json)
}

/** True where a number of 16 digits or more, or a NaN or Infinity, may stand. A false alarm costs only time. */
function needsCare(text: string): boolean {
  return /[[:,\s-](?:\d{16,}(?=[\s,\]}]|$)|NaN|Infinity)|^(?:-?\d{16,}|NaN|-?Infinity)/.test(text)
}

const SPACE = /[ \t\r\n]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
const WORDS: readonly (readonly [string, Json])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', null],
  ['Infinity', null],
  ['-Infinity', null]
]
function careful(text: string): Json {
  let at = 0
  const fail = (): never => {
    throw new SyntaxError(`unexpected text at character ${at} of JSON`)
  }
  const space = (): void => {
    SPACE.lastIndex = at
    SPACE.exec(text)
    at = SPACE.lastIndex
  }
  const string = (): string => {
    if (text[at] !== '"') return fail()
    let end = at
    for (let escapes = 1; escapes % 2 === 1;) {
      end = text.indexOf('"', end + 1)
      if (end < 0) return fail()
      for (escapes = 0; text[end - 1 - escapes] === '\\';) escapes++
    }
    const found = JSON.parse(text.slice(at, end + 1)) as string
    at = end + 1
    return found
  }
  const scalar = (): Json => {
    NUMBER.lastIndex = at
    const found = NUMBER.exec(text)
    if (found !== null) {
      at = NUMBER.lastIndex
      const [digits, fraction, exponent] = found
      const number = Number(digits)
      const whole = fraction === undefined && exponent === undefined
      return whole && !Number.isSafeInteger(number) && String(number) !== digits ? BigInt(digits) : number
    }
    const word = WORDS.find(([name]) => text.startsWith(name, at))
    if (word === undefined) return fail()
    at += word[0].length
    return word[1]
  }
  const value = (depth: number): Json => {
    if (depth > DEEPEST) throw new SyntaxError('JSON nested too deep')
    space()
    const first = text[at]
    if (first === '"') return string()
    if (first === '[') return array(depth)
    if (first === '{') return object(depth)
    return scalar()
  }
  const array = (depth: number): Json => {
    const items: Json[] = []
    at++
    space()
    if (text[at] === ']') return (at++, items)
    for (;;) {
      items.push(value(depth + 1))
      space()
      const mark = text[at++]
      if (mark === ']') return items
      if (mark !== ',') fail()
    }
  }
  const object = (depth: number): Json => {
    const entries: [string, Json][] = []
    at++
    space()
    if (text[at] === '}') return (at++, {})
    for (;;) {
      space()
      const key = string()
      space()
      if (text[at++] !== ':') fail()
      entries.push([key, value(depth + 1)])
      space()
      const mark = text[at++]
      if (mark === '}') return Object.fromEntries(entries)
      if (mark !== ',') fail()
    }
  }
  const result = value(0)
  space()
  if (at !== text.length) fail()
  return result
}
