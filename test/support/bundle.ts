/** Bundles TypeScript entries into CommonJS files, so that a thread or child process of a test runs the code as it is, not as it was built last. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { rolldown } from 'rolldown'

const root = resolve(import.meta.dirname, '../..')
/** Native packages stay outside; below node_modules the bundles find them. */
const outside = Object.keys(
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: Record<string, string> })
    .dependencies
)

const made = new Map<string, Promise<string>>()
let folder: string | null = null

/** One folder for all bundles of this process: threads that start threads look beside themselves. */
function bundles(): string {
  if (folder !== null) return folder
  const cache = join(root, 'node_modules/.cache/benchframe-test')
  mkdirSync(cache, { recursive: true })
  const own = (folder = mkdtempSync(join(cache, 'bundles-')))
  process.once('exit', () => {
    rmSync(own, { recursive: true, force: true })
  })
  return own
}

/** Path of the bundle of `entry` (from the project's root), made once in this process. */
export function bundle(entry: string): Promise<string> {
  const known = made.get(entry) ?? make(entry)
  made.set(entry, known)
  return known
}

/** The writer thread, with the threads that it starts beside it. */
export async function writerThread(): Promise<string> {
  const encoder = 'src-main/formats/ome-zarr/encoder-thread.ts'
  if (existsSync(join(root, encoder))) await bundle(encoder)
  return bundle('src-main/formats/writer-thread.ts')
}

async function make(entry: string): Promise<string> {
  const file = join(bundles(), `${basename(entry, '.ts')}.cjs`)
  const built = await rolldown({
    input: join(root, entry),
    platform: 'node',
    external: [/^node:/, 'electron', ...outside],
    logLevel: 'silent'
  })
  await built.write({ file, format: 'cjs', codeSplitting: false })
  await built.close()
  return file
}
