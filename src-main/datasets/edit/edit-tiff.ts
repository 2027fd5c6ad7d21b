/** Edits the metadata of an OME-TIFF: of every file of a set that holds it, or of its companion. All files are prepared before the first one changes. */
import { existsSync, readdirSync, readFileSync, statSync, unlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Failed } from '../../../src-preload/contract/failure'
import { realDisk, replaceFile, writeAll } from '../../formats/disk'
import { foreignDecoder } from '../foreign-decoder'
import { looksLikeXml, wholeText } from '../tiff/description'
import { bareName, uuidInside } from '../tiff/members'
import { openTiffFile } from '../tiff/tiff-file'
import { editOme, type OmeInput } from './edit-ome'
import { omePlaces } from './ome-places'
import { prepareTiffPatch } from './tiff-patch'

/** How a set of files gets new metadata: all at once, and back. */
export interface Patch {
  commit(): void
  undo(): void
  close(): void
}

export interface Document {
  readonly path: string
  readonly text: string
  /** A companion is a text of its own; a TIFF has it in its first directory. */
  readonly isText: boolean
}

/** A longer text can't be held as one. */
const LONGEST = 400 << 20

export async function patchTiff(input: Omit<OmeInput, 'firstId' | 'makesPlanes'>): Promise<Patch> {
  const { dataset, changes } = input
  const documents = await documentsOf(dataset.path)
  const firstId = 1 + Math.max(...documents.map(({ text }) => omePlaces(text)?.lastId ?? -1))
  const results = documents.map((document, i) => ({
    ...document,
    result: editOme(document.text, { ...input, firstId, makesPlanes: i === 0 })
  }))
  const placed = new Set(results.flatMap(({ result }) => [...result.frames]))
  const homeless = changes.frames.find(({ frame }) => !placed.has(frame))
  if (homeless !== undefined)
    throw new Failed(
      'dataset.unsupported',
      `${dataset.path} has no place for a value of frame ${homeless.frame}.`
    )
  const patches: Patch[] = []
  try {
    for (const { path, isText, result } of results)
      patches.push(isText ? textPatch(path, result.text) : prepareTiffPatch(path, utf8(result.text)))
  } catch (error) {
    for (const patch of patches) patch.close()
    throw error
  }
  return together(patches)
}

/** When one of several can't be changed, those before it are changed back. */
export function together(patches: readonly Patch[]): Patch {
  return {
    commit() {
      const done: Patch[] = []
      try {
        for (const patch of patches) {
          patch.commit()
          done.push(patch)
        }
      } catch (error) {
        for (const patch of done) patch.undo()
        throw error
      }
    },
    undo: () => patches.forEach((patch) => patch.undo()),
    close: () => patches.forEach((patch) => patch.close())
  }
}

export function textPatch(path: string, text: string): Patch {
  const old = existsSync(path) ? readFileSync(path) : null
  const write = (bytes: Uint8Array): void =>
    replaceFile(realDisk, path, (fd) => writeAll(realDisk, fd, bytes, 0))
  return {
    commit: () => write(Buffer.from(text, 'utf8')),
    undo: () => (old === null ? unlinkSync(path) : write(old)),
    close: () => undefined
  }
}

/** What is written is UTF-8, whatever the text was before. */
const utf8 = (text: string): string =>
  text.replace(/^(\s*<\?xml[^>]*?encoding\s*=\s*)(["'])[^"']*\2/, '$1$2UTF-8$2')

/** The texts of a set that hold metadata of images: the one that was opened first, then those of the files that it names. */
export async function documentsOf(path: string): Promise<Document[]> {
  const first = await documentOf(path)
  if (first === null || omePlaces(first.text) === null)
    throw new Failed('dataset.unsupported', `${path} has no OME metadata that could be changed.`, {
      next: 'Convert it first; the copy can be edited.'
    })
  const others: Document[] = []
  for (const member of memberPaths(dirname(path), first.text)) {
    const document = member === path ? null : await documentOf(member)
    if (document !== null && omePlaces(document.text) !== null) others.push(document)
  }
  return [first, ...others]
}

const MEMBER = /<(?:\w+:)?UUID\b[^>]*\bFileName\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>([^<]*)</g

/** Files of a set that are there, also under another name than the metadata says. */
function memberPaths(folder: string, text: string): Set<string> {
  const found = new Set<string>()
  for (const [, a, b, uuid] of text.matchAll(MEMBER)) {
    const name = bareName(a ?? b ?? '')
    const isThere = name !== '' && statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true
    const now = isThere ? name : renamedMember(folder, (uuid ?? '').trim())
    if (now !== null) found.add(join(folder, now))
  }
  return found
}

/** The TIFF of a folder that says it has this UUID. */
export function renamedMember(folder: string, uuid: string): string | null {
  if (uuid === '') return null
  const names = readdirSync(folder).filter((name) => /\.(tiff?|tf[28]|btf)$/i.test(name))
  return names.find((name) => uuidInside(join(folder, name)) === uuid) ?? null
}

async function documentOf(path: string): Promise<Document | null> {
  const file = await openTiffFile(path, foreignDecoder)
  if (file === null) return { path, text: readFileSync(path, 'utf8'), isText: true }
  try {
    const range = file.descriptionRange
    if (range === null || !looksLikeXml(file.description)) return null
    if (range.length > LONGEST)
      throw new Failed('dataset.unsupported', `The metadata of ${path} is too long to be changed in place.`)
    return { path, text: await wholeText(file.source, range, LONGEST), isText: false }
  } finally {
    file.close()
  }
}
