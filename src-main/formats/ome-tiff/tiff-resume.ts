/** The OME-TIFF of a broken-off recording: which planes are whole, and finishing it. */
import type { LocatedFrame, RecordSource, ResumedSink, SinkDeps, StreamPlan } from '../file-sink'
import { planeNumber } from '../layout'
import { GrowingNumbers } from '../tally'
import { TiffSet } from './tiff-set'

export function resumeTiffSink(plan: StreamPlan, deps: SinkDeps): ResumedSink {
  const set = new TiffSet(plan, deps, 'resume')
  const adopted = new Map<number, GrowingNumbers>()
  const sizes = new Map<number, number>()

  const sizeOf = (image: number): number => {
    const size = sizes.get(image) ?? set.existing(image)?.size ?? 0
    sizes.set(image, size)
    return size
  }

  /** Planes that no frame was adopted for were skipped, or hold what is left of a torn frame. */
  const blankTheRest = (image: number, planes: number): void => {
    const known = adopted.get(image)
    const file = set.file(image)
    for (let plane = 0; plane < planes; plane++) {
      const whole = known !== undefined && plane < known.length && known.at(plane) === 1
      if (!whole) file.store.blank(plane)
    }
  }

  return {
    kind: 'ome-tiff',
    path: set.path,
    pixels: ({ image, location }) => set.existing(image)?.store.pixels(location) ?? null,
    isPresent: ({ image, location }) => location.offset + location.length <= sizeOf(image),
    adopt({ image, index, location }: LocatedFrame): void {
      const plane = planeNumber(plan, index)
      const known = adopted.get(image) ?? new GrowingNumbers()
      adopted.set(image, known)
      known.set(plane, 1)
      set.file(image).store.adopt(plane, location)
    },
    finish(records: RecordSource): void {
      for (const { index } of plan.images) {
        if (records.planes(index) === 0) continue
        blankTheRest(index, records.planes(index))
        set.file(index).beginAgain()
      }
      set.finish(records)
    },
    complete(records) {
      set.completeLevels(records)
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
