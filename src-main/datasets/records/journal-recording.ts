/** The recording as its journal tells it: for datasets that are still being written, or that a crash left. */
import type { Json, KeyInfo, RunEvent } from '../../../src-preload/contract/record'
import { realDisk } from '../../formats/disk'
import { readPlan } from '../../formats/journal-folder'
import { FrameEdits } from '../../formats/frame-edits'
import { readJournal, type FrameLine } from '../../formats/journal-reader'
import { parseJson } from '../json'
import type { ImageFrames } from './frame-table'
import { journalPixels } from './journal-pixels'
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

/** Null where the journal has no plan yet: then nothing was recorded. */
export async function journalRecording(folder: string, signal?: AbortSignal): Promise<Recording | null> {
  const plan = readPlan(realDisk, folder)
  if (plan === null) return null
  const { storageOrder } = plan
  const images = plan.images.map((): Growing => ({
    rows: rowStore(),
    indices: [],
    numbers: [],
    sizes: storageOrder.map(() => 0)
  }))
  const events: RunEvent[] = []
  const keys = new Map<string, KeyInfo>()
  const globals = new Map<string, Json>()
  const edits = new FrameEdits()
  const pixels = journalPixels(plan)
  let sliceStart = performance.now()
  for (const { line } of readJournal(folder, realDisk)) {
    if (line?.kind === 'frame') {
      addFrame(images[line.image], line, storageOrder)
      pixels?.add(line)
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
  const { folder: _folder, ...settings } = plan
  return {
    schema: keySchema([...keys].map(([key, info]) => [key, info as unknown as Json] as const)),
    events,
    finish: null,
    plan: planFacts(settings as unknown as Json),
    globals: edits.with(globals),
    frames: images.map((image) => framesOf(image, storageOrder.length, edits)),
    sizes: images.map(({ sizes }) => sizes),
    pixels
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
