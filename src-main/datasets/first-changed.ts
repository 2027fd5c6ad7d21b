/** What is other than before in a dataset that was opened again while it is recorded: frames come at the end, and notes and edits touch earlier ones. */
import { historyFrom } from '../../src-preload/contract/edit'
import type { Dataset } from './dataset'

/** The first row that is new or that something was done to since; all rows when it is finished, since then they come from the files. */
export async function firstChanged(before: Dataset, now: Dataset): Promise<number> {
  if (before.state !== now.state || !(await samePlace(before, now))) return 0
  const [old, events] = await Promise.all([before.events(), now.events()])
  const touched = events.slice(old.length).flatMap(({ frame }) => (frame === undefined ? [] : [frame]))
  const edited = historyFrom(now.globals)
    .slice(historyFrom(before.globals).length)
    .flatMap(({ what }) => (what.kind === 'frame' ? [what.frame] : []))
  return Math.min(before.frames, ...touched, ...edited)
}

/** Whether the last row is where it was: where nothing tells the order of several images, new frames push others back. */
async function samePlace(before: Dataset, now: Dataset): Promise<boolean> {
  const last = before.frames - 1
  const [[old], [same]] = await Promise.all([before.rows(last, 1), now.rows(last, 1)])
  return old?.image === same?.image && String(old?.storageIndex) === String(same?.storageIndex)
}
