/** One open file to read from, at any place; knows how to read ahead for many small reads and how long the file is now. */
import { closeSync, fstatSync, openSync, read as readCallback, readSync } from 'node:fs'
import { promisify } from 'node:util'
import { Failed } from '../../src-preload/contract/failure'

const readAsync = promisify(readCallback)

export interface ByteSource {
  readonly path: string
  /** Bytes in the file, as of the last look. */
  readonly size: number
  /** Fills `target` from `position` on; answers how many bytes were there. */
  read(target: Uint8Array, position: number): Promise<number>
  /** At most `length` bytes (a view that the next call may overwrite); for the small reads of headers and tables. */
  peek(position: number, length: number): Uint8Array
  /** Looks at the file again: it may have grown. */
  refresh(): number
  close(): void
}

/** Bytes read at once for small reads: enough for a directory and its short tables. */
const AHEAD = 4096
/** No single system call reads more: Linux stops at 2 GiB. */
const LARGEST_READ = 1 << 30

/** Memory that is not cleared first: for bytes that a read fills to the last, or that are thrown away. */
export const roomFor = (length: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)

export function openBytes(path: string): ByteSource {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch (cause) {
    throw unreadable(path, cause)
  }
  let size = fstatSync(fd).size
  let open = true
  let ahead = new Uint8Array(AHEAD)
  let aheadFrom = 0
  let aheadLength = 0

  function readNow(target: Uint8Array, position: number): number {
    try {
      return readSync(fd, target, 0, target.length, position)
    } catch (cause) {
      throw unreadable(path, cause)
    }
  }

  function look(position: number, length: number): void {
    if (length > ahead.length) ahead = new Uint8Array(length)
    aheadFrom = position
    aheadLength = 0
    while (aheadLength < ahead.length) {
      const got = readNow(ahead.subarray(aheadLength), position + aheadLength)
      if (got === 0) break
      aheadLength += got
    }
  }

  async function readSome(target: Uint8Array, at: number, length: number, position: number): Promise<number> {
    try {
      return (await readAsync(fd, target, at, length, position)).bytesRead
    } catch (cause) {
      throw unreadable(path, cause)
    }
  }

  return {
    path,
    get size() {
      return size
    },
    async read(target, position) {
      let done = 0
      while (done < target.length) {
        const wanted = Math.min(target.length - done, LARGEST_READ)
        const bytesRead = await readSome(target, done, wanted, position + done)
        if (bytesRead === 0) break
        done += bytesRead
      }
      return done
    },
    peek(position, length) {
      if (position < aheadFrom || position + length > aheadFrom + aheadLength) look(position, length)
      const from = position - aheadFrom
      return ahead.subarray(from, Math.max(from, Math.min(from + length, aheadLength)))
    },
    refresh() {
      size = fstatSync(fd).size
      aheadLength = 0
      return size
    },
    close() {
      if (open) closeSync(fd)
      open = false
    }
  }
}

export function unreadable(path: string, cause: unknown): Failed {
  const code = (cause as { code?: string }).code ?? ''
  const why: Record<string, string> = {
    ENOENT: 'does not exist',
    EACCES: 'may not be read by this user',
    EPERM: 'may not be read by this user',
    EISDIR: 'is a folder',
    EMFILE: 'could not be opened, because too many files are open'
  }
  const text = why[code] ?? `could not be read (${cause instanceof Error ? cause.message : String(cause)})`
  return new Failed('dataset.unreadable', `${path} ${text}.`, { cause })
}
