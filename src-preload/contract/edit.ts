/** Changes of the metadata of saved datasets, and the history that they leave in the dataset. Pixels are never touched. */
import {
  dictionary,
  filledText,
  integer,
  list,
  nullable,
  number,
  oneOf,
  shape,
  text,
  type Check
} from './check'
import type { Json } from './record'

/** What one change is about. */
export type EditTarget =
  /** A free key of one frame, by acquisition number. */
  | { readonly kind: 'frame'; readonly frame: number; readonly key: string }
  /** A key of what is about the whole dataset: a MapAnnotation by namespace, an attribute in OME-Zarr. `benchframe/form` is what people typed. */
  | { readonly kind: 'global'; readonly namespace: string; readonly key: string }
  /** Description or name of an image, a channel's name. */
  | { readonly kind: 'description' | 'image'; readonly image: number }
  | { readonly kind: 'channel'; readonly image: number; readonly channel: number }
  /** Who recorded it. */
  | { readonly kind: 'experimenter' }

/** null takes the value away. Frames take texts, numbers, true and false; what is about the whole dataset takes any JSON. */
export type Edit = EditTarget & { readonly value: Json }

const scalar: Check<Json> = (given, name) => {
  if (given === null || typeof given === 'boolean') return given
  return typeof given === 'number' ? number()(given, name) : text(100_000)(given, name)
}

const DEEPEST = 20
const json: Check<Json> = (given, name) => jsonAt(given, name, 0)
function jsonAt(given: unknown, name: string, depth: number): Json {
  if (typeof given !== 'object' || given === null) return scalar(given, name)
  const inner: Check<Json> = (item, where) =>
    depth < DEEPEST ? jsonAt(item, where, depth + 1) : scalar(item, where)
  return Array.isArray(given) ? list(inner)(given, name) : dictionary(inner)(given, name)
}

const image = integer(0)
const checks: { readonly [K in EditTarget['kind']]: Check<Edit> } = {
  frame: shape({ kind: oneOf('frame'), frame: integer(0), key: filledText(1_000), value: scalar }),
  global: shape({ kind: oneOf('global'), namespace: filledText(1_000), key: filledText(1_000), value: json }),
  description: shape({ kind: oneOf('description'), image, value: nullable(text(100_000)) }),
  image: shape({ kind: oneOf('image'), image, value: filledText(1_000) }),
  channel: shape({ kind: oneOf('channel'), image, channel: integer(0), value: filledText(1_000) }),
  experimenter: shape({ kind: oneOf('experimenter'), value: nullable(text(500)) })
}

export const editCheck: Check<Edit> = (given, name) => {
  const { kind } = (given ?? {}) as { kind?: unknown }
  const known = oneOf(
    'frame',
    'global',
    'description',
    'image',
    'channel',
    'experimenter'
  )(kind, `${name}.kind`)
  return checks[known](given, name)
}

export const editsCheck = list(editCheck, 100_000)

/** One change as the dataset remembers it. */
export interface HistoryEntry {
  /** UTC, ISO 8601. */
  readonly at: string
  readonly who: string
  readonly what: EditTarget
  readonly before: Json
  readonly after: Json
}

export const HISTORY_NAMESPACE = 'benchframe/history'

export interface EditReport {
  readonly path: string
  /** Changes that were made and read back; what was already so is none. */
  readonly changed: number
}

/** The history that the global metadata of a dataset holds, oldest first. */
export function historyFrom(globals: ReadonlyMap<string, Json>): HistoryEntry[] {
  const told = globals.get(HISTORY_NAMESPACE)
  if (typeof told !== 'object' || told === null) return []
  const entries = Array.isArray(told) ? (told as readonly Json[]) : Object.values(told)
  return entries.flatMap((entry) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return []
    const { at, who, what } = entry as { readonly [key: string]: Json }
    return typeof at === 'string' && typeof who === 'string' && typeof what === 'object' && what !== null
      ? [entry as unknown as HistoryEntry]
      : []
  })
}

/** What of a dataset can be changed by hand, with what it is now. */
export interface Editable {
  /** Why nothing can be changed, in a sentence; null: it can. */
  readonly refused: string | null
  readonly fields: readonly { readonly target: EditTarget; readonly value: string }[]
  readonly history: readonly HistoryEntry[]
}
