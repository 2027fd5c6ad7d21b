/**
 * Gives a TIFF a new description without touching a byte that is there: the new text and a copy of the first directory are put at the end, and when
 * they are safe on disk the header is pointed at them. That is one aligned word, so a crash leaves the old or the new metadata, never a mixture.
 */
import { closeSync, fdatasyncSync, fstatSync, openSync, readSync, writeSync } from 'node:fs'
import { Failed } from '../../../src-preload/contract/failure'
import { TAG } from '../tiff/tags'

export interface TiffPatch {
  /** Points the header at the new metadata. */
  commit(): void
  /** Points it back. */
  undo(): void
  close(): void
}

const CLASSIC_LIMIT = 2 ** 32
const ASCII = 2

interface Shape {
  readonly little: boolean
  readonly big: boolean
  readonly headerAt: number
  readonly wordBytes: number
  readonly countBytes: number
  readonly entryBytes: number
}

/** `undoable`: the text remembers where the directory before it is. */
export function prepareTiffPatch(path: string, description: string, undoable = false): TiffPatch {
  const fd = openWritable(path)
  try {
    const shape = shapeOf(fd)
    const old = read(fd, shape.headerAt, shape.wordBytes)
    const directory = readDirectory(fd, shape, number(old, 0, shape))
    const textAt = align(fstatSync(fd).size)
    const plain = description.replace(MARK, '')
    const marked = undoable ? plain + markFor(number(old, 0, shape)) : plain
    const text = Buffer.from(`${marked}\0`, 'utf8')
    const directoryAt = align(textAt + text.length)
    const end = directoryAt + directory.length
    if (!shape.big && end >= CLASSIC_LIMIT) {
      throw new Failed(
        'dataset.unsupported',
        `${path} is a classic TIFF of nearly 4 GB; nothing more fits into it.`,
        {
          next: 'Convert it first; a copy by Benchframe is a BigTIFF.'
        }
      )
    }
    repoint(directory, shape, text.length, textAt, path)
    const tail = Buffer.alloc(end - textAt)
    text.copy(tail, 0)
    directory.copy(tail, directoryAt - textAt)
    write(fd, tail, textAt)
    fdatasyncSync(fd)
    const fresh = Buffer.alloc(shape.wordBytes)
    put(fresh, 0, directoryAt, shape)
    const point = (word: Buffer): void => {
      write(fd, word, shape.headerAt)
      fdatasyncSync(fd)
    }
    return { commit: () => point(fresh), undo: () => point(old), close: () => closeSync(fd) }
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

function openWritable(path: string): number {
  try {
    return openSync(path, 'r+')
  } catch (cause) {
    throw new Failed('folder.unwritable', `${path} can't be changed: the system does not allow it.`, {
      cause
    })
  }
}

function shapeOf(fd: number): Shape {
  const head = read(fd, 0, 8)
  const little = head.toString('latin1', 0, 2) === 'II'
  const big = (little ? head.readUInt16LE(2) : head.readUInt16BE(2)) === 43
  return big
    ? { little, big, headerAt: 8, wordBytes: 8, countBytes: 8, entryBytes: 20 }
    : { little, big, headerAt: 4, wordBytes: 4, countBytes: 2, entryBytes: 12 }
}

function readDirectory(fd: number, shape: Shape, at: number): Buffer {
  const head = read(fd, at, shape.countBytes)
  const count = shape.big
    ? number(head, 0, shape)
    : shape.little
      ? head.readUInt16LE(0)
      : head.readUInt16BE(0)
  const length = shape.countBytes + count * shape.entryBytes + shape.wordBytes
  if (count > 65_535) throw new Failed('dataset.unreadable', 'The first directory of the file is damaged.')
  return read(fd, at, length)
}

/** Values inside the entries travel with the copy; only the description's place is another. */
function repoint(directory: Buffer, shape: Shape, length: number, at: number, path: string): void {
  const u16 = (from: number): number =>
    shape.little ? directory.readUInt16LE(from) : directory.readUInt16BE(from)
  for (
    let entry = shape.countBytes;
    entry + shape.entryBytes + shape.wordBytes <= directory.length;
    entry += shape.entryBytes
  ) {
    if (u16(entry) !== TAG.imageDescription) continue
    if (u16(entry + 2) !== ASCII) directory[entry + (shape.little ? 2 : 3)] = ASCII
    put(directory, entry + 4, length, shape)
    put(directory, entry + 4 + shape.wordBytes, at, shape)
    return
  }
  throw new Failed('dataset.unsupported', `${path} has no description that could be changed.`)
}

const align = (at: number): number => Math.ceil(at / 16) * 16

function number(bytes: Buffer, at: number, { little, big }: Shape): number {
  if (big) return Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at))
  return little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)
}

function put(bytes: Buffer, at: number, value: number, { little, big }: Shape): void {
  if (big && little) bytes.writeBigUInt64LE(BigInt(value), at)
  else if (big) bytes.writeBigUInt64BE(BigInt(value), at)
  else if (little) bytes.writeUInt32LE(value, at)
  else bytes.writeUInt32BE(value, at)
}

function read(fd: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  if (readSync(fd, bytes, 0, length, at) < length)
    throw new Failed('dataset.unreadable', 'The file ends within its first directory.')
  return bytes
}

function write(fd: number, bytes: Buffer, at: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, at + done)
}

// The text says where the directory before it is, so that the change can be taken back at any time; XML allows a comment behind its root.
const MARK = /\n<!-- benchframe: before this change the first directory was at byte (\d+) -->\s*$/

const markFor = (before: number): string =>
  `\n<!-- benchframe: before this change the first directory was at byte ${before} -->`

/** Takes the last change of a file back; false where there was none. */
export function pointBack(path: string): boolean {
  const fd = openWritable(path)
  try {
    const shape = shapeOf(fd)
    const at = number(read(fd, shape.headerAt, shape.wordBytes), 0, shape)
    const before = markOf(fd, shape, at)
    if (before === null || before >= at) return false
    const word = Buffer.alloc(shape.wordBytes)
    put(word, 0, before, shape)
    write(fd, word, shape.headerAt)
    fdatasyncSync(fd)
    return true
  } finally {
    closeSync(fd)
  }
}

/** The mark stands in the last bytes of the description. */
function markOf(fd: number, shape: Shape, directoryAt: number): number | null {
  const directory = readDirectory(fd, shape, directoryAt)
  const u16 = (from: number): number =>
    shape.little ? directory.readUInt16LE(from) : directory.readUInt16BE(from)
  for (
    let entry = shape.countBytes;
    entry + shape.entryBytes <= directory.length;
    entry += shape.entryBytes
  ) {
    if (u16(entry) !== TAG.imageDescription) continue
    const length = number(directory, entry + 4, shape)
    const at = number(directory, entry + 4 + shape.wordBytes, shape)
    const from = Math.max(0, length - 200)
    if (length < 100) return null
    const told = MARK.exec(read(fd, at + from, length - from - 1).toString('latin1'))?.[1]
    return told === undefined ? null : Number(told)
  }
  return null
}

/** Whether the last change of a file can be taken back. */
export function canPointBack(path: string): boolean {
  const fd = openSync(path, 'r')
  try {
    const shape = shapeOf(fd)
    const at = number(read(fd, shape.headerAt, shape.wordBytes), 0, shape)
    return markOf(fd, shape, at) !== null
  } finally {
    closeSync(fd)
  }
}
