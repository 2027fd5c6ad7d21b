/** Main's side of a GenICam camera that goes at its own pace: keeps its thread in places for the frames to come, and gives back those that were not used. */
import { fromFailure } from '../../../src-preload/contract/failure'
import type { PaceSink } from '../device'
import type { GenicamLink } from './link'
import type { PaceNews } from './messages'

/** Places that wait in the thread: as many as a busy main could be late for, and no more memory than this. */
const PLACES = { least: 2, most: 64, bytes: 128 << 20 }

export interface PaceStart {
  readonly everyMs: number
  readonly exposureMs: number
  readonly frameBytes: number
}

/** The answer stops it. Errors: `device.*`. */
export async function startPacing(
  link: GenicamLink,
  { everyMs, exposureMs, frameBytes }: PaceStart,
  sink: PaceSink
): Promise<() => Promise<void>> {
  const most = Math.min(PLACES.most, Math.max(PLACES.least, Math.floor(PLACES.bytes / frameBytes)))
  const waiting = new Set<number>()
  let going = true

  function topUp(): void {
    while (going && waiting.size < most) {
      const place = sink.place()
      if (place === null) return
      const { slot, pixels } = place
      waiting.add(slot)
      const buffer = pixels.buffer as unknown as SharedArrayBuffer
      link.tell({ kind: 'place', slot, buffer, offset: pixels.byteOffset, length: pixels.byteLength })
    }
  }

  function end(): void {
    going = false
    link.onPace = null
    for (const slot of waiting) sink.unused(slot)
    waiting.clear()
  }

  function hear(news: PaceNews): void {
    switch (news.kind) {
      case 'frame': {
        const { slot, startedAt, frame, ticks, lostBefore } = news
        waiting.delete(slot)
        topUp()
        return sink.frame(slot, {
          startedAt,
          exposureMs,
          cameraFrame: frame,
          cameraTicks: ticks,
          lostBefore,
          clock: 'camera'
        })
      }
      case 'missed':
        topUp()
        return sink.lost(news.cause)
      case 'pace ended':
        end()
        return sink.failed(fromFailure(news.failure))
    }
  }

  link.onPace = hear
  try {
    await link.ask({ kind: 'pace', everyMs })
  } catch (error) {
    end()
    throw error
  }
  topUp()
  return async () => {
    try {
      if (going) await link.ask({ kind: 'unpace' })
    } finally {
      end()
    }
  }
}
