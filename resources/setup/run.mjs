// Runs other programs so that none outlives its time, nor us.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { root, SetupError } from './places.mjs'

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()
/** @type {import('node:child_process').ChildProcess | undefined} */
let foreground

/**
 * Ends a program and all that it started: each has a process group of its own.
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function end(child, signal) {
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') child.kill(signal)
    else process.kill(-child.pid, signal)
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error // ESRCH: it is gone already
  }
}

for (const [signal, number] of /** @type {const} */ ([
  ['SIGINT', 2],
  ['SIGTERM', 15],
  ['SIGHUP', 1]
]))
  process.on(signal, () => {
    if (foreground !== undefined) {
      // It decides when to end, and may have a recording to finish. At a terminal Ctrl-C has reached it already.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) foreground.kill(signal)
      return
    }
    for (const child of running) end(child, 'SIGTERM')
    process.exit(128 + number)
  })
process.on('exit', () => {
  for (const child of running) end(child, 'SIGKILL')
})

/**
 * @typedef {{
 *   cwd?: string, env?: NodeJS.ProcessEnv, minutes?: number,
 *   output?: 'show' | 'keep'
 * }} RunOptions
 * `output: 'keep'` hands back what it printed instead of showing it.
 */

/**
 * Never rejects for what the program did: the code is 127 when it could not be started, 124 when its time was over.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, text: string }>}
 */
export function run(command, args, { cwd, env = process.env, minutes = 10, output = 'show' } = {}) {
  return new Promise((resolve) => {
    const shown = output === 'show'
    const child = spawn(command, args, {
      cwd,
      env,
      detached: process.platform !== 'win32',
      shell: process.platform === 'win32' && !command.endsWith('.exe'), // npm is a .cmd there
      stdio: ['ignore', shown ? 'inherit' : 'pipe', shown ? 'inherit' : 'pipe']
    })
    running.add(child)
    let text = ''
    let late = false
    child.stdout?.setEncoding('utf8').on('data', (/** @type {string} */ part) => (text += part))
    child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ part) => (text += part))
    const timer = setTimeout(() => {
      late = true
      end(child, 'SIGKILL')
    }, minutes * 60_000)
    /** @param {number} code */
    const finish = (code) => {
      clearTimeout(timer)
      if (running.delete(child)) end(child, 'SIGKILL') // what it left behind in its group
      resolve({ code, text })
    }
    child.on('error', (error) => {
      text += error.message
      finish(127)
    })
    child.on('close', (code) => finish(late ? 124 : (code ?? 1)))
  })
}

/**
 * Runs the program that all was prepared for, at the same terminal; resolves with its exit code.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, noise?: RegExp }} [options] lines of its stderr that match `noise` are left out
 * @returns {Promise<number>}
 */
export function inForeground(command, args, { env = process.env, noise } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['inherit', 'inherit', 'pipe'] })
    foreground = child
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (!noise?.test(line)) process.stderr.write(`${line}\n`)
    })
    child.on('error', (error) => reject(new SetupError(`${command} could not be started: ${error.message}`)))
    child.on('close', (code) => {
      foreground = undefined
      resolve(code ?? 1)
    })
  })
}

/**
 * Runs a program that has to succeed; otherwise `what` and the last it printed are the error.
 * @param {string} what
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export async function must(what, command, args, options) {
  const { code, text } = await run(command, args, options)
  if (code === 0) return text
  const late = code === 124 ? ' (it took too long)' : ''
  throw new SetupError(`${what} failed${late}: ${command} ${args.join(' ')}\n${text.trim().slice(-2000)}`)
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
export async function works(command, args) {
  return (await run(command, args, { output: 'keep', minutes: 1 })).code === 0
}
