/** The latest frames and events of a run, for the time line beside the picture. Bounded: it is kept for hours. */
import type { FrameRecord, RunEvent } from '../../src-preload/contract/record'
import type { TimeLine, TimeLineEvent } from '../../src-preload/contract/run'

const MOST_FRAMES = 2_000
const MOST_EVENTS = 300

export class RunTimeLine {
  readonly #frames = new Float64Array(MOST_FRAMES)
  #count = 0
  readonly #events: TimeLineEvent[] = []

  frame({ delta_t: seconds }: FrameRecord): void {
    if (typeof seconds === 'number') this.#frames[this.#count++ % MOST_FRAMES] = seconds
  }

  event({ time, kind, text, frame }: RunEvent): void {
    this.#events.push({ time, kind, text: text ?? '', frame: frame ?? null })
    if (this.#events.length > MOST_EVENTS) this.#events.shift()
  }

  /** What happened in the last `window` seconds before `now`, oldest first. */
  look(now: number, window: number): TimeLine {
    const from = Math.max(0, now - window)
    const kept = Math.min(this.#count, MOST_FRAMES)
    const frames: number[] = []
    for (let i = this.#count - kept; i < this.#count; i++) {
      const at = this.#frames[i % MOST_FRAMES] ?? -1
      if (at >= from) frames.push(at)
    }
    return { from, to: now, frames, events: this.#events.filter(({ time }) => time >= from) }
  }
}
