// Asks the outside judges (test/conformance) about a dataset on disk.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { judgesEnv } from '../../resources/setup/judges.mjs'
import { root } from '../../resources/setup/places.mjs'

export interface Verdict {
  readonly path: string
  readonly format: 'OME-TIFF' | 'OME-Zarr' | null
  readonly passed: readonly string[]
  readonly failed: readonly {
    readonly rule: string
    readonly count: number
    readonly details: readonly { readonly where: string; readonly found: unknown; readonly wanted: unknown }[]
  }[]
  readonly skipped: Readonly<Record<string, string>>
  readonly notes: readonly string[]
  /** Rules on which no judge got as far as a verdict. */
  readonly unreached: readonly string[]
}

export interface JudgeOptions {
  /** What was acquired: a file in the kit's expect.json form, or its content. */
  readonly expect?: string | object
  readonly bioformats?: 'auto' | 'require' | 'off'
}

const kit = join(root, 'test/conformance')
const env = { ...process.env, ...judgesEnv }

/** The Python that has tifffile, zarr, tensorstore and the other judges. */
export function judgesPython(): string {
  const python = join(judgesEnv.OME_CONFORMANCE_HOME, 'bin/python')
  if (existsSync(python)) return python
  throw new Error(`The judges are not installed; npm test does it, or: bash ${join(kit, 'setup.sh')}`)
}

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a script of the kit, or any other, with the judges' Python. */
export function runPython(args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const limits = { env, timeout: 240_000, maxBuffer: 64 * 1024 * 1024 }
    execFile(judgesPython(), [...args], limits, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number')
        reject(
          new Error(`The judges' Python could not be run or took too long: ${error.message}`, {
            cause: error
          })
        )
      else resolve({ code: Number(error?.code ?? 0), stdout, stderr })
    })
  })
}

/** The whole verdict; a dataset that fails rules is an answer, not an error. */
export async function judge(path: string, options: JudgeOptions = {}): Promise<Verdict> {
  const { expect, bioformats = 'require' } = options
  const folder = await mkdtemp(join(tmpdir(), 'benchframe-judge-'))
  try {
    const args = [join(kit, 'check.py'), path, '--json', '--bioformats', bioformats]
    if (typeof expect === 'string') args.push('--expect', expect)
    else if (expect !== undefined) {
      const file = join(folder, 'expect.json')
      await writeFile(file, JSON.stringify(expect))
      args.push('--expect', file)
    }
    const { code, stdout, stderr } = await runPython(args)
    if (code !== 0 && code !== 1) throw new Error(`check.py ended with ${code}: ${stderr.trim()}`)
    return JSON.parse(stdout) as Verdict
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** One line for each failed rule, for a test that wants none: expect(complaints(verdict)).toEqual([]). */
export function complaints({ failed }: Verdict): string[] {
  return failed.map(({ rule, details: [first] }) => {
    const { where, found, wanted } = first ?? { where: '?', found: undefined, wanted: undefined }
    return `${rule}: ${where}: found ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`
  })
}
