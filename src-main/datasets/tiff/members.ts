/** The files of an OME-TIFF set: found by their bare name beside the file that names them, or by their UUID when they were renamed; opened when needed. */
import { openSync, readdirSync, readSync, closeSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Failed } from '../../../src-preload/contract/failure'
import type { TiffDataBlock } from './ome-model'
import type { ForeignDecoder } from './read-plane'
import { openTiffFile, type TiffFile } from './tiff-file'

export interface Members {
  /** Number of the file that holds a block's planes, null where it is missing. */
  fileOf(block: TiffDataBlock | null): number | null
  /** Paths by number. */
  readonly paths: readonly string[]
  /** Does work with a file, which stays open that long; null where it is gone, damaged or no TIFF. */
  use<T>(number: number, work: (file: TiffFile | null) => Promise<T>): Promise<T>
  /** Why a file could not be used, in a sentence. */
  whyNot(number: number): string
  /** Names of files that were not found. */
  readonly missing: ReadonlySet<string>
  /** Sentences about files found under another name. */
  readonly notes: readonly string[]
  close(): void
}

const MOST_OPEN = 48
const MOST_SEARCHED = 5_000
const START = 65_536

/** The name alone, whatever folders the file writes before it: a set lies in one folder, and no link leads out of it. */
export const bareName = (name: string): string => name.split(/[\\/]/).pop() ?? ''

/** UUID at the root of the OME block in the first bytes of a file, '' where there is none. */
export function uuidInside(path: string): string {
  const fd = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(START)
    const text = bytes.toString('latin1', 0, readSync(fd, bytes, 0, START, 0))
    return /<(?:\w+:)?OME\b[^>]*\bUUID="([^"]*)"/.exec(text)?.[1]?.trim() ?? ''
  } finally {
    closeSync(fd)
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

/** `first` is the file that was opened; its blocks without a file name are its own. */
export function members(
  first: { readonly path: string; readonly uuid: string | null; readonly file: TiffFile | null },
  foreign: ForeignDecoder
): Members {
  const folder = dirname(first.path)
  const paths: string[] = [first.path]
  const byKey = new Map<string, number | null>()
  const missing = new Set<string>()
  const notes: string[] = []
  const broken = new Map<number, string>()
  const open = new Map<number, Member>()
  if (first.file !== null) open.set(0, { file: Promise.resolve(first.file), users: 0 })
  let byUuid: Map<string, string> | null = null
  let last: (Pick<TiffDataBlock, 'uuid' | 'fileName'> & { readonly number: number | null }) | null = null

  function searched(): Map<string, string> {
    if (byUuid !== null) return byUuid
    const found = new Map<string, string>()
    const names = readdirSync(folder).filter((name) => /\.(tiff?|tf[28]|btf|ome)$/i.test(name))
    for (const name of names.slice(0, MOST_SEARCHED)) {
      const path = join(folder, name)
      const uuid = isFile(path) ? uuidInside(path) : ''
      if (uuid !== '' && !found.has(uuid)) found.set(uuid, path)
    }
    byUuid = found
    return found
  }

  function number(path: string): number {
    const known = paths.indexOf(path)
    return known >= 0 ? known : paths.push(path) - 1
  }

  function find(block: TiffDataBlock): number | null {
    if (block.uuid !== null && block.uuid !== '' && block.uuid === first.uuid && first.file !== null) return 0
    const name = bareName(block.fileName ?? '')
    const named = name === '' ? null : join(folder, name)
    if (named !== null && isFile(named)) {
      const uuid = block.uuid === null ? '' : named === first.path ? (first.uuid ?? '') : uuidInside(named)
      const other = uuid === '' || uuid === block.uuid ? undefined : searched().get(block.uuid ?? '')
      if (other === undefined) return number(named)
      notes.push(
        `${name} has changed places with another file of the set; its planes are read from ${bareName(other)}.`
      )
      return number(other)
    }
    const renamed = block.uuid === null ? undefined : searched().get(block.uuid)
    if (renamed !== undefined) {
      if (name !== '') notes.push(`${name} was renamed; its planes are read from ${bareName(renamed)}.`)
      return number(renamed)
    }
    missing.add(name === '' ? (block.uuid ?? 'a file without a name') : name)
    return null
  }

  function held(number: number): Member {
    const known = open.get(number)
    const member = known ?? { file: opened(number), users: 0 }
    open.delete(number) // newest last
    open.set(number, member)
    return member
  }

  /** A damaged member costs its own planes, not the set. */
  async function opened(number: number): Promise<TiffFile | null> {
    const path = paths[number]
    if (path === undefined || !isFile(path)) return null
    try {
      return await openTiffFile(path, foreign)
    } catch (error) {
      if (!(error instanceof Failed)) throw error
      broken.set(number, error.message)
      return null
    }
  }

  return {
    paths,
    missing,
    notes,
    fileOf(block) {
      if (block === null || (block.uuid === null && block.fileName === null))
        return first.file === null ? null : 0
      // a hundred thousand blocks may name one file, one after the other
      if (last?.uuid === block.uuid && last.fileName === block.fileName) return last.number
      const key = `${block.uuid ?? ''}|${block.fileName ?? ''}`
      const known = byKey.get(key)
      const found = known === undefined ? find(block) : known
      byKey.set(key, found)
      last = { uuid: block.uuid, fileName: block.fileName, number: found }
      return found
    },
    async use(number, work) {
      const member = held(number)
      member.users++
      try {
        return await work(await member.file)
      } finally {
        member.users--
        closeIdle(open)
      }
    },
    whyNot: (number) =>
      broken.get(number) ?? `${paths[number] ?? 'A file of the set'} is missing or no TIFF.`,
    close() {
      for (const { file } of open.values()) void file.then((each) => each?.close())
      open.clear()
    }
  }
}

/** An open file and how many are reading from it at the moment: only an idle one may be closed. */
interface Member {
  readonly file: Promise<TiffFile | null>
  users: number
}

function closeIdle(open: Map<number, Member>): void {
  for (const [number, { file, users }] of open) {
    if (open.size <= MOST_OPEN) return
    if (number === 0 || users > 0) continue
    open.delete(number)
    void file.then((each) => each?.close())
  }
}
