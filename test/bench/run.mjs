// npm run bench -- writers [--quick] [--json] [--only NAME,NAME]: writers side by side with their peers on this machine, this minute.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensurePeers as ensureDevicePeers, peersEnv } from '../../resources/setup/peers.mjs'
import { judgesEnv } from '../../resources/setup/judges.mjs'
import { root } from '../../resources/setup/places.mjs'
import { ensureSystemPackages } from '../../resources/setup/system-packages.mjs'
import { benchApp, onRealApp } from './app.mjs'
import { bundleOurs } from './bundle.mjs'
import { limits } from './limits.mjs'
import { measureAll } from './measure.mjs'
import { ensurePeers } from './peers.mjs'
import { goalsOf, table } from './report.mjs'
import { scenarios } from './scenarios.mjs'

const ROUNDS = 3
/** A quick run has as many rounds as end within it. */
const QUICK_MS = 240_000

const usage = 'npm run bench -- writers [--quick] [--json] [--only NAME,NAME] [--folder WHERE]'

function options(args) {
  const found = { quick: false, json: false, only: null, folder: tmpdir() }
  const rest = [...args]
  if (rest.shift() !== 'writers') return null
  while (rest.length > 0) {
    const next = rest.shift()
    if (next === '--quick') found.quick = true
    else if (next === '--json') found.json = true
    else if (next === '--only') found.only = (rest.shift() ?? '').split(',')
    else if (next === '--folder') found.folder = rest.shift() ?? found.folder
    else return null
  }
  const unknown = found.only?.find((name) => !scenarios.some((scenario) => scenario.name === name))
  return unknown === undefined ? found : null
}

const say = (text) => process.stderr.write(`${text}\n`)

/** Pulse on a pty to the start of the exposure, while 2048² frames are written 30 times a second. */
async function latency([seconds = '20']) {
  const program = await bundleOurs('latency')
  const env = { ...process.env, BENCHFRAME_TWINS: join(root, 'test/twins') }
  const { status } = spawnSync(process.execPath, [program, seconds], { stdio: 'inherit', env })
  return status ?? 1
}

/** Micro-Manager's demo camera into the frame pool. */
async function microManager([seconds = '10']) {
  await ensureDevicePeers()
  const program = await bundleOurs('micro-manager')
  const { status } = spawnSync(process.execPath, [program, seconds], {
    stdio: 'inherit',
    env: { ...process.env, ...peersEnv }
  })
  return status ?? 1
}

/** The fake camera of the Aravis project at its own pace. */
async function aravis([seconds = '60']) {
  await ensureSystemPackages('tests')
  const program = await bundleOurs('aravis')
  return spawnSync(process.execPath, [program, seconds], { stdio: 'inherit' }).status ?? 1
}

/** Opening OME-TIFFs of 100 000 planes. */
async function planes() {
  const program = await bundleOurs('planes')
  return spawnSync(process.execPath, [program], { stdio: 'inherit' }).status ?? 1
}

/** What Review takes to open, read and show, beside tifffile and zarr-python; then the real page. */
async function review() {
  const program = await bundleOurs('review')
  const folder = mkdtempSync(join(tmpdir(), 'benchframe-review-'))
  const python = join(judgesEnv.OME_CONFORMANCE_HOME, 'bin/python')
  const peer = existsSync(python) ? [python, join(root, 'test/bench/review.py')] : []
  if (peer.length === 0) say('The judges are not installed (npm test does it), so that ours runs alone.')
  try {
    const { status } = spawnSync(process.execPath, [program, folder, ...peer], { stdio: 'inherit' })
    if (status !== 0) return status ?? 1
    return await onRealApp('test/config/bench.config.ts', {
      BENCH_MATCH: 'review.bench.ts',
      BENCH_DATA: folder
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function main() {
  if (process.argv[2] === 'review') return review()
  if (process.argv[2] === 'aravis') return aravis(process.argv.slice(3))
  if (process.argv[2] === 'app') return benchApp(process.argv.slice(3))
  if (process.argv[2] === 'limits') return limits()
  if (process.argv[2] === 'planes') return planes()
  if (process.argv[2] === 'latency') return latency(process.argv.slice(3))
  if (process.argv[2] === 'micro-manager') return microManager(process.argv.slice(3))
  const asked = options(process.argv.slice(2))
  if (asked === null) {
    say(
      `${usage}\n       npm run bench -- app [--quick]\n       npm run bench -- latency [SECONDS]\n       npm run bench -- micro-manager [SECONDS]\n       npm run bench -- aravis [SECONDS]\n       npm run bench -- limits\n       npm run bench -- planes\n       npm run bench -- review\nNames: ${scenarios.map(({ name }) => name).join(', ')}`
    )
    return 2
  }
  const noPeers = ensurePeers(say)
  if (noPeers !== null) say(`The peers could not be installed, so that ours runs alone: ${noPeers}`)
  const ours = await bundleOurs()
  mkdirSync(asked.folder, { recursive: true })
  const work = mkdtempSync(join(asked.folder, 'benchframe-bench-'))
  const how = {
    ours,
    work,
    say,
    quick: asked.quick,
    peers: noPeers === null,
    warmMB: asked.quick ? 1000 : 2500,
    timeoutMs: asked.quick ? 45_000 : 300_000
  }
  try {
    const chosen = scenarios.filter(({ name }) => asked.only === null || asked.only.includes(name))
    const start = Date.now()
    const again = (round) =>
      round < ROUNDS && (!asked.quick || ((Date.now() - start) * (round + 1)) / round < QUICK_MS)
    const rows = measureAll(chosen, how, again)
    if (asked.json) process.stdout.write(`${JSON.stringify({ scenarios: rows }, null, 1)}\n`)
    else process.stdout.write(`${table(rows)}\n`)
    const missed = rows.flatMap((row) => goalsOf(row).filter(({ met }) => met === false))
    say(
      missed.length === 0 ? 'All goals that could be compared are met.' : `${missed.length} goals are missed.`
    )
    return rows.some(({ ours: value }) => value === null) ? 1 : 0
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

process.exitCode = await main()
