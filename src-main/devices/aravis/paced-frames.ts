/** The frames of a camera that goes at its own pace: into the places that main hands over, with their time by the camera's clock. */
import { Failed } from '../../../src-preload/contract/failure'
import { createClockDistance } from '../clock-distance'
import type { FrameNumbers, FrameStream } from './frame-stream'
import type { Pointer } from './library'
import type { PaceNews, Place } from './messages'

/** How long one look for a frame lasts: between two the thread reads its messages. */
const LOOK_US = 4_000
/** A camera that is silent for so long, and for three of its intervals, is gone. */
const PATIENCE_MS = 2_000

export class PacedFrames {
  readonly #stream: FrameStream
  readonly #numbers: FrameNumbers
  readonly #exposureNs: bigint
  readonly #patienceNs: bigint
  readonly #tell: (news: PaceNews) => void
  readonly #places: { readonly slot: number; readonly pixels: Uint8Array }[] = []
  readonly #clocks = createClockDistance()
  #heardAt = process.hrtime.bigint()
  #startedAt = 0n
  #lostBefore = 0

  constructor(
    stream: FrameStream,
    numbers: FrameNumbers,
    { exposureMs, everyMs }: { readonly exposureMs: number; readonly everyMs: number },
    tell: (news: PaceNews) => void
  ) {
    this.#stream = stream
    this.#numbers = numbers
    this.#exposureNs = BigInt(Math.round(exposureMs * 1e6))
    this.#patienceNs = BigInt(Math.round((3 * Math.max(exposureMs, everyMs) + PATIENCE_MS) * 1e6))
    this.#tell = tell
  }

  place(slot: number, { buffer, offset, length }: Place): void {
    this.#places.push({ slot, pixels: new Uint8Array(buffer, offset, length) })
  }

  /** Takes what has come, and waits a moment where nothing has. Errors: `device.timeout`. */
  look(): void {
    let buffer = this.#stream.pop(LOOK_US)
    if (buffer === null && process.hrtime.bigint() - this.#heardAt > this.#patienceNs) {
      throw new Failed('device.timeout', 'The camera sends no frames any more.', {
        next: 'Look at its cable and at the network card.'
      })
    }
    // What came at once goes without a look at the messages, but not for ever.
    for (let taken = 0; buffer !== null && taken < 8; taken++) {
      this.#take(buffer)
      buffer = taken < 7 ? this.#stream.pop(0) : null
    }
  }

  #take(buffer: Pointer): void {
    this.#heardAt = process.hrtime.bigint()
    const missing = this.#stream.count(buffer)
    const place = missing === null ? undefined : this.#places.shift()
    try {
      if (missing === null) return
      // The next frame that is kept tells of all that are missing before it.
      this.#lostBefore += missing
      if (place === undefined) return this.#tell({ kind: 'missed', cause: 'no place' })
      const ticks = this.#stream.read(buffer, place.pixels)
      const startedAt = this.#start(ticks)
      const { newest: frame } = this.#numbers
      this.#tell({ kind: 'frame', slot: place.slot, startedAt, frame, ticks, lostBefore: this.#lostBefore })
      this.#lostBefore = 0
    } catch (error) {
      if (place !== undefined) this.#places.unshift(place)
      if (!(error instanceof Failed) || error.code !== 'frame.lost') throw error
      this.#tell({ kind: 'missed', cause: 'transport' })
    } finally {
      this.#stream.giveBack(buffer)
    }
  }

  /** The exposure was over when the frame was stamped, or is so by this reckoning: no start is later than it can have been. */
  #start(ticks: bigint): bigint {
    const at = this.#clocks.hostTime(ticks, this.#heardAt) - this.#exposureNs
    // A better knowledge of the clocks' distance must not turn the order of two frames round.
    this.#startedAt = at > this.#startedAt ? at : this.#startedAt + 1n
    return this.#startedAt
  }
}
