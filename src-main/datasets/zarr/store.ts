/** Where the keys of a Zarr hierarchy are read from. Knows that no key leads out of the hierarchy. */
import { open, readdir, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { roomFor, unreadable } from '../byte-source'

export interface Found {
  readonly size: number
  /** Changes when the content may have changed. */
  readonly stamp: string
}

export interface Store {
  readonly root: string
  look(key: string): Promise<Found | null>
  /** All bytes, null where the key is absent. */
  get(key: string): Promise<Uint8Array | null>
  /** `length` bytes from `offset`, fewer at the end of the value; a negative offset counts from the end. */
  range(key: string, offset: number, length: number): Promise<Uint8Array | null>
  /** Names directly below a group. */
  list(key: string): Promise<readonly string[]>
  /** True where a key is inside the hierarchy, links followed. */
  inside(key: string): Promise<boolean>
  close(): void
}

/** Refuses keys that climb: R15. */
export function safeKey(key: string): string | null {
  const parts = key.split('/').filter((part) => part !== '' && part !== '.')
  return parts.includes('..') || key.startsWith('/') || /^[a-z]:|\\|\0/i.test(key) ? null : parts.join('/')
}

export const joinKey = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('/')

const absent = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes((error as { code?: string }).code ?? '')

/** Null where nothing is there; anything else that goes wrong names the path. */
async function orNull<T>(path: string, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    if (absent(error)) return null
    throw unreadable(path, error)
  }
}

export function folderStore(root: string): Store {
  const path = (key: string): string => join(root, ...key.split('/'))

  async function read(key: string, offset: number, most: number): Promise<Uint8Array> {
    const file = await open(path(key), 'r')
    try {
      const { size } = await file.stat()
      const from = offset < 0 ? Math.max(0, size + offset) : offset
      const bytes = roomFor(Math.max(0, Math.min(most, size - from)))
      let done = 0
      while (done < bytes.length) {
        const { bytesRead } = await file.read(bytes, done, bytes.length - done, from + done)
        if (bytesRead === 0) break
        done += bytesRead
      }
      return done === bytes.length ? bytes : bytes.subarray(0, done)
    } finally {
      await file.close()
    }
  }

  return {
    root,
    look: (key) =>
      orNull(path(key), async () => {
        const { size, mtimeMs, ino } = await stat(path(key))
        return { size, stamp: `${ino}:${size}:${mtimeMs}` }
      }),
    get: (key) => orNull(path(key), () => read(key, 0, Infinity)),
    range: (key, offset, length) => orNull(path(key), () => read(key, offset, length)),
    list: async (key) => (await orNull(path(key), () => readdir(path(key)))) ?? [],
    async inside(key) {
      const [top, place] = await Promise.all([realpath(root), orNull(path(key), () => realpath(path(key)))])
      return place === null || place === top || place.startsWith(top + sep)
    },
    close: () => undefined
  }
}
