/**
 * The live picture, pulled by the page: one request waits at a time, and only then is a picture made. While nobody waits the newest frame
 * is kept as a copy, so that the last frame of a burst is never the one that was missed.
 */
import type { FrameFormat, LivePicture } from '../../src-preload/contract/pixels'
import { pictureOf } from '../picture'
import { asPixels } from './frame-pixels'

interface Waiting {
  readonly after: number
  readonly side: number
  readonly answer: (picture: LivePicture | null) => void
}

interface Kept {
  readonly format: FrameFormat
  readonly pixels: Uint8Array
  sequence: number
  recorded: number | null
  saturation: number | null
}

/** Time after which a waiting request is answered with null, so that no call hangs when no frame comes. */
const PATIENCE_MS = 1_000
/** A page that asked within this time counts as looking. */
const INTEREST_MS = 1_500

export class Preview {
  #sequence = -1
  #waiting: Waiting | null = null
  #kept: Kept | null = null
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
  offer(pixels: Uint8Array, format: FrameFormat, recorded: number | null, saturation: number | null): void {
    this.#sequence += 1
    const waiting = this.#waiting
    if (waiting !== null && this.#sequence > waiting.after) {
      this.#waiting = null
      this.#kept = null
      waiting.answer(draw(pixels, format, this.#sequence, recorded, saturation, waiting.side))
      return
    }
    // Who looks asks again within a frame or two; without a look there is no need of a copy either, but for the first one.
    if (this.wanted || this.#kept === null) this.#keep(pixels, format, recorded, saturation)
  }

  next(after: number, side: number): Promise<LivePicture | null> {
    this.#lastAsked = performance.now()
    this.#waiting?.answer(null)
    this.#waiting = null
    const kept = this.#kept
    if (kept !== null && kept.sequence > after) {
      return Promise.resolve(
        draw(kept.pixels, kept.format, kept.sequence, kept.recorded, kept.saturation, side)
      )
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => answer(null), PATIENCE_MS)
      const answer = (picture: LivePicture | null): void => {
        clearTimeout(timer)
        if (this.#waiting?.answer === answer) this.#waiting = null
        this.#lastAsked = performance.now()
        resolve(picture)
      }
      this.#waiting = { after, side, answer }
    })
  }

  /** Answers whoever still waits; for the end of the app. */
  close(): void {
    this.#waiting?.answer(null)
    this.#waiting = null
  }

  #keep(pixels: Uint8Array, format: FrameFormat, recorded: number | null, saturation: number | null): void {
    const kept = this.#kept
    const fits = kept !== null && kept.pixels.length === pixels.length
    const copy = fits ? kept.pixels : new Uint8Array(pixels.length)
    copy.set(pixels)
    this.#kept = { format, pixels: copy, sequence: this.#sequence, recorded, saturation }
  }
}

function draw(
  pixels: Uint8Array,
  format: FrameFormat,
  sequence: number,
  recorded: number | null,
  saturation: number | null,
  side: number
): LivePicture {
  return { ...pictureOf(asPixels(pixels, format), format, { frame: sequence, side, saturation }), recorded }
}
