/**
 * The folder of a journal: the plan of the recording, who writes it, and the reserve. Making the folder is what claims a target: of two
 * processes one gets it, since a folder can be made only once.
 */
import { hostname } from 'node:os'
import { readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Failed } from '../../src-preload/contract/failure'
import { attemptAll } from './attempt-all'
import {
  CREATE_OR_EMPTY,
  READ_ONLY,
  errorCode,
  onDisk,
  readUpTo,
  replaceFile,
  syncFolder,
  writeAll,
  type Disk
} from './disk'
import type { StreamPlan } from './file-sink'
import { journalFile } from './journal'
import { journalPath } from './plan-paths'

const PLAN = 'plan.json'
const OWNER = 'owner.json'
const RESERVE = 'reserve'
/** Version of everything in the folder. */
const LAYOUT = 2
/** A journal on another machine's disk that nobody touched for so long is no longer written. */
const SILENT_MS = 60_000

interface Owner {
  readonly pid: number
  readonly host: string
  /** Tells a process from a later one with the same number (Linux: clock ticks since boot). */
  readonly started: string
}

/** Journals that streams of this process write; kept by the thread that owns the streams. */
export const recordedHere = new Set<string>()

export function makeJournalFolder(disk: Disk, plan: StreamPlan): string {
  const folder = journalPath(plan)
  onDisk(`create ${folder}`, () => {
    disk.makeFolder(folder)
  })
  try {
    writeDocument(disk, join(folder, OWNER), self())
    writeDocument(disk, join(folder, PLAN), { layout: LAYOUT, plan })
  } catch (error) {
    attemptAll([
      () => {
        removeJournalFolder(disk, folder)
      }
    ])
    throw error
  }
  return folder
}

function writeDocument(disk: Disk, path: string, value: unknown): void {
  replaceFile(disk, path, (fd) => {
    writeAll(disk, fd, Buffer.from(JSON.stringify(value)), 0)
  })
}

/** The files of the folder and what the run was to be are on the disk. */
export function syncJournalFolder(disk: Disk, folder: string): void {
  onDisk(`create ${folder}`, () => {
    syncFolder(disk, folder)
    syncFolder(disk, dirname(folder))
  })
}

/** Null: no plan there, so that no file of a dataset was begun either. */
export function readPlan(disk: Disk, folder: string): StreamPlan | null {
  const document = readDocument(disk, join(folder, PLAN)) as { layout?: unknown; plan?: StreamPlan } | null
  if (document === null) return null
  if (document.layout !== LAYOUT || document.plan === undefined) {
    throw new Failed('dataset.unsupported', `${folder} was written by another version of Benchframe.`, {
      next: 'Open it with the newest version.'
    })
  }
  // The run may have been moved since: its files lie where its journal lies.
  const moved = dirname(folder)
  const at = (path: string | null): string | null => (path === null ? null : join(moved, basename(path)))
  const { plan } = document
  return {
    ...plan,
    folder: moved,
    stem: basename(folder, '.journal'),
    tiffPath: at(plan.tiffPath),
    zarrPath: at(plan.zarrPath)
  }
}

function readDocument(disk: Disk, path: string): unknown {
  if (!disk.exists(path)) return null
  const fd = onDisk(`read ${path}`, () => disk.open(path, READ_ONLY))
  try {
    return JSON.parse(Buffer.from(readUpTo(disk, fd, 0, disk.size(fd))).toString()) as unknown
  } catch (error) {
    throw new Failed('dataset.unreadable', `${path} is damaged.`, { cause: error })
  } finally {
    disk.close(fd)
  }
}

/** The recording failed and its process lives on: from now on it may be recovered. */
export function disown(disk: Disk, folder: string): void {
  const owner = join(folder, OWNER)
  if (disk.exists(owner)) disk.unlink(owner)
}

/** Whether somebody still records into this journal. */
export function isAlive(disk: Disk, folder: string): boolean {
  if (recordedHere.has(folder)) return true
  const owner = readDocument(disk, join(folder, OWNER)) as Owner | null
  if (owner === null) return false
  if (owner.host !== hostname()) return Date.now() - newest(folder) < SILENT_MS
  if (owner.pid === process.pid) return false // none of ours writes it: an earlier process had the same number, or the stream failed
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
  return startOf(owner.pid) === owner.started
}

const newest = (folder: string): number =>
  Math.max(
    ...[folder, journalFile(folder)].map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0)
  )

const self = (): Owner => ({ pid: process.pid, host: hostname(), started: startOf(process.pid) })

function startOf(pid: number): string {
  if (process.platform !== 'linux') return ''
  try {
    // proc(5): field 22 is the start time; the name in field 2 may hold spaces and brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return '' // the process has just ended
  }
}

/**
 * Deletes the journal of a finished recording. The plan goes first: a folder without one means that there is nothing to recover, so that a
 * crash in the middle of this never makes a finished dataset look like a recording without frames.
 */
export function removeJournalFolder(disk: Disk, folder: string): void {
  onDisk(`remove ${folder}`, () => {
    const names = disk.list(folder)
    if (names.includes(PLAN)) {
      disk.unlink(join(folder, PLAN))
      syncFolder(disk, folder)
    }
    for (const name of names) if (name !== PLAN) disk.unlink(join(folder, name))
    disk.removeFolder(folder)
  })
}

/** Bytes on the disk that are kept for finishing: written, not only promised, and given back when the disk is full. */
export class Reserve {
  private fd: number | null = null
  private bytes = 0

  constructor(
    private readonly folder: string,
    private readonly disk: Disk
  ) {}

  /** Enlarges the reserve to at least so much. */
  ensure(bytes: number): void {
    const fd = (this.fd ??= onDisk(`reserve space in ${this.folder}`, () =>
      this.disk.open(join(this.folder, RESERVE), CREATE_OR_EMPTY)
    ))
    while (this.bytes < bytes) {
      onDisk(`reserve space in ${this.folder}`, () => {
        writeAll(this.disk, fd, NOISE, this.bytes)
      })
      this.bytes += NOISE.byteLength
    }
  }

  release(): void {
    if (this.fd === null) return
    const fd = this.fd
    this.fd = null
    onDisk(`release the space reserved in ${this.folder}`, () => {
      this.disk.close(fd)
      this.disk.unlink(join(this.folder, RESERVE))
    })
  }
}

/** File systems that compress would keep no room for zeros. */
const NOISE = noise(256 * 1024)

function noise(bytes: number): Uint8Array {
  const words = new Uint32Array(bytes / 4)
  let state = 0x9e3779b9
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[i] = state
  }
  return new Uint8Array(words.buffer)
}
