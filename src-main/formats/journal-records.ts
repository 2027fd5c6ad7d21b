/** The records of a recording as the projections want them: streamed from its journal, as often as asked, in constant memory. */
import type { Disk } from './disk'
import type { FrameEntry, RecordSource } from './file-sink'
import type { FrameEdits } from './frame-edits'
import { isFrame, parseEntry, parseOther, rawLines } from './journal-reader'
import type { GrowingNumbers, Tally } from './tally'
import type { Json, KeyInfo, RunEvent } from '../../src-preload/contract/record'
import { Failed } from '../../src-preload/contract/failure'

/** Lines of one image among those of others are read a few at a time. */
const SMALL_BLOCK = 16 * 1024

export interface JournalView {
  readonly folder: string
  readonly disk: Disk
  readonly tally: Tally
  readonly keys: ReadonlyMap<string, KeyInfo>
  readonly globals: ReadonlyMap<string, Json>
  readonly edits: FrameEdits
  /** Where the lines of events begin. */
  readonly eventLines: GrowingNumbers
  readonly finish: RecordSource['finish']
  /** Frames whose lines are there and that are left out: their pixels were not whole (recovery). */
  readonly leftOut?: ReadonlySet<number>
  /** The journal up to here; what lies behind is no part of the dataset. */
  readonly end: number
}

export function journalRecords(view: JournalView): RecordSource {
  const { tally, leftOut, edits } = view
  return {
    *frames(image) {
      const { lines } = tally
      const all = image === null || lines === null ? allFrames(view) : framesAt(view, lines[image])
      for (const line of all) if (leftOut?.has(line.frame) !== true) yield edited(line, edits)
    },
    count: tally.frames,
    planes: (image) => tally.planesOf(image),
    keys: [...view.keys.values()],
    get events() {
      return [...allEvents(view)]
    },
    globals: edits.with(view.globals),
    finish: view.finish
  }
}

const edited = (entry: FrameEntry, edits: FrameEdits): FrameEntry => {
  const record = edits.over(entry.frame, entry.record)
  return record === entry.record ? entry : { ...entry, record }
}

function* allFrames({ folder, disk, end }: JournalView): Generator<FrameEntry> {
  for (const { bytes, position } of rawLines(folder, disk)) {
    if (position >= end) return
    if (isFrame(bytes)) yield parseEntry(bytes)
  }
}

function* allEvents(view: JournalView): Generator<RunEvent> {
  for (const bytes of linesAt(view, view.eventLines)) {
    const line = parseOther(bytes)
    // Edits are told by the history.
    if (line?.kind === 'event' && line.event.kind !== 'edit') yield line.event
  }
}

function* framesAt(view: JournalView, places: GrowingNumbers | undefined): Generator<FrameEntry> {
  if (places !== undefined) for (const bytes of linesAt(view, places)) yield parseEntry(bytes)
}

/** The lines at these places, which lie one behind the other with others between them. */
function* linesAt({ folder, disk }: JournalView, places: GrowingNumbers): Generator<Buffer> {
  let next = 0
  while (next < places.length) {
    const from = places.at(next)
    for (const { bytes, position } of rawLines(folder, disk, from, SMALL_BLOCK)) {
      const wanted = places.at(next)
      if (position > wanted)
        throw new Failed('internal', 'A line of the journal is not where it was written.')
      if (position < wanted) {
        if (wanted - position > SMALL_BLOCK) break // far ahead: look there
        continue
      }
      yield bytes
      next += 1
      if (next === places.length) return
    }
  }
}
