/** Where the values come from on which a rule is tried: a recording, or the last minutes of the devices. */
import { rehearse, type RehearsalSample } from './acquisition/rules/rehearsal'
import { FrameMeter } from './acquisition/rules/frame-metric'
import { Failed } from '../src-preload/contract/failure'
import { recordValue } from '../src-preload/contract/record'
import type { Rehearsal, Rule } from '../src-preload/contract/rule'
import type { Dataset, FrameRow } from './datasets/dataset'
import { eachRow } from './datasets/each-row'
import { openDataset } from './datasets/open-dataset'
import type { ReadingHistory } from './reading-history'

/** Pictures are read as long as somebody may be expected to wait. */
const PATIENCE_MS = 20_000

export async function rehearseLive(rule: Rule, history: ReadingHistory): Promise<Rehearsal> {
  const { source } = rule
  if (source.kind !== 'reading') {
    throw new Failed(
      'state.wrong',
      'Only rules that watch a value of a device can be tried on live values.',
      {
        next: 'Choose a recording instead.'
      }
    )
  }
  const samples = history.of(source.key).map((sample) => ({ ...sample, frame: null }))
  return { ...(await rehearse(rule, samples)), note: null }
}

/** Opens the recording, tries the rule on it, and closes it again. */
export async function rehearseRecording(rule: Rule, path: string): Promise<Rehearsal> {
  const dataset = await openDataset(path)
  try {
    const notes: string[] = []
    const result = await rehearse(
      rule,
      samplesOf(rule, dataset, (note) => notes.push(note))
    )
    return { ...result, note: notes.length === 0 ? null : notes.join(' ') }
  } finally {
    await dataset.close()
  }
}

async function* samplesOf(
  { source }: Rule,
  dataset: Dataset,
  tell: (note: string) => void
): AsyncGenerator<RehearsalSample> {
  let untimed = 0
  const timed = (row: FrameRow): number => {
    const { delta_t: seconds } = row.record
    if (typeof seconds === 'number') return seconds
    untimed += 1
    return row.frame
  }
  switch (source.kind) {
    case 'reading':
      for await (const row of eachRow(dataset))
        yield { time: timed(row), value: valueIn(row, source.key), frame: row.frame }
      break
    case 'line':
      for await (const row of eachRow(dataset)) {
        if (row.record.trigger_source === 'serial') yield { time: timed(row), value: 1, frame: row.frame }
      }
      break
    case 'clock': {
      let last = 0
      for await (const row of eachRow(dataset)) last = Math.max(last, timed(row))
      for (let time = source.everySeconds; time <= last; time += source.everySeconds)
        yield { time, value: 1, frame: null }
      break
    }
    case 'frame': {
      const meter = new FrameMeter(source)
      const until = performance.now() + PATIENCE_MS
      for await (const row of eachRow(dataset)) {
        if (performance.now() > until) {
          tell(`Only the first ${row.frame} of ${dataset.frames} frames were looked at.`)
          break
        }
        const plane = await dataset.plane(row.image, row.storageIndex)
        // The metrics are made for the types that cameras deliver; 64-bit pixels have no numbers for them.
        const usable = !('missing' in plane) && plane.pixelType !== 'float16' && !isBig(plane.data)
        const value = usable
          ? meter.measure(plane.data as Exclude<typeof plane.data, BigInt64Array | BigUint64Array>)
          : NaN
        yield { time: timed(row), value, frame: row.frame }
      }
    }
  }
  if (untimed > 0) tell(`${untimed} frames have no time; their number stands for seconds.`)
}

const isBig = (data: ArrayBufferView): boolean =>
  data instanceof BigInt64Array || data instanceof BigUint64Array

function valueIn({ record }: FrameRow, key: string): number {
  const value = recordValue(record, key)
  return typeof value === 'number' || typeof value === 'boolean' ? Number(value) : NaN
}
