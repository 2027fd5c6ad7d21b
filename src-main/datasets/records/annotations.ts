/** The MapAnnotations of an OME block that are about the whole dataset, by namespace: Benchframe's own and those of others. */
import { isJsonObject, type Json, type RunEvent } from '../../../src-preload/contract/record'
import { parseJson } from '../json'
import type { OmeModel } from '../tiff/ome-model'
import { guessedValue } from './text-value'

export type GlobalMap = ReadonlyMap<string, string>

/** Pairs of every annotation that has a namespace and belongs to no Plane, in the order of the file. */
export function globalAnnotations(
  model: OmeModel,
  ofPlanes: ReadonlySet<string>
): ReadonlyMap<string, GlobalMap> {
  const found = new Map<string, GlobalMap>()
  const { ids, namespaces, rows } = model.annotations
  ids.forEach((id, row) => {
    const namespace = namespaces[row] ?? null
    if (namespace === null || ofPlanes.has(id)) return
    const pairs = new Map(found.get(namespace) ?? [])
    for (const key of rows.keysOf(row)) {
      const cell = rows.cell(row, key)
      if (cell !== null) pairs.set(key, 'text' in cell ? cell.text : String(cell.value))
    }
    found.set(namespace, pairs)
  })
  return found
}

/** The JSON value that a text spells, else the text. */
export function jsonOrText(text: string): Json {
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof SyntaxError) return guessedValue(text)
    throw error
  }
}

const KINDS: readonly string[] = [
  'start',
  'note',
  'mark',
  'trigger',
  'loss',
  'device',
  'clock',
  'pause',
  'resume',
  'stop'
]

/** Events as stored, without those that are none. */
export function eventsFrom(value: Json | undefined): RunEvent[] {
  if (!Array.isArray(value)) return []
  return (value as readonly Json[]).flatMap((item) => {
    if (!isJsonObject(item)) return []
    const { time, kind, frame, text, data } = item
    if (typeof time !== 'number' || typeof kind !== 'string' || !KINDS.includes(kind)) return []
    return [
      {
        time,
        kind: kind as RunEvent['kind'],
        ...(typeof frame === 'number' ? { frame } : {}),
        ...(typeof text === 'string' ? { text } : {}),
        ...(isJsonObject(data) ? { data } : {})
      }
    ]
  })
}

/** How the recording ended, as it wrote it itself. */
export function finishFrom(value: Json | undefined): { end: string; frames: number } | null {
  if (!isJsonObject(value)) return null
  const { end, frames } = value
  return typeof end === 'string' && typeof frames === 'number' ? { end, frames } : null
}
