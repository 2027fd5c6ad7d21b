/** Runs a script as the main process of the Electron that the app runs on, and answers the first message that it sends. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureDisplay } from '../../resources/setup/display.mjs'
import { electronFlags, ensureElectron } from '../../resources/setup/electron-runtime.mjs'
import { bundle } from './bundle'

export async function inElectron(entry: string, env: Readonly<Record<string, string>>): Promise<unknown> {
  const [script, { executable }, display] = await Promise.all([
    bundle(entry),
    ensureElectron(),
    ensureDisplay()
  ])
  const userData = mkdtempSync(join(tmpdir(), 'benchframe-electron-'))
  const child = spawn(executable, [...electronFlags, `--user-data-dir=${userData}`, script], {
    env: { ...process.env, ...display.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced'
  })
  let errors = ''
  child.stderr?.on('data', (part: Buffer) => (errors = (errors + part.toString()).slice(-2000)))
  const ended = once(child, 'exit')
  try {
    return await Promise.race([
      once(child, 'message').then(([message]) => message as unknown),
      ended.then(([code]) => {
        throw new Error(`Electron ended with ${String(code)}: ${errors}`)
      })
    ])
  } finally {
    child.kill('SIGKILL')
    await ended
    display.stop()
    rmSync(userData, { recursive: true, force: true })
  }
}
