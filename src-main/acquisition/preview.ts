/**
 * The live picture, pulled by the page: one request waits at a time, and only then is a picture made. While nobody waits the newest frame
 * is kept as a copy, so that the last frame of a burst is never the one that was missed.
 */
import {
  MOST_OVERLAID,
  type FrameFormat,
  type LivePicture,
  type PlanPart
} from '../../src-preload/contract/pixels'
import { pictureOf } from '../picture'
import { asPixels } from './frame-pixels'

interface Waiting {
  readonly after: number
  readonly side: number
  readonly overlay: boolean
  readonly answer: (picture: LivePicture | null) => void
}

/** A frame and what is known of it. */
interface Seen {
  readonly pixels: Uint8Array
  readonly format: FrameFormat
  readonly sequence: number
  readonly recorded: number | null
  readonly saturation: number | null
  readonly part: PlanPart | null
}

interface Kept {
  readonly seen: Seen
  /** It was answered already. */
  told: boolean
}

/** Time after which a waiting request is answered with null, so that no call hangs when no frame comes. */
const PATIENCE_MS = 1_000
/** A page that asked within this time counts as looking. */
const INTEREST_MS = 1_500

export class Preview {
  #sequence = -1
  #waiting: Waiting | null = null
  /** The newest frame; of each channel, while channels are laid over each other. */
  readonly #kept = new Map<string, Kept>()
  #overlay = false
  #lastAsked = -Infinity

  /** Running number of the newest frame, -1 before the first. */
  get sequence(): number {
    return this.#sequence
  }

  /** True while somebody looks; a live view without an audience makes no frames. */
  get wanted(): boolean {
    return performance.now() - this.#lastAsked < INTEREST_MS
  }

  /** Shows a frame. Synchronous: the slot may be given away afterwards. */
  offer(
    pixels: Uint8Array,
    format: FrameFormat,
    recorded: number | null,
    saturation: number | null,
    part: PlanPart | null = null
  ): void {
    this.#sequence += 1
    const seen = { pixels, format, sequence: this.#sequence, recorded, saturation, part }
    const waiting = this.#waiting
    if (waiting !== null && this.#sequence > waiting.after && (part !== null || !waiting.overlay)) {
      this.#waiting = null
      this.#kept.delete(this.#keyOf(seen))
      waiting.answer(draw(seen, waiting.side))
      return
    }
    // Who looks asks again within a frame or two; without a look there is no need of a copy either, but for the first one.
    if (this.wanted || this.#kept.size === 0) this.#keep(seen)
  }

  next(after: number, side: number, overlay = false): Promise<LivePicture | null> {
    this.#lastAsked = performance.now()
    this.#waiting?.answer(null)
    this.#waiting = null
    if (overlay !== this.#overlay) this.#kept.clear()
    this.#overlay = overlay
    const kept = this.#oldestNews(after)
    if (kept !== null) {
      kept.told = true
      return Promise.resolve(draw(kept.seen, side))
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => answer(null), PATIENCE_MS)
      const answer = (picture: LivePicture | null): void => {
        clearTimeout(timer)
        if (this.#waiting?.answer === answer) this.#waiting = null
        this.#lastAsked = performance.now()
        resolve(picture)
      }
      this.#waiting = { after, side, overlay, answer }
    })
  }

  /** Answers whoever still waits; for the end of the app. */
  close(): void {
    this.#waiting?.answer(null)
    this.#waiting = null
  }

  #keyOf({ part }: Seen): string {
    return this.#overlay ? (part?.channel ?? '') : ''
  }

  /** Of what was not told yet the oldest, so that each channel has its turn. */
  #oldestNews(after: number): Kept | null {
    const news = [...this.#kept.values()].filter(({ seen, told }) =>
      this.#overlay ? seen.part !== null && (!told || seen.sequence > after) : seen.sequence > after
    )
    return news.reduce<Kept | null>(
      (oldest, one) => (oldest === null || one.seen.sequence < oldest.seen.sequence ? one : oldest),
      null
    )
  }

  #keep(seen: Seen): void {
    const key = this.#keyOf(seen)
    const before = this.#kept.get(key)?.seen.pixels
    if (before === undefined && this.#kept.size > MOST_OVERLAID) return
    const copy = before?.length === seen.pixels.length ? before : new Uint8Array(seen.pixels.length)
    copy.set(seen.pixels)
    this.#kept.set(key, { seen: { ...seen, pixels: copy }, told: false })
  }
}

function draw({ pixels, format, sequence, recorded, saturation, part }: Seen, side: number): LivePicture {
  const picture = pictureOf(asPixels(pixels, format), format, { frame: sequence, side, saturation })
  return { ...picture, recorded, part }
}
