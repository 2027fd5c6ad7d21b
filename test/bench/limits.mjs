// npm run bench -- limits: what is left after a kill, after a full disk and of unusual values, ours beside the peers', seen by the same outside readers.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from '../../resources/setup/places.mjs'
import { bundleOurs } from './bundle.mjs'
import { ensurePeers, peersPython } from './peers.mjs'

const reader = join(root, 'test/bench/limits.py')
const PEERS = ['ow-tifffile', 'ow-tensorstore', 'ow-acquire-zarr', 'tifffile', 'ndtiff']
const OURS = ['ome-tiff', 'ome-zarr']

/** Lines of JSON that a writer says until it ends; killed once `until` is true. */
function follow(program, args, until = () => false) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    let said = {}
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('{')) return
      said = { ...said, ...JSON.parse(line) }
      if (until(said)) child.kill('SIGKILL')
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), 60_000)
    child.once('error', reject)
    child.once('close', () => {
      clearTimeout(timer)
      resolve(said)
    })
  })
}

/** A writer makes a dataset in `folder`; ours is recovered where a journal is left, as the app does. Then the outside reader looks. */
async function writeAndRead(who, ours, folder, { frames, fps, value = 'none', until }) {
  const args = ['write', who, join(folder, 'run'), String(frames), String(fps), value]
  const mine = OURS.includes(who)
  const said = await follow(mine ? process.execPath : peersPython, [mine ? ours : reader, ...args], until)
  const journal = readdirSync(folder).find((name) => name.endsWith('.journal'))
  if (mine && journal !== undefined) await follow(process.execPath, [ours, 'recover', join(folder, journal)])
  const [dataset] = readdirSync(folder)
  const seen =
    dataset === undefined
      ? { frames: 0, records: 0, error: 'nothing was left' }
      : await follow(peersPython, [reader, 'read', join(folder, dataset)])
  return { who: mine ? `Benchframe, ${who}` : who, said, seen }
}

async function each(writers, ours, how, print) {
  for (const who of writers) {
    const folder = mkdtempSync(join(tmpdir(), 'benchframe-limits-'))
    try {
      if (how.small) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder])
      const { frames, fps, value, until } = how
      print(await writeAndRead(who, ours, folder, { frames, fps, value, until }))
    } finally {
      if (how.small) execFileSync('umount', ['-l', folder])
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

const row = (...cells) => process.stdout.write(`| ${cells.join(' | ')} |\n`)
const short = (text) => (text === undefined || text === '' ? '' : String(text).slice(0, 90))

export async function limits() {
  const missing = ensurePeers((text) => process.stderr.write(`${text}\n`))
  if (missing !== null) throw new Error(`The peers could not be installed: ${missing}`)
  const ours = await bundleOurs('limits')
  const all = [...OURS, ...PEERS]
  const outcome = ({ who, said, seen }) => {
    row(who, said.appended ?? 0, seen.frames, seen.records, short(seen.error ?? said.error))
  }
  row('kill -9 after 300 frames', 'appended', 'right frames', 'records', '')
  row('---', '---', '---', '---', '---')
  const until = ({ appended = 0 }) => appended >= 300
  await each(all, ours, { frames: 100_000, fps: 100, until }, outcome)
  process.stdout.write('\n')
  if (process.getuid?.() === 0) {
    row('a disk of 8 MB', 'appended', 'right frames', 'records', '')
    row('---', '---', '---', '---', '---')
    await each(all, ours, { frames: 150, fps: 1000, small: true }, outcome)
    process.stdout.write('\n')
  } else process.stdout.write('A full disk is shown to root only, who may make a small one.\n\n')
  row('value in the record of a frame', 'writer', 'read back')
  row('---', '---', '---')
  for (const value of ['bool', 'null', 'nested', 'NaN', 'control'])
    await each([...OURS, 'ow-tifffile', 'ow-tensorstore'], ours, { frames: 3, fps: 100, value }, (result) => {
      const { who, said, seen } = result
      row(value, who, short(seen.error) || short(said.error) || JSON.stringify(seen.value))
    })
  return 0
}
