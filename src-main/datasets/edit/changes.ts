/** What a list of edits asks of a dataset: each thing once, checked against what is there, and frames with the place that their record has. */
import { Failed } from '../../../src-preload/contract/failure'
import {
  HISTORY_NAMESPACE,
  type Edit,
  type EditTarget,
  type HistoryEntry
} from '../../../src-preload/contract/edit'
import { PLANE_KEYS, recordValue, type FrameRecord, type Json } from '../../../src-preload/contract/record'
import { KEY_SCHEMA_NAMESPACE } from '../records/key-schema'
import { sameValue } from '../copy/copy-record'
import type { Dataset } from '../dataset'

/** The keys of one frame that change. */
export interface FrameChange {
  readonly frame: number
  readonly image: number
  readonly storageIndex: readonly number[]
  readonly record: FrameRecord
  /** null: taken away. */
  readonly values: ReadonlyMap<string, Json>
}

export type GlobalEdit = Extract<Edit, { kind: 'global' }>
export type NameEdit = Exclude<Edit, { kind: 'global' | 'frame' }>

export interface Changes {
  readonly frames: readonly FrameChange[]
  readonly globals: readonly GlobalEdit[]
  readonly names: readonly NameEdit[]
}

const MACHINE: ReadonlySet<string> = new Set([...PLANE_KEYS, 'storage_index'])
const OURS: ReadonlySet<string> = new Set([
  'benchframe',
  KEY_SCHEMA_NAMESPACE,
  HISTORY_NAMESPACE,
  'ome',
  'ome_writers'
])

const idOf = ({ value: _value, ...target }: Edit): string => JSON.stringify(target)
export const targetOf = ({ value: _value, ...target }: Edit): EditTarget => target

export async function changesOf(dataset: Dataset, edits: readonly Edit[]): Promise<Changes> {
  const last = [...new Map(edits.map((edit) => [idOf(edit), edit])).values()]
  const frames = new Map<number, Map<string, Json>>()
  for (const edit of last) {
    checkTarget(dataset, edit)
    if (edit.kind !== 'frame') continue
    const values = frames.get(edit.frame) ?? new Map<string, Json>()
    frames.set(edit.frame, values.set(edit.key, edit.value))
  }
  const changed: FrameChange[] = []
  for (const [frame, values] of frames) {
    const [row] = await dataset.rows(frame, 1)
    if (row === undefined)
      throw new Failed('argument.invalid', `There is no frame ${frame} in ${dataset.path}.`)
    const different = new Map([...values].filter(([key, value]) => !sameValue(own(row.record, key), value)))
    if (different.size > 0) changed.push({ ...row, values: different })
  }
  return {
    frames: changed,
    globals: last.filter((edit): edit is GlobalEdit => edit.kind === 'global'),
    names: last.filter((edit): edit is NameEdit => edit.kind !== 'global' && edit.kind !== 'frame')
  }
}

export const own = (record: FrameRecord, key: string): Json => recordValue(record, key) ?? null

function checkTarget({ path, frames, images }: Dataset, edit: Edit): void {
  const refuse = (why: string): never => {
    throw new Failed('argument.invalid', why)
  }
  if (edit.kind === 'frame') {
    if (edit.frame >= frames) refuse(`Frame ${edit.frame} of ${path} is asked for; there are ${frames}.`)
    if (MACHINE.has(edit.key)) refuse(`${edit.key} was measured and is not changed by hand.`)
  }
  if (edit.kind === 'global' && OURS.has(edit.namespace))
    refuse(`${edit.namespace} is written by Benchframe itself.`)
  if ('image' in edit && images[edit.image] === undefined)
    refuse(`Image ${edit.image} of ${path} is asked for; there are ${images.length}.`)
}

/** Entries for the history of frames, which know the value before. */
export const frameHistory = (changes: readonly FrameChange[], at: string, who: string): HistoryEntry[] =>
  changes.flatMap(({ frame, record, values }) =>
    [...values].map(([key, after]): HistoryEntry => ({
      at,
      who,
      what: { kind: 'frame', frame, key },
      before: own(record, key),
      after
    }))
  )

/** What OME's own elements say of a form: lines of the description, and who recorded it. */
export function formTexts(form: FrameRecord): {
  readonly description: string | null
  readonly who: string | null
} {
  const text = (key: string): string => {
    const value = own(form, key)
    return typeof value === 'string' ? value.trim() : ''
  }
  const lines = ['sample', 'done', 'notes'].map(text).filter((line) => line !== '')
  return { description: lines.length === 0 ? null : lines.join('\n'), who: text('operator') || null }
}
