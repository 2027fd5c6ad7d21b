/** JSON in and out without losing a digit: integers beyond ±2^53 are BigInt. */
import { randomUUID } from 'node:crypto'
import type { Json } from '../../src-preload/contract/record'

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** Parses strict JSON; throws SyntaxError like JSON.parse. */
export function parseExactJson(text: string): Json {
  if (!/\d{16}/.test(text)) return JSON.parse(text) as Json
  // Long integers travel through JSON.parse as marked strings. The mark is new each time, so that no text can imitate it.
  const mark = `${randomUUID()}:`
  const marked = text.replace(TOKENS, (token) =>
    /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${mark}${token}"` : token
  )
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value
  ) as Json
}
