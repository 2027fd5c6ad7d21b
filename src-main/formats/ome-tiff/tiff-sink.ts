/** OME-TIFF as a sink. */
import type { FileSink, Location, SinkDeps, StreamPlan } from '../file-sink'
import { planeNumber } from '../layout'
import { runsOfImage } from './runs-of-image'
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
    },
    spare(fresh) {
      return set.makeLevels(fresh)
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
