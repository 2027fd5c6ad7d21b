// `npm start`: brings what is missing, builds what is out of date, and shows the app. Where there is no display it
// records a short run with the simulated microscope instead, by the same code. Other arguments go on to the app.
import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { build } from './build.mjs'
import { electronEnv, electronFlags, ensureElectron } from './electron-runtime.mjs'
import { ensurePackages } from './packages.mjs'
import { asProgram, hasDisplay, root, say, SetupError } from './places.mjs'
import { inForeground } from './run.mjs'
import { ensureSystemPackages } from './system-packages.mjs'

const args = process.argv.slice(2)

/** What Chromium says of a machine without session bus or graphics card. It means nothing, and looks alarming. */
const places =
  'bus|viz_main_impl|gpu_memory_buffer_support_x11|angle_platform_impl|gl_utils|command_buffer_proxy_impl'
const noise = new RegExp(`^\\[\\d+:\\d+/[\\d.]+:ERROR:(${places})\\.cc`)

async function showWindow() {
  await ensureSystemPackages('window')
  const electron = await ensureElectron()
  say(`Starting Benchframe on Electron ${electron.version} (${electron.from})`)
  const env = { ...process.env, ...electronEnv(electron) }
  return inForeground(electron.executable, [...electronFlags, root, ...args], { env, noise })
}

async function recordWithoutWindow() {
  say('There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can be shown.')
  const folder = join(homedir(), 'Benchframe')
  await mkdir(folder, { recursive: true })
  const name = `example-${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}`
  const out = join(folder, name)
  say(`Recording 20 frames of the simulated microscope, one per trigger, to ${out}.ome.tiff and .ome.zarr`)
  const what = ['--frames', '20', '--size', '512x512', '--trigger', 'interval:100', '--format', 'both']
  const code = await inForeground(process.execPath, [
    join(root, 'resources/bin/benchframe'),
    'acquire',
    out,
    ...what,
    '--meta',
    'sample=simulated beads'
  ])
  if (code !== 0) throw new SetupError(`The recording ended with exit code ${code}.`)
  say('Look at it:          npx benchframe info ' + `${out}.ome.zarr --json`)
  say('See the window:      npm start on a computer with a screen, or here after logging in with ssh -X')
  return 0
}

await asProgram(async () => {
  await ensurePackages()
  if (!(await build())) return 1
  return hasDisplay ? showWindow() : recordWithoutWindow()
})
