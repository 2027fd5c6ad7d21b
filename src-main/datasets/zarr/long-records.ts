/**
 * The list of records inside a long zarr.json, without parsing it: where it begins and ends, how many records it has, and pieces of it that can be
 * parsed one by one. A dataset of 10⁵ frames opens with the rest of the document.
 */
import type { Json } from '../../../src-preload/contract/record'
import { Failed } from '../../../src-preload/contract/failure'
import { parseJson } from '../json'
import type { Store } from './store'

/** Shorter documents are parsed whole. */
export const LONG_DOCUMENT = 256 * 1024

const PIECE = 128 * 1024
const SLICE = 2 << 20
const NAME = '"frame_metadata"'

export interface LongRecords {
  readonly count: number
  /** The records in their order, some at a time. */
  pieces(signal?: AbortSignal): AsyncGenerator<readonly Json[]>
}

interface List {
  readonly start: number
  readonly end: number
  readonly count: number
  /** Where pieces begin; between two of them stand whole records. */
  readonly marks: readonly number[]
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** The document without the list (`token` stands for it), and the list; null where there is no list that can be taken out. */
export async function takeRecords(
  store: Store,
  key: string,
  bytes: Uint8Array,
  token: string
): Promise<{ readonly document: Uint8Array; readonly records: LongRecords } | null> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const list = await findList(buffer)
  const found = await store.look(key)
  if (list === null || found === null || found.size !== bytes.length) return null
  const document = Buffer.concat([
    buffer.subarray(0, list.start),
    Buffer.from(JSON.stringify(token)),
    buffer.subarray(list.end)
  ])
  return {
    document,
    records: { count: list.count, pieces: (signal) => pieces(store, key, found.stamp, list, signal) }
  }
}

const isSpace = (byte: number | undefined): boolean => byte === 32 || byte === 10 || byte === 13 || byte === 9

async function findList(buffer: Buffer): Promise<List | null> {
  let at = buffer.indexOf(NAME)
  if (at < 0) return null
  at += NAME.length
  while (isSpace(buffer[at])) at++
  if (buffer[at++] !== 58) return null
  while (isSpace(buffer[at])) at++
  if (buffer[at++] !== 91) return null
  return scan(buffer, at)
}

/** Finds the bracket that ends the list, past brackets in strings and inside records. */
async function scan(buffer: Buffer, start: number): Promise<List | null> {
  const marks = [start]
  let depth = 0
  let count = 0
  let inString = false
  for (let at = start; at < buffer.length; at++) {
    const byte = buffer[at] as number
    if (inString) {
      if (byte === 92) at++
      else if (byte === 34) inString = false
      continue
    }
    if (byte === 34) inString = true
    else if (byte === 123 || byte === 91) {
      if (depth++ === 0) count++
    } else if (byte === 125 || byte === 93) {
      if (depth-- === 0) return byte === 93 ? { start, end: at, count, marks: [...marks, at + 1] } : null
    } else if (byte === 44 && depth === 0 && at - (marks[marks.length - 1] as number) > PIECE)
      marks.push(at + 1)
    if (at % SLICE === 0) await turn()
  }
  return null
}

async function* pieces(
  store: Store,
  key: string,
  stamp: string,
  list: List,
  signal?: AbortSignal
): AsyncGenerator<readonly Json[]> {
  for (let i = 0; i + 1 < list.marks.length; i++) {
    signal?.throwIfAborted()
    const from = list.marks[i] as number
    const length = (list.marks[i + 1] as number) - 1 - from
    const bytes = await store.range(key, from, length)
    if (bytes === null || (await store.look(key))?.stamp !== stamp) {
      throw new Failed('dataset.unreadable', `${store.root}/${key} has changed since it was opened.`, {
        next: 'Open it again.'
      })
    }
    yield parsed(store, key, new TextDecoder().decode(bytes))
    await turn()
  }
}

function parsed(store: Store, key: string, text: string): readonly Json[] {
  try {
    return text.trim() === '' ? [] : (parseJson(`[${text}]`) as readonly Json[])
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new Failed(
      'dataset.unreadable',
      `The records in ${store.root}/${key} are no sound JSON (${error.message}).`
    )
  }
}
