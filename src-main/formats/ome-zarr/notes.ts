/** Names of what the sink keeps in the journal's folder while it records; recovery reads that of the full level and makes the others anew. */
import { join } from 'node:path'
import { onDisk, type Disk } from '../disk'
import type { StreamPlan } from '../file-sink'
import { journalPath } from '../plan-paths'

export const chunkLogPath = (plan: StreamPlan, level: number): string =>
  join(journalPath(plan), `zarr-chunks-${level}.log`)

export const planeStorePath = (plan: StreamPlan, level: number): string =>
  join(journalPath(plan), `zarr-planes-${level}.raw`)

export function removeNotes(plan: StreamPlan, level: number, disk: Disk): void {
  for (const path of [chunkLogPath(plan, level), planeStorePath(plan, level)]) {
    if (disk.exists(path)) onDisk(`delete ${path}`, () => disk.unlink(path))
  }
}
