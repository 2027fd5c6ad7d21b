/** Tells from what lies beside a dataset whether a recording broke off or still goes on. */
import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { DatasetState } from '../../src-preload/contract/dataset'

const SUFFIX = /\.(ome\.tiff?|companion\.ome|tiff?|ome\.zarr|zarr)$/i
const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined

/** Where the journal of a dataset would be: beside it, or beside the folder of a set. */
export function journalsOf(path: string): string[] {
  const folder = dirname(path)
  const stem = basename(path).replace(SUFFIX, '')
  return [join(folder, `${stem}.journal`), `${folder}.journal`]
}

export function journalOf(path: string): string | null {
  return journalsOf(path).find(exists) ?? null
}

export type WriterCheck = (journal: string) => boolean

export function stateOf(path: string, isAlive: WriterCheck): DatasetState {
  const journal = journalOf(path)
  if (journal === null) return 'complete'
  return isAlive(journal) ? 'recording' : 'incomplete'
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
