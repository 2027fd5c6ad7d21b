/** Reads the rows of whichever dataset is open, by chunks, and again from where they have changed. */
import { triggerRef, type ShallowRef } from 'vue'
import { call } from '../client'
import type { FrameRows } from '../model/frame-rows'

const CHUNK = 2_000
const TELL_EVERY_MS = 200

/** Answers what reads all rows from a number on; it is done when none is unread any more. */
export function createRowReader(
  openId: () => string | undefined,
  rows: ShallowRef<FrameRows>
): (from: number) => Promise<void> {
  let unread = Infinity
  let reading: Promise<void> | null = null

  async function readUnread(): Promise<void> {
    for (let id = openId(); unread < Infinity && id !== undefined; id = openId()) {
      const from = unread
      unread = Infinity
      await readFrom(from, id)
    }
  }

  /** What depends on the rows is worked out a few times a second, not once per chunk. */
  async function readFrom(start: number, id: string): Promise<void> {
    let told = -Infinity
    for (let from = start; openId() === id;) {
      const chunk = await call('dataset.rows', { id, from, count: CHUNK })
      if (openId() !== id) return
      rows.value.add(chunk)
      from += chunk.rows.length
      const end = chunk.rows.length === 0 || from >= chunk.total
      if (end || performance.now() - told > TELL_EVERY_MS) {
        told = performance.now()
        triggerRef(rows)
      }
      if (end) return
    }
  }

  return (from) => {
    unread = Math.min(unread, from)
    reading ??= readUnread().finally(() => (reading = null))
    return reading
  }
}
