// Takes one sample: a process of its own, on a warm memory and a quiet disk (performance.md, 0: noise).
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { peersPython } from './peers.mjs'
import { threadFile } from './bundle.mjs'
import { framesFile } from './frames.mjs'

const here = import.meta.dirname

/** Touches so much memory and gives it back: pages that the host took away cost ten times as much when they are written next. */
const WARM = `
const blocks = []
for (let left = Number(process.argv[1]); left > 0; left -= 64) blocks.push(new Uint8Array(64 * 1024 * 1024).fill(1))
`

const warm = (mb) => spawnSync(process.execPath, ['-e', WARM, String(mb)])

/** What it gave, or { failed } with the reason. */
export function takeSample({ ours, work, warmMB, timeoutMs }, sample) {
  const folder = mkdtempSync(join(work, 'sample-'))
  const data = framesFile(work, sample.width)
  const full = { ...sample, data, threadFile, path: join(folder, 'run') }
  const isOurs = sample.writer === 'ours' || sample.writer === 'raw'
  const program = isOurs ? process.execPath : peersPython
  const script = isOurs ? ours : join(here, 'peer.py')
  spawnSync('sync', ['-f', work])
  warm(warmMB)
  try {
    mkdirSync(folder, { recursive: true })
    const { status, signal, stdout, stderr } = spawnSync(program, [script, JSON.stringify(full)], {
      encoding: 'utf8',
      timeout: timeoutMs
    })
    if (signal !== null) return { failed: `unfinished after ${timeoutMs / 1000} s` }
    if (status !== 0) return { failed: stderr.trim().split('\n').at(-1) ?? 'no reason given' }
    const outcome = JSON.parse(stdout.trim().split('\n').at(-1))
    return { ...outcome, fps: sample.frames / outcome.seconds }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
