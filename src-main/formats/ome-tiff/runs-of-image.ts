/** Frames of several images, given to each image's file in runs. */
import type { PlacedFrame } from '../file-sink'

/** Neighbouring frames of one image, in their order. */
export function* runsOfImage(
  frames: readonly PlacedFrame[]
): Generator<[image: number, frames: readonly PlacedFrame[]]> {
  for (let from = 0; from < frames.length;) {
    const image = frames[from]?.image ?? 0
    let to = from + 1
    while (frames[to]?.image === image) to += 1
    yield [image, from === 0 && to === frames.length ? frames : frames.slice(from, to)]
    from = to
  }
}
