/** The recording as its journal tells it: for datasets that are still being written, or that a crash left. */
import { statSync } from 'node:fs'
import type { Json, KeyInfo, RunEvent } from '../../../src-preload/contract/record'
import { realDisk } from '../../formats/disk'
import type { StreamPlan } from '../../formats/file-sink'
import { journalFile } from '../../formats/journal'
import { readPlan } from '../../formats/journal-folder'
import { FrameEdits } from '../../formats/frame-edits'
import { readJournal, type FrameLine } from '../../formats/journal-reader'
import { parseJson } from '../json'
import type { ImageFrames } from './frame-table'
import { journalPixels, locatedFrames, type LocatedFrames } from './journal-pixels'
import { keySchema } from './key-schema'
import { planFacts } from './plan-facts'
import type { Recording } from './recording'
import { rowStore, type RowStore } from './row-store'

const SLICE_MS = 12
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

interface Growing {
  readonly rows: RowStore
  readonly indices: number[]
  /** Acquisition numbers. */
  readonly numbers: number[]
  readonly sizes: number[]
}

/** What is known of a journal up to a line. */
interface Known {
  readonly plan: StreamPlan
  /** Another file under the same name has another one. */
  readonly stamp: string
  /** Where the next line begins. */
  next: number
  readonly images: readonly Growing[]
  readonly events: RunEvent[]
  readonly keys: Map<string, KeyInfo>
  readonly globals: Map<string, Json>
  readonly edits: FrameEdits
  readonly located: LocatedFrames
}

/** Reads one journal again and again, each time only what was added since; what it answered before stays as it was. */
export interface JournalReading {
  /** Null where the journal has no plan yet: then nothing was recorded. One reading after the other. */
  read(folder: string, signal?: AbortSignal): Promise<Recording | null>
}

export function journalReading(): JournalReading {
  let known: Known | null = null
  return {
    async read(folder, signal) {
      const found = statSync(journalFile(folder), { throwIfNoEntry: false })
      const stamp = `${folder} ${found?.ino ?? ''}`
      if (known?.stamp !== stamp || (found?.size ?? 0) < known.next) known = begun(folder, stamp)
      if (known === null) return null
      await readOn(folder, known, signal)
      return recordingOf(known)
    }
  }
}

function begun(folder: string, stamp: string): Known | null {
  const plan = readPlan(realDisk, folder)
  if (plan === null) return null
  const images = plan.images.map((): Growing => ({
    rows: rowStore(),
    indices: [],
    numbers: [],
    sizes: plan.storageOrder.map(() => 0)
  }))
  return {
    plan,
    stamp,
    next: 0,
    images,
    events: [],
    keys: new Map(),
    globals: new Map(),
    edits: new FrameEdits(),
    located: locatedFrames(plan)
  }
}

async function readOn(folder: string, known: Known, signal: AbortSignal | undefined): Promise<void> {
  const { plan, images, events, keys, globals, edits, located } = known
  let sliceStart = performance.now()
  for (const { line, next } of readJournal(folder, realDisk, known.next)) {
    known.next = next
    if (line?.kind === 'frame') {
      addFrame(images[line.image], line, plan.storageOrder)
      located.add(line)
    } else if (line?.kind === 'event') {
      edits.see(line.event)
      if (line.event.kind !== 'edit') events.push(line.event)
    } else if (line?.kind === 'global') globals.set(line.namespace, line.value)
    else if (line?.kind === 'keys') for (const info of line.keys) keys.set(info.key, info)
    if (performance.now() - sliceStart < SLICE_MS) continue
    await turn()
    signal?.throwIfAborted()
    sliceStart = performance.now()
  }
}

/** As it is now: what comes later changes none of it. */
function recordingOf({ plan, images, events, keys, globals, edits, located }: Known): Recording {
  const { folder: _folder, ...settings } = plan
  return {
    schema: keySchema([...keys].map(([key, info]) => [key, info as unknown as Json] as const)),
    events: [...events],
    finish: null,
    plan: planFacts(settings as unknown as Json),
    globals: edits.with(new Map(globals)),
    frames: images.map((image) => framesOf(image, plan.storageOrder.length, edits)),
    sizes: images.map(({ sizes }) => [...sizes]),
    pixels: journalPixels(plan, located)
  }
}

function addFrame(
  image: Growing | undefined,
  { frame, index, record: text }: FrameLine,
  storageOrder: readonly number[]
): void {
  const record = parseJson(text)
  if (image === undefined || typeof record !== 'object' || record === null) return
  storageOrder.forEach((axis, i) => {
    const at = index[axis] ?? 0
    image.indices.push(at)
    image.sizes[i] = Math.max(image.sizes[i] ?? 0, at + 1)
  })
  image.numbers.push(frame)
  image.rows.addValues(Object.keys(record), Object.values<Json>(record))
}

function framesOf({ rows, indices, numbers }: Growing, axes: number, edits: FrameEdits): ImageFrames {
  return {
    count: rows.length,
    storageIndex: (frame) => indices.slice(frame * axes, (frame + 1) * axes),
    record: (frame) => {
      const stored = rows.keysOf(frame).flatMap((key): [string, Json][] => {
        const cell = rows.cell(frame, key)
        return cell !== null && 'value' in cell ? [[key, cell.value]] : []
      })
      const changed = edits.changed(numbers[frame] ?? -1)
      if (changed === undefined) return Object.fromEntries(stored)
      const values = [...stored.filter(([key]) => !changed.has(key)), ...changed]
      return Object.fromEntries(values.filter(([, value]) => value !== null))
    },
    order: () => null
  }
}
