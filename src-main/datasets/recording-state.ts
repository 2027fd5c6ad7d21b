/** Tells from what lies beside and in a dataset whether a recording broke off or still goes on. */
import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { DatasetState } from '../../src-preload/contract/dataset'
import { Failed } from '../../src-preload/contract/failure'
import { realDisk } from '../formats/disk'
import { readBrokenTiff } from '../formats/ome-tiff/broken-tiff'
import { isRecording, journalBeside } from '../formats/recover'

export interface RecordingState {
  readonly state: DatasetState
  /** Folder of the journal, null where there is none. */
  readonly journal: string | null
}

/** The journal that a dataset, one of its files, or the journal itself belongs to. One whose plan is damaged is none that can be read. */
export function journalOf(path: string): string | null {
  try {
    return journalBeside(path)
  } catch (error) {
    if (error instanceof Failed) return null
    throw error
  }
}

export function recordingState(path: string, isFile: boolean): RecordingState {
  const journal = journalOf(path)
  if (journal !== null) return { state: isRecording(journal) ? 'recording' : 'incomplete', journal }
  return { state: isFile && isBroken(path) ? 'incomplete' : 'complete', journal }
}

/** A TIFF that ome-writers was writing when it was killed: its planes are there, their directories are not. */
function isBroken(path: string): boolean {
  try {
    return readBrokenTiff(realDisk, path, null) !== null
  } catch (error) {
    // not of that form after all; opening will say what it is
    if (error instanceof Failed || error instanceof RangeError) return false
    throw error
  }
}

/** A dataset of the run that a journal belongs to; null where none is there. */
export function datasetOfJournal(journal: string): string | null {
  const stem = basename(journal).replace(/\.journal$/, '')
  const folder = dirname(journal)
  const names = readdirSync(folder)
  const wanted = ['.ome.tiff', '.ome.zarr', '.ome.tif', '.tiff', '.tif', '.zarr'].map(
    (suffix) => `${stem}${suffix}`
  )
  const found = wanted.find((name) => names.includes(name)) ?? (names.includes(stem) ? stem : undefined)
  return found === undefined ? null : join(folder, found)
}
