/** The difference of two frames, at full resolution and band by band; what is told of it is of all pixels, also where the picture shows fewer. */
import type { Difference } from '../../../src-preload/contract/compare'
import { Failed } from '../../../src-preload/contract/failure'
import type { Picture } from '../../../src-preload/contract/pixels'
import { measured, stepFor } from '../../picture'
import type { Dataset, Level, MissingPlane, PlanePart } from '../dataset'
import { MOST_PIXELS } from '../measure/measure-plane'
import { numbersOf } from '../plane-numbers'

export interface ComparedPlane {
  readonly dataset: Dataset
  readonly image: number
  readonly index: readonly number[]
}

/** Bytes that are read of each at a time, where blocks are not larger. */
const BAND = 2 ** 22

export async function differenceOf(
  left: ComparedPlane,
  right: ComparedPlane,
  side: number,
  frame: number,
  signal?: AbortSignal
): Promise<Difference> {
  const [a, b] = [fullOf(left), fullOf(right)]
  const { width, height } = a
  if (width !== b.width || height !== b.height)
    throw new Failed(
      'argument.invalid',
      `The frames have different sizes, ${width} × ${height} and ${b.width} × ${b.height} pixels: there is no difference to show.`,
      { next: 'Look at them side by side.' }
    )
  if (width * height > MOST_PIXELS)
    throw new Failed('argument.invalid', 'Frames of more than 268 million pixels are not subtracted.')
  const sum = new Differences(width, height, stepFor(a, side))
  const rows = Math.max(1, a.block.height, b.block.height, Math.floor(BAND / (width * 8)))
  for (let y = 0; y < height; y += rows) {
    signal?.throwIfAborted()
    const box = { level: 0, x: 0, y, width, height: Math.min(rows, height - y) }
    const [one, other] = await Promise.all([
      left.dataset.part(left.image, left.index, box, signal),
      right.dataset.part(right.image, right.index, box, signal)
    ])
    sum.add(there(one), there(other), y)
    await new Promise((done) => setImmediate(done))
  }
  return sum.found(frame)
}

const fullOf = ({ dataset, image }: ComparedPlane): Level => {
  const [full] = dataset.levels(image)
  if (full === undefined) throw new Failed('dataset.unreadable', 'The image has no pixels that can be read.')
  return full
}

function there(part: PlanePart | MissingPlane): PlanePart {
  if ('missing' in part) throw new Failed('frame.lost', part.reason)
  return part
}

class Differences {
  readonly #across: number
  readonly #data: Float32Array
  #samples: 1 | 3 | null = null
  #compared = 0
  #different = 0
  #leftOut = 0
  #sum = 0
  #most = 0
  #at: { readonly x: number; readonly y: number } | null = null
  #reason: string | null = null

  constructor(
    readonly width: number,
    readonly height: number,
    readonly step: number
  ) {
    this.#across = Math.ceil(width / step)
    this.#data = new Float32Array(this.#across * Math.ceil(height / step)).fill(NaN)
  }

  /** Parts of the same rows of both, from `top` on. Of colours the one that differs most counts. */
  add(one: PlanePart, other: PlanePart, top: number): void {
    const [a, b] = [numbersOf(one), numbersOf(other)]
    if (a.samples !== b.samples)
      throw new Failed('argument.invalid', 'One frame is in colour and the other is not.', {
        next: 'Look at them side by side.'
      })
    this.#samples ??= a.samples
    this.#reason ??= one.holes[0]?.reason ?? other.holes[0]?.reason ?? null
    const gone = holesOf(one, other)
    for (let y = 0, at = 0; y < one.height; y++) {
      const cell = Math.floor((top + y) / this.step) * this.#across
      for (let x = 0; x < this.width; x++, at++) {
        let apart = NaN
        if (gone === null || gone[at] === 0)
          for (let s = 0; s < a.samples; s++) {
            const now = (a.values[at * a.stride + s] as number) - (b.values[at * b.stride + s] as number)
            if (!(Math.abs(apart) >= Math.abs(now))) apart = now
          }
        if (!(apart - apart === 0)) {
          this.#leftOut++
          continue
        }
        this.#compared++
        this.#sum += apart
        if (apart !== 0) this.#different++
        if (this.#at === null || Math.abs(apart) > Math.abs(this.#most)) {
          this.#most = apart
          this.#at = { x, y: top + y }
        }
        const place = cell + Math.floor(x / this.step)
        if (!(Math.abs(this.#data[place] as number) >= Math.abs(apart))) this.#data[place] = apart
      }
    }
  }

  found(frame: number): Difference {
    const { width, height, step } = this
    const picture: Picture = {
      frame,
      full: { width, height, pixelType: 'float32' },
      step,
      width: this.#across,
      height: Math.ceil(height / step),
      samples: 1,
      ...measured(this.#data),
      saturated: null,
      ...(step > 1 ? { source: { kind: 'largest', step } as const } : {}),
      ...(this.#reason === null ? {} : { holes: this.#reason })
    }
    return {
      picture,
      compared: this.#compared,
      different: this.#different,
      mostApart: this.#at === null ? null : { difference: this.#most, ...this.#at },
      mean: this.#compared === 0 ? null : this.#sum / this.#compared,
      leftOut: this.#leftOut,
      reason: this.#reason
    }
  }
}

/** 1 where a pixel is missing in one of them; null: none is. */
function holesOf(one: PlanePart, other: PlanePart): Uint8Array | null {
  const holes = [...one.holes, ...other.holes]
  if (holes.length === 0) return null
  const gone = new Uint8Array(one.width * one.height)
  for (const hole of holes)
    for (let y = hole.y; y < hole.y + hole.height; y++) {
      const from = y * one.width + hole.x
      gone.fill(1, from, from + hole.width)
    }
  return gone
}
