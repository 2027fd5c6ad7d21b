/**
 * The handful of synchronous file calls that the writers use, as an object, so that a test can put a full, failing or slow disk in its place;
 * and what an operating system's error means to the product. Everything that a writer puts on disk goes through a `Disk`.
 */
import * as fs from 'node:fs'
import { makeFolders } from './make-folders'
import { dirname } from 'node:path'
import { Failed } from '../../src-preload/contract/failure'

export interface Disk {
  /** `flags` as in open(2): `fs.constants.O_…`. */
  open(path: string, flags: number): number
  close(fd: number): void
  /** One pwrite: may write less than asked. */
  write(fd: number, bytes: Uint8Array, position: number): number
  /** One pread: 0 at the end of the file. */
  read(fd: number, into: Uint8Array, position: number): number
  size(fd: number): number
  truncate(fd: number, size: number): void
  datasync(fd: number): void
  sync(fd: number): void
  rename(from: string, to: string): void
  unlink(path: string): void
  /** One folder; fails when it is there. */
  makeFolder(path: string): void
  /** The folder and those above it, where they are missing; tells the topmost that it made. */
  makeFolders(path: string): string | null
  removeFolder(path: string): void
  exists(path: string): boolean
  list(path: string): string[]
}

/** A path below a plain file is not there either; making the folder then tells why. */
function isThere(path: string): boolean {
  try {
    return fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    if (errorCode(error) === 'ENOTDIR') return false
    throw error
  }
}

export const realDisk: Disk = {
  open: (path, flags) => fs.openSync(path, flags, 0o666),
  close: (fd) => fs.closeSync(fd),
  write: (fd, bytes, position) => fs.writeSync(fd, bytes, 0, bytes.byteLength, position),
  read: (fd, into, position) => fs.readSync(fd, into, 0, into.byteLength, position),
  size: (fd) => fs.fstatSync(fd).size,
  truncate: (fd, size) => fs.ftruncateSync(fd, size),
  datasync: (fd) => fs.fdatasyncSync(fd),
  sync: (fd) => fs.fsyncSync(fd),
  rename: (from, to) => fs.renameSync(from, to),
  unlink: (path) => fs.unlinkSync(path),
  makeFolder: (path) => fs.mkdirSync(path),
  makeFolders,
  removeFolder: (path) => fs.rmdirSync(path),
  exists: isThere,
  list: (path) => fs.readdirSync(path)
}

const { O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_TRUNC } = fs.constants
export const CREATE_NEW = O_RDWR | O_CREAT | O_EXCL
export const OPEN_EXISTING = O_RDWR
export const READ_ONLY = O_RDONLY
export const CREATE_OR_EMPTY = O_RDWR | O_CREAT | O_TRUNC

export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** Codes of "no room": disk full, quota reached, file larger than the file system allows. */
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])
const NOT_ALLOWED = new Set(['EACCES', 'EPERM', 'EROFS'])

/** What a failed file call means; `doing` completes "Benchframe could not …". */
export function diskFailure(error: unknown, doing: string): Failed {
  if (error instanceof Failed) return error
  const code = errorCode(error) ?? ''
  const detail = error instanceof Error ? error.message : String(error)
  const more = { detail, cause: error }
  if (NO_ROOM.has(code)) {
    return new Failed('disk.full', `The disk is full: could not ${doing}.`, {
      ...more,
      next: 'Free some space or choose another folder.'
    })
  }
  if (code === 'EEXIST') {
    return new Failed('target.exists', `Could not ${doing}: it exists already.`, {
      ...more,
      next: 'Choose another name.'
    })
  }
  if (NOT_ALLOWED.has(code)) {
    return new Failed('folder.unwritable', `Could not ${doing}: the system does not allow it.`, {
      ...more,
      next: 'Choose a folder that you may write to.'
    })
  }
  if (code === 'ENOTDIR') {
    return new Failed('folder.unwritable', `Could not ${doing}: a part of the path is a file.`, {
      ...more,
      next: 'Choose a folder.'
    })
  }
  if (code === 'ENOENT') {
    return new Failed('folder.unwritable', `Could not ${doing}: the folder is not there.`, {
      ...more,
      next: 'Choose a folder that exists.'
    })
  }
  return new Failed('disk.io', `Could not ${doing} (${code || detail}).`, {
    ...more,
    next: 'Check the disk and its connection.'
  })
}

/** Runs a file call and turns its error into a failure of the product. */
export function onDisk<T>(doing: string, call: () => T): T {
  try {
    return call()
  } catch (error) {
    throw diskFailure(error, doing)
  }
}

/** Writes all of `bytes`, in as many calls as it takes. */
export function writeAll(disk: Disk, fd: number, bytes: Uint8Array, position: number): void {
  let done = 0
  while (done < bytes.byteLength) {
    done += disk.write(fd, done === 0 ? bytes : bytes.subarray(done), position + done)
  }
}

/** Reads up to `length` bytes; fewer only at the end of the file. */
export function readUpTo(disk: Disk, fd: number, position: number, length: number): Uint8Array {
  const into = new Uint8Array(length)
  let done = 0
  while (done < length) {
    const got = disk.read(fd, into.subarray(done), position + done)
    if (got === 0) return into.subarray(0, done)
    done += got
  }
  return into
}

export function isFolder(disk: Disk, path: string): boolean {
  try {
    disk.list(path)
    return true
  } catch (error) {
    if (errorCode(error) === 'ENOTDIR') return false
    throw diskFailure(error, `read ${path}`)
  }
}

/** Makes the names in a folder survive a loss of power. Windows has no such call on folders. */
export function syncFolder(disk: Disk, folder: string): void {
  if (process.platform === 'win32') return
  const fd = disk.open(folder, READ_ONLY)
  try {
    disk.sync(fd)
  } finally {
    disk.close(fd)
  }
}

/** Replaces a document so that a reader, or a crash, sees the old or the new one and nothing between. */
export function replaceFile(disk: Disk, path: string, write: (fd: number) => void, durable = true): void {
  const temporary = `${path}.tmp`
  onDisk(`write ${path}`, () => {
    const fd = disk.open(temporary, CREATE_OR_EMPTY)
    try {
      write(fd)
      if (durable) disk.datasync(fd)
    } finally {
      disk.close(fd)
    }
    disk.rename(temporary, path)
    if (durable) syncFolder(disk, dirname(path))
  })
}
