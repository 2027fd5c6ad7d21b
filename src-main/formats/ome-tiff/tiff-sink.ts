/** OME-TIFF as a sink. */
import type { FileSink, Location, PlacedFrame, SinkDeps, StreamPlan } from '../file-sink'
import { planeNumber } from '../layout'
import { TiffSet } from './tiff-set'

export function createTiffSink(plan: StreamPlan, deps: SinkDeps): FileSink {
  const set = new TiffSet(plan, deps, 'create')
  return {
    kind: 'ome-tiff',
    path: set.path,
    write(frames) {
      const locations: Location[] = []
      for (const [image, part] of runsOfImage(frames)) set.file(image).write(part, locations)
      return locations
    },
    skip(image, index) {
      set.file(image).store.skip(planeNumber(plan, index))
    },
    checkpoint() {
      set.each((file) => {
        file.checkpoint()
      })
    },
    sync() {
      set.each((file) => {
        file.sync()
      })
    },
    finish(records) {
      set.finish(records)
      set.close()
    },
    remove() {
      set.remove()
    },
    abandon() {
      set.close()
    }
  }
}

/** Neighbouring frames of one image, in their order. */
function* runsOfImage(
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
