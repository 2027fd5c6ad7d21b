// A display without a screen, for tests on machines that have none.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { hasDisplay, say, SetupError } from './places.mjs'

/** Makes the kernel end the X server with us, however we end. */
const withParent = existsSync('/usr/bin/setpriv') ? ['setpriv', '--pdeathsig', 'KILL'] : []

/**
 * Starts an X server on a free number where no display is there.
 * @returns {Promise<{ env: Record<string, string>, stop: () => void }>}
 */
export function ensureDisplay() {
  if (hasDisplay) return Promise.resolve({ env: {}, stop: () => undefined })
  const server = ['Xvfb', '-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp', '-noreset']
  const [command = '', ...args] = [...withParent, ...server]
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
    const stop = () => {
      child.kill('SIGKILL')
    }
    const timer = setTimeout(() => {
      stop()
      reject(new SetupError('Xvfb did not start within 20 s.'))
    }, 20_000)
    process.on('exit', stop)
    child.on('error', (error) => reject(new SetupError(`Xvfb could not be started: ${error.message}`)))
    child.on('exit', () => {
      clearTimeout(timer)
      reject(new SetupError('Xvfb ended before it was ready.')) // after it was ready this is without effect
    })
    child.stdio[3]?.once('data', (/** @type {Buffer} */ number) => {
      clearTimeout(timer)
      const DISPLAY = `:${number.toString().trim()}`
      say(`No display here: tests draw on a virtual one (${DISPLAY})`)
      resolve({ env: { DISPLAY }, stop })
    })
  })
}
