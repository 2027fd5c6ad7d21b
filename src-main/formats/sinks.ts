/** Which sinks a plan asks for, in the order in which the journal lists their locations. */
import type { FileSink, ResumedSink, SinkDeps, StreamPlan } from './file-sink'
import { createTiffSink } from './ome-tiff/tiff-sink'
import { resumeTiffSink } from './ome-tiff/tiff-resume'
import { createZarrSink } from './ome-zarr/zarr-sink'
import { resumeZarrSink } from './ome-zarr/zarr-resume'

/** Adds them to `sinks` one by one, so that those already made can be removed when the next one's target exists. */
export function makeSinks(plan: StreamPlan, deps: SinkDeps, sinks: FileSink[]): void {
  if (plan.tiffPath !== null) sinks.push(createTiffSink(plan, deps))
  if (plan.zarrPath !== null) sinks.push(createZarrSink(plan, deps))
}

export function resumeSinks(plan: StreamPlan, deps: SinkDeps): ResumedSink[] {
  return [
    ...(plan.tiffPath === null ? [] : [resumeTiffSink(plan, deps)]),
    ...(plan.zarrPath === null ? [] : [resumeZarrSink(plan, deps)])
  ]
}
