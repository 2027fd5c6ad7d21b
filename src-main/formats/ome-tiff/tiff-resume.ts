/** The OME-TIFF of a broken-off recording: which planes are whole, and finishing it. */
import { onDisk } from '../disk'
import type { LocatedFrame, RecordSource, ResumedSink, SinkDeps, StreamPlan } from '../file-sink'
import { planeNumber } from '../layout'
import { writeOmeXml } from '../ome-xml/ome-xml'
import { GrowingNumbers } from '../tally'
import { TiffFile } from './tiff-file'

export function resumeTiffSink(plan: StreamPlan, { disk, memory }: SinkDeps): ResumedSink {
  const path = plan.tiffPath
  const image = plan.images[0]
  if (path === null || image === undefined) throw new Error('the plan has no OME-TIFF')
  const file = disk.exists(path) ? new TiffFile({ plan, image, path, memory, disk }, 'resume') : null
  const size = file?.size ?? 0
  const adopted = new GrowingNumbers()
  return {
    kind: 'ome-tiff',
    path,
    pixels: ({ location }) => file?.pixels(location) ?? null,
    isPresent: ({ location }) => file !== null && location.offset + location.length <= size,
    adopt(frame: LocatedFrame): void {
      adopted.set(planeNumber(plan, frame.index), 1)
    },
    finish(records: RecordSource): void {
      if (file === null) return
      blankTheRest(file, adopted, records.planes(image.index))
      file.finishResumed(records, (out) => {
        writeOmeXml(plan, records, { kind: 'ome-tiff', uuid: plan.uuids[0] ?? '' }, out)
      })
      file.close()
    },
    remove(): void {
      file?.close()
      if (disk.exists(path))
        onDisk(`remove ${path}`, () => {
          disk.unlink(path)
        })
    },
    abandon: () => file?.close()
  }
}

/** Planes that no frame was adopted for were skipped, and are zeros already, or hold what is left of a torn frame. */
function blankTheRest(file: TiffFile, adopted: GrowingNumbers, planes: number): void {
  for (let plane = 0; plane < planes; plane++) {
    if (plane < adopted.length && adopted.at(plane) === 1) continue
    const found = file.pixels({ file: 0, ...file.places.strip(plane) })
    if (found === null || found.some((byte) => byte !== 0)) file.blank(plane)
  }
}
