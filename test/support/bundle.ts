/** Bundles a TypeScript entry into one CommonJS file, so that a thread or child process of a test runs the code as it is, not as it was built last. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { rolldown } from 'rolldown'

const root = resolve(import.meta.dirname, '../..')
/** Native packages stay outside; below node_modules the bundle finds them. */
const outside = Object.keys(
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: Record<string, string> })
    .dependencies
)

const made = new Map<string, Promise<string>>()

/** Path of the bundle of `entry` (from the project's root), made once in this process. */
export function bundle(entry: string): Promise<string> {
  const known = made.get(entry) ?? make(entry)
  made.set(entry, known)
  return known
}

async function make(entry: string): Promise<string> {
  const cache = join(root, 'node_modules/.cache/benchframe-test')
  mkdirSync(cache, { recursive: true })
  const file = join(mkdtempSync(join(cache, 'bundle-')), `${basename(entry, '.ts')}.cjs`)
  const built = await rolldown({
    input: join(root, entry),
    platform: 'node',
    external: [/^node:/, 'electron', ...outside],
    logLevel: 'silent'
  })
  await built.write({ file, format: 'cjs', codeSplitting: false })
  await built.close()
  process.once('exit', () => {
    rmSync(dirname(file), { recursive: true, force: true })
  })
  return file
}
