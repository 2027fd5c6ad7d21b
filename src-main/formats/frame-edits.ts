/** Cells of frames that people changed while the run went on: events of the journal, laid over the records when the dataset is finished or recovered. */
import { HISTORY_NAMESPACE, type HistoryEntry } from '../../src-preload/contract/edit'
import type { Json, RunEvent } from '../../src-preload/contract/record'
import { jsonText } from './json-text'
import { eachField, stringValue } from './ome-xml/record-fields'

export class FrameEdits {
  private readonly cells = new Map<number, Map<string, Json>>()
  private readonly entries: HistoryEntry[] = []

  /** Takes what an event says; all but edits say nothing. */
  see({ kind, edits }: RunEvent): void {
    if (kind !== 'edit' || edits === undefined) return
    for (const { frame, key, before, after } of edits.cells) {
      const ofFrame = this.cells.get(frame) ?? new Map<string, Json>()
      this.cells.set(frame, ofFrame.set(key, after))
      this.entries.push({ at: edits.at, who: edits.who, what: { kind: 'frame', frame, key }, before, after })
    }
  }

  changed(frame: number): ReadonlyMap<string, Json> | undefined {
    return this.cells.get(frame)
  }

  /** The record of a frame as it is after all edits. */
  over(frame: number, record: string): string {
    const changed = this.cells.get(frame)
    return changed === undefined ? record : edited(record, changed)
  }

  /** Global metadata with the history of the edits, in the form that edits of saved datasets go on with. */
  with(globals: ReadonlyMap<string, Json>): ReadonlyMap<string, Json> {
    if (this.entries.length === 0) return globals
    const history = Object.fromEntries(this.entries.map((entry, i) => [String(i), entry as unknown as Json]))
    return new Map([...globals, [HISTORY_NAMESPACE, history]])
  }
}

/** Every value that is not edited keeps its text, digit by digit. */
function edited(record: string, changed: ReadonlyMap<string, Json>): string {
  const left = new Map(changed)
  const parts: string[] = []
  const put = (key: string, value: Json): void => {
    if (value !== null) parts.push(`${key}:${jsonText(value, key, { notFinite: () => undefined })}`)
  }
  eachField(record, (key, value) => {
    const name = stringValue(key)
    const after = left.get(name)
    if (after === undefined) parts.push(`${key}:${value}`)
    else put(key, after)
    left.delete(name)
  })
  for (const [name, value] of left) put(JSON.stringify(name), value)
  return `{${parts.join(',')}}`
}
