/** OME-TIFF as a sink: one BigTIFF for a single image. */
import type { FileSink, Location, PlacedFrame, RecordSource, SinkDeps, StreamPlan } from '../file-sink'
import { onDisk } from '../disk'
import { planeNumber } from '../layout'
import { writeOmeXml } from '../ome-xml/ome-xml'
import { TiffFile } from './tiff-file'

export function createTiffSink(plan: StreamPlan, { disk, memory }: SinkDeps): FileSink {
  const path = plan.tiffPath
  const image = plan.images[0]
  if (path === null || image === undefined) throw new Error('the plan has no OME-TIFF')
  const file = new TiffFile({ plan, image, path, memory, disk }, 'create')
  const uuid = plan.uuids[0] ?? ''
  return {
    kind: 'ome-tiff',
    path,
    write(frames: readonly PlacedFrame[]): readonly Location[] {
      const locations: Location[] = []
      file.write(frames, locations)
      return locations
    },
    skip: (_, index) => {
      file.skip(planeNumber(plan, index))
    },
    checkpoint: () => {
      file.checkpoint()
    },
    sync: () => {
      file.sync()
    },
    finish(records: RecordSource): void {
      file.finish(records, (out) => {
        writeOmeXml(plan, records, { kind: 'ome-tiff', uuid }, out)
      })
      file.close()
    },
    remove(): void {
      file.close()
      onDisk(`remove ${path}`, () => {
        disk.unlink(path)
      })
    },
    abandon: () => {
      file.close()
    }
  }
}
