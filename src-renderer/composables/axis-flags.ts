/** What happened along an axis, as flags on its slider: words on frames, and on a time axis also the events of the run. */
import { shallowRef, watch, type ShallowRef } from 'vue'
import { toFailure } from '../../src-preload/contract/failure'
import type { TimeLineEvent } from '../../src-preload/contract/run'
import { call } from '../client'
import type { Flag } from '../components/review/axis-slider.vue'
import { stamp } from '../model/axis-value'
import type { FrameRows } from '../model/frame-rows'
import { useApp } from '../stores/app'
import { useReview } from '../stores/review'
import { strings } from '../strings'

/** More than these would be a smear. */
const MOST_FLAGS = 400

function wordsOn(rows: FrameRows, row: number): string {
  const [note, tags, mark] = ['note', 'tags', 'mark'].map((key) => rows.cell(row, key))
  const words = [note, tags, mark === true || mark === 'true' ? strings.marks.marked : null]
  return words.flatMap((word) => (word == null || word === '' ? [] : [String(word)])).join('\n')
}

/** Notes, tags and marks of the frames of an image, by their index along an axis. */
export function frameFlags(
  rows: FrameRows,
  image: number,
  axis: number,
  place: (at: number) => number | null
): Flag[] {
  // Several frames may stand at one place of this axis.
  const found = new Map<number, string>()
  for (let row = 0; row < rows.length && found.size < MOST_FLAGS; row++) {
    const said = wordsOn(rows, row)
    const at = rows.storage[row]?.[axis]
    if (said === '' || at === undefined || rows.images[row] !== image) continue
    const before = found.get(at)
    found.set(at, before === undefined ? said : `${before}\n${said}`)
  }
  return [...found].flatMap(([at, text]) => {
    const where = place(at)
    return where === null ? [] : [{ place: where, look: 'note', text }]
  })
}

const LOOKS: Partial<Record<TimeLineEvent['kind'], Flag['look']>> = {
  trigger: 'fire',
  loss: 'loss',
  device: 'device',
  pause: 'pause',
  resume: 'pause'
}

/** Events that are no words on a frame, between two times. */
export function eventFlags(events: readonly TimeLineEvent[], from: number, to: number): Flag[] {
  return events.slice(0, MOST_FLAGS).flatMap((event): Flag[] => {
    const note = event.kind === 'note' && event.frame === null
    const look = note ? 'note' : LOOKS[event.kind]
    if (look === undefined || event.time < from || event.time > to) return []
    const text = strings.timeLine.event(
      stamp(event.time),
      strings.timeLine.kinds[event.kind],
      event.text,
      event.frame
    )
    return [{ place: (event.time - from) / (to - from), look, text }]
  })
}

/** The events of the open dataset while they are wanted; read again when it has grown. */
export function useEvents(wanted: () => boolean): ShallowRef<readonly TimeLineEvent[]> {
  const app = useApp()
  const review = useReview()
  const events = shallowRef<readonly TimeLineEvent[]>([])
  watch(
    () => [wanted(), review.info?.id, review.rows.total] as const,
    async ([now, id], before) => {
      if (before?.[1] !== id) events.value = []
      if (!now || id === undefined) return
      try {
        const found = await call('dataset.events', { id })
        if (review.info?.id === id) events.value = found
      } catch (error) {
        // A dataset closed meanwhile has none.
        if (review.info?.id === id) app.notify({ level: 'warning', said: toFailure(error) })
      }
    },
    { immediate: true }
  )
  return events
}
