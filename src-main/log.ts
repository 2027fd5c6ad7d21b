/** The log of the app: one text file beside the settings, cut in two when it grows, and stderr. */
import { appendFileSync, existsSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { inspect } from 'node:util'
import { makeFolders } from './formats/make-folders'

const MOST_BYTES = 2_000_000

export interface Log {
  (text: string, detail?: unknown): void
}

export function openLog(path: string): Log {
  makeFolders(dirname(path))
  if (existsSync(path) && statSync(path).size > MOST_BYTES) renameSync(path, `${path}.old`)
  return (text, detail) => {
    const line = `${new Date().toISOString()} ${text}${detail === undefined ? '' : ` ${inspect(detail)}`}\n`
    process.stderr.write(line)
    try {
      appendFileSync(path, line)
    } catch (error) {
      // The disk may be the very thing that is full; stderr has the line, and a log must never be the second failure.
      process.stderr.write(`the log can't be written: ${String(error)}\n`)
    }
  }
}
