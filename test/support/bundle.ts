/** Bundles a TypeScript entry into one CommonJS file, so that a thread or child process of a test runs the code as it is, not as it was built last. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { rolldown } from 'rolldown'

const made = new Map<string, Promise<string>>()

/** Path of the bundle of `entry` (from the project's root), made once in this process. */
export function bundle(entry: string): Promise<string> {
  const known = made.get(entry) ?? make(entry)
  made.set(entry, known)
  return known
}

async function make(entry: string): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), 'benchframe-bundle-')), `${basename(entry, '.ts')}.cjs`)
  const built = await rolldown({
    input: resolve(import.meta.dirname, '../..', entry),
    platform: 'node',
    external: [/^node:/, 'electron', 'serialport'],
    logLevel: 'silent'
  })
  await built.write({ file, format: 'cjs', codeSplitting: false })
  await built.close()
  return file
}
