// What the operating system must bring, and on Debian and its kin by which packages.
import { existsSync } from 'node:fs'
import { isLinux, isRoot, say, SetupError } from './places.mjs'
import { must, run, works } from './run.mjs'

/**
 * @typedef {{ packages: readonly string[], missing: () => Promise<boolean> }} Need
 * `packages` are alternatives: newer releases renamed some.
 */

/** @param {string} name */
async function isInstalled(name) {
  const { code, text } = await run('dpkg-query', ['-W', '-f', '${Status}', name], { output: 'keep' })
  return code === 0 && text.endsWith('ok installed')
}

/** @param {readonly string[]} packages @returns {Need} */
const library = (...packages) => ({
  packages,
  missing: async () => !(await Promise.all(packages.map(isInstalled))).includes(true)
})

/** @param {readonly [string, ...string[]]} command @param {readonly string[]} packages @returns {Need} */
const program = ([name, ...args], ...packages) => ({
  packages,
  missing: async () => !(await works(name, args))
})

const pythonWithVenv = 'import sys, venv, ensurepip; assert sys.version_info >= (3, 11)'

/** To show a window, to list serial ports (udevadm), and to unpack the runtime where it can't be downloaded (pip). */
const forWindow = [
  library('libgtk-3-0', 'libgtk-3-0t64'),
  library('libnss3'),
  library('libasound2', 'libasound2t64'),
  library('libgbm1'),
  program(['udevadm', '--version'], 'udev'),
  program(['python3', '--version'], 'python3'),
  program(['python3', '-m', 'pip', '--version'], 'python3-pip')
]

/** For tests: a display without a screen, and what the judges of written datasets run on. */
const forTests = [
  program(['Xvfb', '-help'], 'xvfb'),
  program(['xauth', '-V'], 'xauth'),
  // The fake GigE Vision camera brings the library with it.
  program(['which', 'arv-fake-gv-camera-0.8'], 'aravis-tools'),
  program(['python3', '-c', pythonWithVenv], 'python3-venv'),
  program(['javac', '-version'], 'openjdk-17-jdk-headless', 'default-jdk-headless')
]

const groups = { window: forWindow, tests: [...forWindow, ...forTests] }

/** @param {readonly string[]} alternatives */
async function available(alternatives) {
  for (const name of alternatives)
    if (/Candidate: \d/.test((await run('apt-cache', ['policy', name], { output: 'keep' })).text)) return name
  return alternatives[0] ?? ''
}

/**
 * Brings what is missing as root, and otherwise ends with the one line that root has to run.
 * @param {keyof typeof groups} group
 */
export async function ensureSystemPackages(group) {
  if (!isLinux || !existsSync('/usr/bin/apt-get')) return // elsewhere a missing program says so itself
  const needs = await Promise.all(groups[group].map(async (need) => ({ ...need, is: await need.missing() })))
  const missing = needs.filter((need) => need.is)
  if (missing.length === 0) return
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  if (isRoot) {
    say('Set-up: reading the list of Debian packages')
    await must('Reading the list of Debian packages', 'apt-get', ['update', '-qq'], { output: 'keep', env })
  }
  const names = await Promise.all(missing.map((need) => available(need.packages)))
  const install = ['install', '-y', '-qq', '--no-install-recommends', ...names]
  if (!isRoot)
    throw new SetupError(
      `Some Debian packages are missing. Install them with this line, then run the command again:\n` +
        `  sudo apt-get install -y --no-install-recommends ${names.join(' ')}`
    )
  say(`Set-up: installing the Debian packages ${names.join(' ')}`)
  const options = ['-o', 'DPkg::Lock::Timeout=120']
  await must('Installing the Debian packages', 'apt-get', [...options, ...install], {
    output: 'keep',
    env,
    minutes: 15
  })
}
