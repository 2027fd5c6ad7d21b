/** A Micro-Manager for tests: the demo devices from PyPI (resources/setup/peers.mjs), and configurations written for a test. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

const home =
  process.env['BENCHFRAME_PEERS'] ??
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'benchframe', 'peers')

/** The Python that has pymmcore and the other peers. */
export const peersPython = join(home, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')

function adaptersIn(site: string): string {
  const path = join(site, 'mm_test_adapters', 'libs')
  if (!existsSync(path)) throw new Error(`${path} is missing; npm run test:hardware installs it`)
  return path
}

const version = readdirSync(join(home, 'lib')).find((name) => name.startsWith('python3')) ?? ''
/** Adapters whose interface is that of the installed pymmcore, and such of an older one. */
export const adapters = adaptersIn(join(home, 'lib', version, 'site-packages'))
export const oldAdapters = adaptersIn(join(home, 'old'))
export const demoConfiguration = join(adapters, 'MMConfig_demo.cfg')

export interface WrittenConfiguration {
  readonly cfg: string
  readonly remove: () => void
}

export function writeConfiguration(lines: readonly string[], limits?: object): WrittenConfiguration {
  const folder = mkdtempSync(join(tmpdir(), 'benchframe-mm-'))
  const cfg = join(folder, 'bench.cfg')
  writeFileSync(cfg, `${lines.join('\n')}\n`)
  if (limits !== undefined) writeFileSync(join(folder, 'bench.limits.json'), JSON.stringify(limits))
  return { cfg, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Camera, stage, filter wheel and shutter; the stage as slow as one on a bench (µm per ms). */
export const bench: readonly string[] = [
  'Property,Core,Initialize,0',
  'Device,Camera,DemoCamera,DCam',
  'Device,Emission,DemoCamera,DWheel',
  'Device,XY,DemoCamera,DXYStage',
  'Device,Z,DemoCamera,DStage',
  'Device,Lamp,DemoCamera,DShutter',
  'Property,Camera,MaximumExposureMs,20000',
  'Property,Core,Initialize,1',
  'Property,Core,Camera,Camera',
  'Property,Core,Shutter,Lamp',
  'Property,Core,Focus,Z',
  'Property,Core,XYStage,XY',
  'Property,Core,AutoShutter,0',
  'Property,Camera,PixelType,16bit',
  'Property,XY,Velocity,2',
  'Label,Emission,0,Red',
  'Label,Emission,1,Green',
  'ConfigGroup,Colour,Red,Emission,Label,Red',
  'ConfigGroup,Colour,Green,Emission,Label,Green',
  'ConfigGroup,Size,Small,Camera,Binning,4',
  'ConfigGroup,Size,Large,Camera,Binning,1'
]
export const travel = { x: [-5000, 5000], y: [-5000, 5000], z: [-500, 500] }
