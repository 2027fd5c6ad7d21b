/** JSON text in pieces, put together while it is streamed to disk. */
import type { Json } from '../../../src-preload/contract/record'
import { jsonText } from '../json-text'

/** Json, or a field that is left out. */
export type Loose =
  string | number | boolean | null | bigint | undefined | readonly Loose[] | { readonly [key: string]: Loose }

/** What reaches a document was checked when it came in; a number that is none anyway becomes null. */
export const valueText = (value: Loose | Json): string =>
  jsonText(value, 'zarr.json', { notFinite: () => undefined })

/** The text of an object with these fields, each given as pieces of JSON text. */
export function* objectText(
  fields: Iterable<readonly [string, Iterable<string> | string]>
): Generator<string> {
  let lead = '{'
  for (const [key, pieces] of fields) {
    yield `${lead}${JSON.stringify(key)}:`
    if (typeof pieces === 'string') yield pieces
    else yield* pieces
    lead = ','
  }
  yield lead === '{' ? '{}' : '}'
}

/** The text of a list whose items are given as JSON text, a line each. */
export function* listText(items: Iterable<string>): Generator<string> {
  let lead = '['
  for (const item of items) {
    yield `${lead}\n${item}`
    lead = ','
  }
  yield lead === '[' ? '[]' : '\n]'
}
