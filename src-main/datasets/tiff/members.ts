/** The files of an OME-TIFF set: found by their bare name beside the file that names them, or by their UUID when they were renamed; opened when needed. */
import { openSync, readdirSync, readSync, closeSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TiffDataBlock } from './ome-model'
import type { ForeignDecoder } from './read-plane'
import { openTiffFile, type TiffFile } from './tiff-file'

export interface Members {
  /** Number of the file that holds a block's planes, null where it is missing. */
  fileOf(block: TiffDataBlock | null): number | null
  /** Paths by number. */
  readonly paths: readonly string[]
  /** Null where the file is gone or no TIFF. */
  open(number: number): Promise<TiffFile | null>
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
  const open = new Map<number, Promise<TiffFile | null>>()
  if (first.file !== null) open.set(0, Promise.resolve(first.file))
  let byUuid: Map<string, string> | null = null

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

  return {
    paths,
    missing,
    notes,
    fileOf(block) {
      if (block === null || (block.uuid === null && block.fileName === null))
        return first.file === null ? null : 0
      const key = `${block.uuid ?? ''}|${block.fileName ?? ''}`
      const known = byKey.get(key)
      if (known !== undefined) return known
      const found = find(block)
      byKey.set(key, found)
      return found
    },
    open(number) {
      const held = open.get(number)
      if (held !== undefined) {
        if (number !== 0) {
          open.delete(number) // newest last
          open.set(number, held)
        }
        return held
      }
      const path = paths[number]
      const opening =
        path === undefined || !isFile(path) ? Promise.resolve(null) : openTiffFile(path, foreign)
      open.set(number, opening)
      if (open.size > MOST_OPEN) closeOldest(open)
      return opening
    },
    close() {
      for (const file of open.values()) void file.then((each) => each?.close(), ignoreFailedOpen)
      open.clear()
    }
  }
}

/** A file that did not open has nothing to close; whoever asked for it has heard of it. */
const ignoreFailedOpen = (): void => undefined

function closeOldest(open: Map<number, Promise<TiffFile | null>>): void {
  for (const [number, file] of open) {
    if (number === 0) continue
    open.delete(number)
    void file.then((each) => each?.close(), ignoreFailedOpen)
    return
  }
}
