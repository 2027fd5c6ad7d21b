/** Settings on disk: versioned, written atomically, and never in the way. A file that can't be read is kept aside and reported; one bad field costs that field. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { Failed } from '../src-preload/contract/failure'
import { usualMultiD } from '../src-preload/contract/multi-d'
import { USUAL_PROGRAM_PORT } from '../src-preload/contract/programs'
import { settingsCheck, type Settings } from '../src-preload/contract/settings'
import { makeFolders } from './formats/make-folders'

const VERSION = 1

export const defaultSettings = (): Settings => ({
  theme: 'dark',
  folder: join(homedir(), 'Benchframe'),
  prefix: 'run',
  format: 'ome-zarr',
  triggerKind: 'interval',
  multiD: usualMultiD(),
  intervalMs: 200,
  triggerDevice: null,
  frames: null,
  seconds: null,
  fullPool: 'hold',
  serialPorts: [],
  camera: { width: 1024, height: 1024, pixelType: 'uint16', exposureMs: 20 },
  recents: [],
  live: true,
  displays: [],
  overlays: { crossHair: false, scaleBar: true, channels: true },
  tags: [],
  alarmSound: false,
  devicePresets: [],
  rules: [],
  ring: { frames: 0, everyMs: 100 },
  programs: { on: false, port: USUAL_PROGRAM_PORT }
})

export class SettingsFile {
  readonly #path: string
  #settings: Settings
  /** What was wrong with the file at the start, for the user. */
  readonly problem: Failed | null

  constructor(path: string) {
    this.#path = path
    const { settings, problem } = load(path)
    this.#settings = settings
    this.problem = problem
  }

  get(): Settings {
    return this.#settings
  }

  /** Changes and saves. Throws `argument.invalid` on a value that the settings don't allow, and then changes nothing. */
  change(patch: Partial<Settings>): Settings {
    this.#settings = settingsCheck({ ...this.#settings, ...patch }, 'settings')
    writeAtomically(
      this.#path,
      `${JSON.stringify({ version: VERSION, settings: this.#settings }, null, 2)}\n`
    )
    return this.#settings
  }
}

function load(path: string): { settings: Settings; problem: Failed | null } {
  if (!existsSync(path)) return { settings: defaultSettings(), problem: null }
  try {
    const stored = JSON.parse(readFileSync(path, 'utf8')) as { settings?: unknown }
    if (typeof stored.settings !== 'object' || stored.settings === null)
      throw new TypeError('no settings in it')
    return { settings: fieldByField(stored.settings as Record<string, unknown>), problem: null }
  } catch (error) {
    const problem = keptAside(
      path,
      'The settings could not be read; Benchframe starts with the usual ones.',
      error
    )
    return { settings: defaultSettings(), problem }
  }
}

/** Takes every stored field that is legal today; the rest keep their defaults. */
function fieldByField(stored: Record<string, unknown>): Settings {
  let settings = defaultSettings()
  for (const key of Object.keys(settings)) {
    if (!Object.prototype.hasOwnProperty.call(stored, key)) continue
    try {
      settings = settingsCheck({ ...settings, [key]: stored[key] }, 'settings')
    } catch (error) {
      if (!(error instanceof Failed)) throw error
    }
  }
  return settings
}

/** Puts a file that can't be read out of the way, and answers what to tell. */
export function keptAside(path: string, message: string, error: unknown): Failed {
  const aside = `${path}.unreadable-${Date.now()}`
  renameSync(path, aside)
  return new Failed('internal', message, {
    next: `The old file was kept as ${aside}.`,
    detail: String(error)
  })
}

/** Replaces a small text file so that a crash leaves the old or the new one, never a part. */
export function writeAtomically(path: string, text: string, mode = 0o666): void {
  makeFolders(dirname(path))
  const temporary = `${path}.tmp`
  const file = openSync(temporary, 'w', mode)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(temporary, path)
}
