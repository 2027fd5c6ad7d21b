/** Where a recording goes: folder, prefix and a number that is not taken. The writers create exclusively, so a name that gets taken in between only costs a retry. */
import { accessSync, constants, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Failed } from '../src-preload/contract/failure'
import { makeFolders } from './formats/make-folders'

/** Names that no file may have on Windows; a dataset should survive a move to any disk. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i
const ILLEGAL = /[<>:"/\\|?*\u0000-\u001f]/

/** Throws `argument.invalid` with the reason when `prefix` can't be part of a file name on every system. */
export function checkPrefix(prefix: string): void {
  const refuse = (why: string): never => {
    throw new Failed('argument.invalid', `The name "${prefix}" ${why}.`, {
      next: 'Use letters, digits, spaces, dots, dashes and underscores.'
    })
  }
  if (prefix.trim() === '') refuse('is empty')
  if (ILLEGAL.test(prefix)) refuse('has a character that file names may not have')
  if (RESERVED.test(prefix)) refuse('is reserved on Windows')
  if (prefix.startsWith('.') || /[. ]$/.test(prefix))
    refuse('starts with a dot, or ends with a dot or a space')
  if (Buffer.byteLength(prefix) > 180) refuse('is too long')
}

/** `folder/prefix_001` with the first number above all that are there. Creates the folder. */
export function nextRoot(folder: string, prefix: string): string {
  checkPrefix(prefix)
  makeWritable(folder)
  const taken = readdirSync(folder)
    .filter((name) => name.startsWith(`${prefix}_`))
    .map((name) => Number(/^\d+/.exec(name.slice(prefix.length + 1))?.[0] ?? 0))
  const next = Math.max(0, ...taken) + 1
  return join(folder, `${prefix}_${String(next).padStart(3, '0')}`)
}

/** Makes the folder and tells in plain words when nothing can be written there. */
export function makeWritable(folder: string): void {
  try {
    makeFolders(folder)
    accessSync(folder, constants.W_OK)
  } catch (error) {
    throw new Failed('folder.unwritable', `Nothing can be written to the folder ${folder}.`, {
      next: 'Choose another folder, or change its permissions.',
      detail: String(error)
    })
  }
}
