// Builds out/ when its sources are no longer what it was built from.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asProgram, built, root, say } from './places.mjs'
import { ensurePackages } from './packages.mjs'
import { run } from './run.mjs'

const stamp = join(built, '.built-from')
const folders = ['src-main', 'src-preload', 'src-renderer']
const files = ['electron.vite.config.ts', 'package.json', 'package-lock.json']

/** A sum over all that the build reads: times mean little after a checkout. */
function sourceSum() {
  const sum = createHash('sha256')
  const inside = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
  )
  for (const file of [...inside.sort(), ...files.map((name) => join(root, name))])
    sum
      .update(`${file.slice(root.length)}\0`)
      .update(readFileSync(file))
      .update('\0')
  return sum.digest('hex')
}

export const isBuilt = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === sourceSum()

/** @param {string} fresh */
function putInPlace(fresh) {
  const old = `${fresh}-old`
  for (let tries = 3; ; tries--)
    try {
      if (existsSync(built)) renameSync(built, old)
      renameSync(fresh, built)
      return
    } catch (error) {
      if (tries === 0) throw error // else another build put its own in place between the two lines
    } finally {
      rmSync(old, { recursive: true, force: true })
    }
}

/** @param {{ always?: boolean }} [options] @returns {Promise<boolean>} whether out/ is what the sources say */
export async function build({ always = false } = {}) {
  if (!always && isBuilt()) return true
  say('Building the app')
  const sum = sourceSum()
  // Built aside and put in place whole: a build that fails, or runs beside another, harms nobody.
  const fresh = join(root, 'node_modules', `.benchframe-out-${process.pid}`)
  const vite = join(root, 'node_modules/electron-vite/bin/electron-vite.js')
  try {
    const env = { ...process.env, BENCHFRAME_OUT: fresh, NO_COLOR: '1' }
    const { code, text } = await run(process.execPath, [vite, 'build'], { cwd: root, env, output: 'keep' })
    if (code !== 0) {
      process.stderr.write(`${text.trim()}\nThe build failed.\n`)
      return false
    }
    writeFileSync(join(fresh, '.built-from'), sum)
    putInPlace(fresh)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
  return true
}

if (process.argv[1] === import.meta.filename)
  await asProgram(async () => {
    await ensurePackages()
    const done = await build({ always: true })
    if (done) say('Built out/')
    return done ? 0 : 1
  })
