/** Runs the command line as an outsider does: the committed wrapper in a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const WRAPPER = resolve(dirname(fileURLToPath(import.meta.url)), '../../resources/bin/benchframe')

export interface CliResult {
  /** null: ended by a signal. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunningCli {
  readonly process: ChildProcess
  readonly done: Promise<CliResult>
  /** Lines of stdout so far. */
  lines(): readonly string[]
}

export function startCli(args: readonly string[]): RunningCli {
  const child = spawn(process.execPath, [WRAPPER, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()))
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()))
  const done = new Promise<CliResult>((answer, fail) => {
    child.once('error', fail)
    child.once('close', (code) => answer({ code, stdout, stderr }))
  })
  return { process: child, done, lines: () => stdout.split('\n').filter((line) => line !== '') }
}

export const runCli = (...args: readonly string[]): Promise<CliResult> => startCli(args).done

export interface Expected {
  readonly images: readonly { readonly shape: readonly number[] }[]
  readonly frames: readonly {
    readonly index: readonly number[]
    readonly sha256: string
    readonly metadata: Readonly<Record<string, unknown>>
  }[]
}

export const readExpected = (path: string): Expected => JSON.parse(readFileSync(path, 'utf8')) as Expected
