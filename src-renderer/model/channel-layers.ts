/** The latest frame of each channel at each place of a plan: only frames of one place are laid over each other. Old ones go when memory for them is used up. */
import type { LivePicture } from '../../src-preload/contract/pixels'

/** A z stack of a dozen planes in two channels at the size of a screen. */
const MOST_BYTES = 48e6

export type Layers = ReadonlyMap<string, LivePicture>

export class ChannelLayers {
  /** Oldest first. */
  readonly #pictures = new Map<string, LivePicture>()
  #bytes = 0

  constructor(readonly mostBytes = MOST_BYTES) {}

  /** Takes a frame in and answers what lies over each other now: the channels of its place. */
  add(picture: LivePicture): Layers {
    const { part } = picture
    if (part === null) return new Map()
    // Frames of another size belong to another run.
    for (const [key, other] of this.#pictures) if (!sameSize(other, picture)) this.#drop(key)
    const key = JSON.stringify([part.place, part.channel])
    this.#drop(key)
    this.#pictures.set(key, picture)
    this.#bytes += picture.data.byteLength
    for (const old of this.#pictures.keys()) {
      if (this.#bytes <= this.mostBytes || old === key) break
      this.#drop(old)
    }
    const here = [...this.#pictures.values()].filter((other) => other.part?.place === part.place)
    return new Map(here.map((other) => [other.part?.channel ?? '', other]))
  }

  clear(): void {
    this.#pictures.clear()
    this.#bytes = 0
  }

  #drop(key: string): void {
    const found = this.#pictures.get(key)
    if (found === undefined) return
    this.#pictures.delete(key)
    this.#bytes -= found.data.byteLength
  }
}

const sameSize = (a: LivePicture, b: LivePicture): boolean =>
  a.full.width === b.full.width && a.full.height === b.full.height
