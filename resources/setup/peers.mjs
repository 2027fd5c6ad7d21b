// The Python programs and packages that stand in for hardware in the tests, in an install folder of their own outside the checkout.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cache, root, say } from './places.mjs'
import { must } from './run.mjs'

const home = process.env['BENCHFRAME_PEERS'] || join(cache, 'peers')
const python = join(home, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
const wanted = ['requirements.txt', 'requirements-old.txt'].map((name) => join(root, 'test/hardware', name))

export const peersEnv = { BENCHFRAME_PEERS: home, BENCHFRAME_PYTHON: python }

export async function ensurePeers() {
  const sum = createHash('sha256')
  for (const file of wanted) sum.update(readFileSync(file))
  const stamp = sum.digest('hex')
  const stampFile = join(home, 'stamp')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  say('Set-up: installing the peers of the device tests')
  rmSync(home, { recursive: true, force: true })
  const [current = '', old = ''] = wanted
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check']
  /** @param {string} program @param {readonly string[]} args */
  const step = (program, args) =>
    must('Installing the peers of the device tests', program, args, { output: 'keep', minutes: 10 })
  await step('python3', ['-m', 'venv', home])
  await step(python, [...install, '-r', current])
  await step(python, [...install, '--no-deps', '--target', join(home, 'old'), '-r', old])
  writeFileSync(stampFile, stamp)
}
