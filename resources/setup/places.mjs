// Where things are: the checkout, what is built, and the cache that outlives a checkout.
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')
export const built = join(root, 'out')
export const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'benchframe')
export const judges = join(cache, 'judges')

export const isLinux = process.platform === 'linux'
export const isRoot = process.getuid?.() === 0
export const hasDisplay = !isLinux || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'])

/** @param {string} line */
export function say(line) {
  process.stdout.write(`${line}\n`)
}

/** An error whose message alone tells the user what to do; it is shown without a stack. */
export class SetupError extends Error {}

/**
 * Runs a command's main function; its result is the exit code.
 * @param {() => Promise<number>} main
 */
export async function asProgram(main) {
  try {
    process.exitCode = await main()
  } catch (error) {
    const text =
      error instanceof SetupError ? error.message : error instanceof Error ? error.stack : String(error)
    process.stderr.write(`${text}\n`)
    process.exitCode = 1
  }
}
