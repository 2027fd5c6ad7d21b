// The peers, in a Python environment of their own beside the judges'.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'

const packages = [
  'ome-writers[all]==0.3.2',
  'tifffile==2026.3.3',
  'imagecodecs==2026.3.6',
  'tensorstore==0.1.86',
  'acquire-zarr==0.10.0',
  'zarr==3.1.6',
  'zarrs==0.2.3',
  'ndstorage==0.1.18',
  'numpy==2.4.6'
]

export const benchFolder = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'benchframe/bench'
)
export const peersPython = join(benchFolder, 'bin/python')

/** Null, or why there are no peers to compare with. */
export function ensurePeers(say) {
  const stamp = join(benchFolder, 'peers')
  const wanted = packages.join('\n')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return null
  say('Installing the peers (once, about a minute)')
  mkdirSync(benchFolder, { recursive: true })
  const steps = [
    ['python3', ['-m', 'venv', benchFolder]],
    [peersPython, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]]
  ]
  for (const [program, args] of steps) {
    const { status, error, stderr } = spawnSync(program, args, { encoding: 'utf8' })
    if (status !== 0)
      return `${program} ${args.slice(0, 3).join(' ')}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`
  }
  writeFileSync(stamp, wanted)
  return null
}
