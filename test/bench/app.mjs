// npm run bench -- app [--quick]: the real app under a full-rate run, with its display on and off, and its start.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { build } from '../../resources/setup/build.mjs'
import { ensureDisplay } from '../../resources/setup/display.mjs'
import { electronEnv, ensureElectron } from '../../resources/setup/electron-runtime.mjs'
import { root } from '../../resources/setup/places.mjs'

/** @param {readonly string[]} args */
export const benchApp = (args) =>
  onRealApp('test/config/bench.config.ts', {
    BENCH_MATCH: '{app,display,start}.bench.ts',
    ...(args.includes('--quick') ? { BENCH_QUICK: '1' } : {})
  })

/**
 * Runs a Playwright configuration on the built app, with a display where there is none.
 * @param {string} config @param {Readonly<Record<string, string>>} [more] @returns {Promise<number>}
 */
export async function onRealApp(config, more = {}) {
  if (!(await build())) return 1
  const electron = electronEnv(await ensureElectron())
  const display = await ensureDisplay()
  const env = {
    ...process.env,
    ...electron,
    ...display.env,
    ...more
  }
  try {
    return await new Promise((resolve, reject) => {
      const program = join(root, 'node_modules/@playwright/test/cli.js')
      const child = spawn(process.execPath, [program, 'test', '-c', config], {
        cwd: root,
        env,
        stdio: 'inherit'
      })
      child.once('error', reject)
      child.once('close', (code) => resolve(code ?? 1))
    })
  } finally {
    display.stop()
  }
}
