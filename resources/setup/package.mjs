// `npm run package`: the app as a folder that runs by itself, in dist/, with the Electron runtime that is there.
import { join } from 'node:path'
import { build } from './build.mjs'
import { ensureElectron } from './electron-runtime.mjs'
import { ensurePackages } from './packages.mjs'
import { asProgram, root, say, SetupError } from './places.mjs'
import { must } from './run.mjs'

await asProgram(async () => {
  await ensurePackages()
  if (!(await build())) return 1
  const { folder, version, from } = await ensureElectron()
  if (!/^\d/.test(version)) throw new SetupError(`${folder} does not say which version of Electron it is.`)
  say(`Packaging with Electron ${version} (${from})`)
  const builder = join(root, 'node_modules/electron-builder/cli.js')
  const runtime = [`-c.electronDist=${folder}`, `-c.electronVersion=${version}`]
  const args = [
    builder,
    '--dir',
    '-c',
    'resources/electron-builder.yml',
    ...runtime,
    ...process.argv.slice(2)
  ]
  await must('Packaging', process.execPath, args, { cwd: root, minutes: 15 })
  return 0
})
