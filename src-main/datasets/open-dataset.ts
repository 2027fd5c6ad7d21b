/** Opens whatever a path leads to: decides from content what it is, and finds the dataset that a member belongs to. */
import { readdirSync, statSync, type Stats } from 'node:fs'
import { stat, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Failed } from '../../src-preload/contract/failure'
import { isRecording } from '../formats/recover'
import { unreadable } from './byte-source'
import type { Dataset } from './dataset'
import { foreignDecoder } from './foreign-decoder'
import { datasetOfJournal, journalOf, recordingState } from './recording-state'
import { journalReading, type JournalReading } from './records/journal-recording'
import type { Recording } from './records/recording'
import { openCompanion, openTiff, type TiffOptions } from './tiff/tiff-dataset'
import type { ForeignDecoder } from './tiff/read-plane'
import { ChunkDamage } from './zarr/codecs'
import { httpStore, isRemote } from './zarr/http-store'
import { folderStore, type Store } from './zarr/store'
import { zipStore } from './zarr/zip-store'
import { openZarr, zarrNodeOf, zarrRoot } from './zarr/zarr-dataset'

export interface OpenOptions {
  readonly signal?: AbortSignal | undefined
  /** What was read of its journal at earlier openings; only what is new is read then. */
  readonly journal?: JournalReading | undefined
  /** How long each image's planes may be counted; past that `present` is null. Default: what opening at once allows. */
  readonly countMs?: number | undefined
  /** So long a server may be silent. */
  readonly patienceMs?: number | undefined
  /** For tests: the thread that decodes JPEG. */
  readonly foreign?: ForeignDecoder | undefined
}

export async function openDataset(path: string, options: OpenOptions = {}): Promise<Dataset> {
  try {
    return await openAnything(path, options)
  } catch (error) {
    const journal = error instanceof Failed && !isRemote(path) ? journalOf(resolve(path)) : null
    if (!(error instanceof Failed) || journal === null) throw error
    const next = isRecording(journal)
      ? 'It is still being recorded; try again in a moment.'
      : 'Recover the recording that broke off here.'
    throw new Failed(error.code, error.message, { next, cause: error })
  }
}

async function openAnything(path: string, given: OpenOptions): Promise<Dataset> {
  const { signal, foreign, countMs } = given
  signal?.throwIfAborted()
  if (isRemote(path)) return openRemote(path, given)
  const full = resolve(path)
  const found = look(path)
  if (found.isDirectory()) return openFolder(full, given)
  // to open a pipe or a device could take for ever
  if (!found.isFile()) throw new Failed('dataset.unsupported', `${path} is neither a file nor a folder.`)
  const options: TiffOptions = {
    foreign: foreign ?? foreignDecoder,
    ...(await beside(full, true, given)),
    signal,
    countMs
  }
  const dataset =
    (await openTiff(full, options)) ??
    (await openMemberOfZarr(full, given)) ??
    (await openCompanion(full, options)) ??
    (await openZip(full, signal))
  if (dataset !== null) return dataset
  const empty = found.size === 0
  throw new Failed(
    empty ? 'dataset.unreadable' : 'dataset.unsupported',
    empty ? `${path} is empty.` : `${path} is no image file that Benchframe knows.`,
    { next: 'Open a TIFF file, an OME-TIFF or the folder of an OME-Zarr.' }
  )
}

function look(path: string): Stats {
  try {
    return statSync(path)
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

/** A chunk or a document of a hierarchy opens all of it. */
async function openMemberOfZarr(path: string, options: OpenOptions): Promise<Dataset | null> {
  const node = zarrNodeOf(path)
  return node === null ? null : openZarrAt(node, options)
}

/** What lies beside a dataset: is it finished, and if not, what its journal knows. */
async function beside(
  path: string,
  isFile: boolean,
  { signal, journal: reading = journalReading() }: OpenOptions
): Promise<Pick<TiffOptions, 'state' | 'journal'>> {
  const { state, journal: folder } = recordingState(path, isFile)
  const journal: Recording | null = folder === null ? null : await reading.read(folder, signal)
  return { state, journal }
}

/** Opens the hierarchy that a node belongs to. */
async function openZarrAt(node: string, options: OpenOptions): Promise<Dataset | null> {
  const { signal, countMs } = options
  const root = await zarrRoot(node)
  return openZarr(folderStore(root), { ...(await beside(root, false, options)), signal, countMs })
}

async function openZip(path: string, signal: AbortSignal | undefined): Promise<Dataset | null> {
  const store = await zipStore(path)
  return store === null ? null : openStore(store, 'is a zip archive without a Zarr hierarchy', signal)
}

async function openRemote(url: string, { signal, patienceMs }: OpenOptions): Promise<Dataset> {
  try {
    return await openStore(httpStore(url, signal, patienceMs), 'has no Zarr hierarchy', signal)
  } catch (error) {
    if (!(error instanceof Failed) || error.code !== 'dataset.unsupported') throw error
    throw new Failed(error.code, `The server knows no OME-Zarr at ${url}.`, {
      next: 'The address is that of the folder in which zarr.json or .zattrs lies; other files have to be downloaded first.',
      cause: error
    })
  }
}

/** A hierarchy that is not a folder of this machine: always finished. */
async function openStore(store: Store, without: string, signal: AbortSignal | undefined): Promise<Dataset> {
  try {
    const dataset = await openZarr(store, { state: 'complete', journal: null, signal })
    if (dataset !== null) return dataset
    throw new Failed('dataset.unsupported', `${store.root} ${without}.`)
  } catch (error) {
    store.close()
    if (error instanceof ChunkDamage)
      throw new Failed('dataset.unreadable', `${store.root} is damaged: ${error.message}.`)
    throw error
  }
}

async function openFolder(folder: string, options: OpenOptions): Promise<Dataset> {
  const root = zarrNodeOf(folder)
  const zarr = root === null ? null : await openZarrAt(root, options)
  if (zarr !== null) return zarr
  if (folder.endsWith('.journal')) {
    const dataset = datasetOfJournal(folder)
    if (dataset !== null) return openDataset(dataset, options)
    throw new Failed('dataset.unreadable', `${folder} is the journal of a recording whose files are gone.`)
  }
  const names = readdirSync(folder).sort()
  const first =
    names.find((name) => name.endsWith('.companion.ome')) ??
    names.find((name) => /\.(ome\.)?tiff?$/i.test(name))
  if (first !== undefined) return openDataset(join(folder, first), options)
  throw new Failed('dataset.unsupported', `${folder} holds no dataset that Benchframe knows.`, {
    next: 'Open a TIFF file, an OME-TIFF or the folder of an OME-Zarr.'
  })
}

/** Bytes on disk of the file or folder of a dataset. */
export async function datasetBytes(path: string): Promise<number> {
  const found = await stat(path)
  if (!found.isDirectory()) return found.size
  let sum = 0
  const open = [path]
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const inside = join(folder, entry.name)
      if (entry.isDirectory()) open.push(inside)
      else if (entry.isFile()) sum += (await stat(inside)).size
    }
  }
  return sum
}
