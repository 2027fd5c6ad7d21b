/**
 * Records of many frames as typed columns, so that 10⁵ frames take megabytes and no object each. Knows how a value read from text stays able to
 * become a number or a text again when the key's type is known.
 */
import type { Json } from '../../../src-preload/contract/record'
import { canonicalNumber } from './text-value'

const ABSENT = 0
/** A number as such. */
const NUMBER = 1
/** A text whose type is still open, and that is no canonical number. */
const OPEN_TEXT = 2
/** Any other value, exactly. */
const EXACT = 3
/** A text whose type is still open, kept as the number that it spells. */
const OPEN_NUMBER = 4

/** What a cell gives: a value, or a text of which only the key's type can tell what it was. */
export type Cell = { readonly value: Json } | { readonly text: string }

export interface Rows {
  readonly length: number
  readonly keys: readonly string[]
  /** The row's keys in their order. */
  keysOf(row: number): readonly string[]
  cell(row: number, key: string): Cell | null
  /** The data itself, for `storedRows` on the other side of a thread. */
  parts(): RowParts
}

export interface RowStore extends Rows {
  /** Adds a row of exact values. */
  addValues(keys: readonly string[], values: readonly Json[]): number
  /** Adds a row of texts whose types are open. */
  addTexts(keys: readonly string[], texts: readonly string[]): number
}

export interface ColumnParts {
  readonly key: string
  readonly kinds: Uint8Array
  /** The number itself, or where in `values` the row's value stands. */
  readonly numbers: Float64Array
  readonly values: readonly Json[]
}

export interface RowParts {
  readonly length: number
  /** Lists of keys, and which of them each row has. */
  readonly shapes: readonly (readonly string[])[]
  readonly shapeOf: Uint32Array
  readonly columns: readonly ColumnParts[]
}

interface Column {
  kinds: Uint8Array
  numbers: Float64Array
  readonly values: Json[]
  /** Texts repeat from frame to frame: one copy of each is kept. */
  readonly places: Map<string, number>
}

/** The keys of a shorter shape and one more; written out only when a row has them, since a row may have very many. */
interface Shape {
  readonly shorter: Shape | null
  readonly last: string
  keys: readonly string[] | null
  readonly longer: Map<string, number>
}

function keysOfShape(shape: Shape): readonly string[] {
  if (shape.keys !== null) return shape.keys
  const keys: string[] = []
  for (let at: Shape = shape; at.shorter !== null; at = at.shorter) keys.push(at.last)
  return (shape.keys = keys.reverse())
}

/** Those that no row has stay empty. */
function keysInUse(shapes: readonly Shape[], shapeOf: Uint32Array): (readonly string[])[] {
  const used = new Set(shapeOf)
  return shapes.map((shape, at) => (used.has(at) ? keysOfShape(shape) : []))
}

function cellOf(
  from: Pick<ColumnParts, 'kinds' | 'numbers' | 'values'> | undefined,
  row: number
): Cell | null {
  const kind = from?.kinds[row] ?? ABSENT
  if (from === undefined || kind === ABSENT) return null
  const number = from.numbers[row] as number
  if (kind === NUMBER) return { value: number }
  if (kind === OPEN_NUMBER) return { text: String(number) }
  const other = from.values[number] as Json
  return kind === EXACT ? { value: other } : { text: other as string }
}

/** Rows from their data, to be read alone. */
export function storedRows(parts: RowParts): Rows {
  const { length, shapes, shapeOf, columns } = parts
  const byKey = new Map(columns.map((column) => [column.key, column]))
  return {
    length,
    keys: [...byKey.keys()],
    keysOf: (row) => shapes[shapeOf[row] ?? 0] ?? [],
    cell: (row, key) => cellOf(byKey.get(key), row),
    parts: () => parts
  }
}

const FIRST_ROOM = 64
const LONGEST_SHARED = 64
const MOST_SHARED = 100_000

export function rowStore(): RowStore {
  const columns = new Map<string, Column>()
  const shapes: Shape[] = [{ shorter: null, last: '', keys: [], longer: new Map() }]
  let shapeOf = new Uint32Array(FIRST_ROOM)
  let length = 0

  function shape(keys: readonly string[]): number {
    let at = 0
    for (const key of keys) {
      const here = shapes[at] as Shape
      let next = here.longer.get(key)
      if (next === undefined) {
        next = shapes.length
        shapes.push({ shorter: here, last: key, keys: null, longer: new Map() })
        here.longer.set(key, next)
      }
      at = next
    }
    return at
  }

  function column(key: string, row: number): Column {
    let found = columns.get(key)
    if (found === undefined) {
      const room = Math.max(FIRST_ROOM, shapeOf.length)
      found = {
        kinds: new Uint8Array(room),
        numbers: new Float64Array(room),
        values: [],
        places: new Map()
      }
      columns.set(key, found)
    }
    if (row >= found.kinds.length) {
      const room = Math.max(row + 1, found.kinds.length * 2)
      const { kinds, numbers } = found
      found.kinds = new Uint8Array(room)
      found.kinds.set(kinds)
      found.numbers = new Float64Array(room)
      found.numbers.set(numbers)
    }
    return found
  }

  /** Where a value stands among those of its column. */
  function placeOf({ values, places }: Column, value: Json): number {
    if (typeof value !== 'string' || value.length > LONGEST_SHARED) return values.push(value) - 1
    const known = places.get(value)
    if (known !== undefined) return known
    if (places.size < MOST_SHARED) places.set(value, values.length)
    return values.push(value) - 1
  }

  function newRow(keys: readonly string[]): number {
    const row = length++
    if (row >= shapeOf.length) {
      const old = shapeOf
      shapeOf = new Uint32Array(old.length * 2)
      shapeOf.set(old)
    }
    shapeOf[row] = shape(keys)
    return row
  }

  function put(row: number, key: string, kind: number, value: Json): void {
    const into = column(key, row)
    into.kinds[row] = kind
    into.numbers[row] = kind === NUMBER || kind === OPEN_NUMBER ? (value as number) : placeOf(into, value)
  }

  return {
    get length() {
      return length
    },
    get keys() {
      return [...columns.keys()]
    },
    addValues(keys, values) {
      const row = newRow(keys)
      keys.forEach((key, i) => {
        const value = values[i] as Json
        put(row, key, typeof value === 'number' ? NUMBER : EXACT, value)
      })
      return row
    },
    addTexts(keys, texts) {
      const row = newRow(keys)
      keys.forEach((key, i) => {
        const text = texts[i] as string
        const number = canonicalNumber(text)
        if (number === null) put(row, key, OPEN_TEXT, text)
        else put(row, key, OPEN_NUMBER, number)
      })
      return row
    },
    keysOf: (row) => keysOfShape(shapes[shapeOf[row] ?? 0] as Shape),
    cell: (row, key) => cellOf(columns.get(key), row),
    parts: () => ({
      length,
      shapes: keysInUse(shapes, shapeOf.subarray(0, length)),
      shapeOf: shapeOf.slice(0, length),
      columns: [...columns].map(([key, { kinds, numbers, values }]) => ({
        key,
        kinds: kinds.slice(0, length),
        numbers: numbers.slice(0, length),
        values
      }))
    })
  }
}
