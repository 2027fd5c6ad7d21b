// npm packages: installed from the lock file when node_modules is not what the lock says.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, say } from './places.mjs'
import { must } from './run.mjs'

/** @typedef {{ packages: Record<string, { version?: string, integrity?: string, optional?: boolean }> }} Lock */

/** @param {string} file @returns {Lock} */
const read = (file) => JSON.parse(readFileSync(file, 'utf8'))

/** npm keeps in node_modules a lock file of what it installed there. */
export function packagesMatch() {
  const installed = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(installed)) return false
  const there = read(installed).packages
  return Object.entries(read(join(root, 'package-lock.json')).packages).every(([path, wanted]) => {
    if (path === '') return true // the checkout itself
    const found = there[path]
    if (found === undefined) return wanted.optional === true // an optional one for another system
    return found.version === wanted.version && found.integrity === wanted.integrity
  })
}

export async function ensurePackages() {
  if (packagesMatch()) return
  say('Set-up: installing the npm packages of package-lock.json')
  const env = { ...process.env, ELECTRON_SKIP_BINARY_DOWNLOAD: '1' }
  await must('Installing the npm packages', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env,
    minutes: 15
  })
}
