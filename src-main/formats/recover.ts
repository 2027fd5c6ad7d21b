/**
 * Recovery of a recording that broke off: its journal says which frames there were and where, the files say which of them are whole, and the
 * sinks finish the datasets with those. May be killed at any point and run again: the journal goes last.
 */
import { basename, dirname, join, resolve } from 'node:path'
import { Failed } from '../../src-preload/contract/failure'
import type { RecoveryReport } from '../../src-preload/contract/dataset'
import type { Json, KeyInfo } from '../../src-preload/contract/record'
import { frameBytes } from '../../src-preload/contract/pixels'
import { isFolder, realDisk, type Disk } from './disk'
import type { LocatedFrame, ResumedSink, StreamPlan } from './file-sink'
import { FrameEdits } from './frame-edits'
import { fingerprint } from './fingerprint'
import { journalFile } from './journal'
import { isAlive, readPlan, removeJournalFolder } from './journal-folder'
import { journalRecords } from './journal-records'
import { readJournal, type FrameLine } from './journal-reader'
import { Router, planeNumber } from './layout'
import { repairTiff } from './ome-tiff/repair-tiff'
import { memberName } from './plan-paths'
import { resumeSinks } from './sinks'
import { GrowingNumbers, Tally } from './tally'

/**
 * Recovers every dataset of the run that `path` (a dataset, a file of a set, or the journal) belongs to; a finished dataset is left alone.
 * Also repairs a TIFF that the reference library was writing when it was killed.
 */
export function recover(path: string, disk: Disk = realDisk): Promise<RecoveryReport> {
  return new Promise((settle) => {
    settle(recoverNow(path, disk))
  })
}

/** The journal folder of a dataset that is not finished; null: there is none. */
export function journalBeside(path: string, disk: Disk = realDisk): string | null {
  const journals = candidates(path).filter((folder) => disk.exists(folder))
  const plain = resolve(path)
  return journals.find((folder) => folder === plain || belongs(plain, folder, disk)) ?? null
}

/** Whether somebody records into the dataset at this very moment. */
export const isRecording = (journal: string, disk: Disk = realDisk): boolean => isAlive(disk, journal)

function candidates(path: string): string[] {
  const plain = resolve(path)
  if (plain.endsWith('.journal')) return [plain]
  const folder = dirname(plain)
  const stem = basename(plain)
    .replace(/(\.ome)?\.(tiff?|zarr)$/i, '')
    .replace(/\.companion\.ome$/i, '')
  const ofSet = basename(folder)
  return [join(folder, `${stem}.journal`), join(dirname(folder), `${ofSet}.journal`)]
}

function belongs(path: string, journal: string, disk: Disk): boolean {
  const plan = readPlan(disk, journal)
  if (plan === null) return false
  const inSet = plan.images.some(
    ({ index }) => plan.tiffPath !== null && join(plan.tiffPath, memberName(plan, index)) === path
  )
  return inSet || path === plan.tiffPath || path === plan.zarrPath
}

function recoverNow(path: string, disk: Disk): RecoveryReport {
  const plain = resolve(path)
  const folder = journalBeside(plain, disk)
  if (folder === null) {
    if (plain.endsWith('.journal') || !disk.exists(plain))
      throw new Failed('dataset.unreadable', `${path} is not there.`)
    const repaired = isFolder(disk, plain) ? null : repairTiff(disk, plain)
    if (repaired !== null) return { paths: [plain], frames: repaired, lost: 0, action: 'recovered' }
    return { paths: [plain], frames: 0, lost: 0, action: 'nothing to do' }
  }
  if (isAlive(disk, folder)) {
    throw new Failed('state.wrong', `${folder} is still being recorded.`, {
      next: 'Stop the recording first.'
    })
  }
  const plan = readPlan(disk, folder)
  if (plan === null) {
    // Nothing was begun, or all was finished and only the journal's folder was left.
    removeJournalFolder(disk, folder)
    return { paths: [], frames: 0, lost: 0, action: 'nothing to do' }
  }
  return recoverRun(folder, plan, disk)
}

/** What a whole reading of the journal finds. */
interface Found {
  readonly tally: Tally
  readonly keys: Map<string, KeyInfo>
  readonly globals: Map<string, Json>
  readonly edits: FrameEdits
  readonly eventLines: GrowingNumbers
  readonly leftOut: Set<number>
  /** Frames in the journal, whole or not. */
  readonly journaled: number
  /** Where the last whole line ends. */
  readonly end: number
}

/** A dataset of the run, and its place in the journal's lists of locations. */
interface Part {
  readonly sink: ResumedSink
  readonly place: number
}

function recoverRun(folder: string, plan: StreamPlan, disk: Disk): RecoveryReport {
  const notes: string[] = []
  const warn = (sentence: string): void => void notes.push(sentence)
  const all = resumeSinks(plan, { disk, memory: { buffer: new ArrayBuffer(0) }, warn })
  // A dataset that somebody took away must not take the others with it.
  const parts = all.map((sink, place) => ({ sink, place })).filter(({ sink }) => disk.exists(sink.path))
  const sinks = parts.map(({ sink }) => sink)
  try {
    const found = readRun(folder, plan, parts, disk)
    const lost = found.journaled - found.tally.frames
    if (found.journaled > 0 && sinks.length === 0) {
      throw new Failed('dataset.unreadable', `The datasets that ${folder} belongs to are not beside it.`, {
        next: 'Move them back to where they were recorded.'
      })
    }
    if (found.tally.frames === 0) {
      for (const sink of sinks) sink.remove()
      removeJournalFolder(disk, folder)
      return { paths: [], frames: 0, lost, action: 'removed' }
    }
    const { tally, keys, globals, edits, eventLines, leftOut, end } = found
    const finish = { end: 'recovered', frames: tally.frames, lost }
    const records = journalRecords({
      folder,
      disk,
      tally,
      keys,
      globals,
      edits,
      eventLines,
      leftOut,
      end,
      finish
    })
    for (const sink of sinks) sink.finish(records)
    for (const sink of sinks) sink.complete?.(records)
    removeJournalFolder(disk, folder)
    const done = { paths: sinks.map((sink) => sink.path), frames: tally.frames, lost }
    return { ...done, action: 'recovered', ...(notes.length > 0 ? { notes } : {}) }
  } catch (error) {
    for (const sink of sinks) sink.abandon()
    throw error
  }
}

function readRun(folder: string, plan: StreamPlan, parts: readonly Part[], disk: Disk): Found {
  const safe = safeFrames(folder, disk)
  const tally = new Tally(plan.images.length)
  const keys = new Map<string, KeyInfo>()
  const globals = new Map<string, Json>()
  const edits = new FrameEdits()
  const eventLines = new GrowingNumbers()
  const leftOut = new Set<number>()
  const router = new Router(plan)
  let journaled = 0
  let end = 0
  for (const { line, position, next } of lines(folder, disk)) {
    end = next
    switch (line?.kind) {
      case 'frame': {
        router.next()
        journaled += 1
        if (isThere(line, parts, plan, line.frame < safe)) {
          tally.frame(line.image, planeNumber(plan, line.index), position)
          for (const { sink, place } of parts) sink.adopt(located(line, place))
        } else leftOut.add(line.frame)
        break
      }
      case 'skip':
        for (let i = 0; i < line.planes; i++) {
          const { image, index } = router.next()
          tally.skip(image, planeNumber(plan, index))
        }
        break
      case 'keys':
        for (const info of line.keys) keys.set(info.key, { ...keys.get(info.key), ...info })
        break
      case 'global':
        globals.set(line.namespace, line.value)
        break
      case 'event':
        edits.see(line.event)
        eventLines.push(position)
        break
      case 'synced':
      case undefined:
    }
  }
  return { tally, keys, globals, edits, eventLines, leftOut, journaled, end }
}

const lines = (folder: string, disk: Disk): ReturnType<typeof readJournal> | [] =>
  disk.exists(journalFile(folder)) ? readJournal(folder, disk) : []

/** Frames below this number were synced with their pixels before the run broke off. */
function safeFrames(folder: string, disk: Disk): number {
  let safe = 0
  for (const { line } of lines(folder, disk)) if (line?.kind === 'synced') safe = line.frames
  return safe
}

const located = (line: FrameLine, sink: number): LocatedFrame => {
  const location = line.locations[sink]
  if (location === undefined)
    throw new Failed(
      'dataset.unreadable',
      `Frame ${line.frame} of the journal has no place in one of the files.`
    )
  return { frame: line.frame, image: line.image, index: line.index, location }
}

/** A frame counts when every dataset of the run has its pixels. Synced ones are not doubted: only a missing file or a short one tells against them. */
function isThere(line: FrameLine, parts: readonly Part[], plan: StreamPlan, synced: boolean): boolean {
  const bytes = frameBytes(plan.frame)
  return parts.every(({ sink, place }) => {
    const frame = located(line, place)
    if (synced && sink.isPresent !== undefined) return sink.isPresent(frame)
    const pixels = sink.pixels(frame)
    return pixels !== null && pixels.byteLength === bytes && fingerprint(pixels) === line.mark
  })
}
