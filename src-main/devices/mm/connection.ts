/**
 * A configuration of Micro-Manager as it is now: its program, the devices and what they are set to. When the program is lost it is started
 * again, and the configuration loaded as if for the first time; nothing that was asked before is asked again.
 */
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { DeviceState } from '../../../src-preload/contract/device'
import { Failed } from '../../../src-preload/contract/failure'
import type { MonoNs } from '../device'
import { createListeners, type Listeners } from '../listeners'
import { createTrafficLog, type TrafficLog } from '../serial/traffic-log'
import { startMmLink, type Asked, type AskOptions, type MmLink } from './link'
import type { MmAfter, MmDevice, MmFacts, MmProperty, MmRequest, MmRequests, MmValue } from './messages'

const LAST_RETRY_MS = 30_000
const OPEN_MS = 120_000
/** Two clocks of one machine that differ by less than this are the same clock: on Linux they are. */
const SAME_CLOCK_NS = 5_000_000n
/** Not worth a line each. */
const SILENT: readonly MmRequest[] = ['where', 'watch', 'expose', 'clock', 'ring']

export interface MmConnection {
  readonly id: string
  readonly cfg: string
  readonly label: string
  readonly state: DeviceState
  readonly problem: Failed | null
  readonly pymmcore: string
  readonly facts: MmFacts
  readonly traffic: TrafficLog
  readonly changes: Listeners<void>
  /** Lost (with why), or back (null). */
  readonly turns: Listeners<Failed | null>
  ask<K extends MmRequest>(
    what: K,
    given: MmRequests[K]['with'],
    options?: AskOptions
  ): Asked<MmRequests[K]['ok']>
  cut(id: number): void
  device(label: string): MmDevice | undefined
  /** When a property was read last. */
  readAt(device: string, property: string): MonoNs | null
  take(after: MmAfter): void
  takeValue(value: MmValue): void
  /** A time of the program's clock on ours. */
  ourTime(ns: string): MonoNs
  /** It hangs: ended by force, then started again. */
  giveUp(): void
  close(): Promise<void>
}

/** Where device adapters may be: the folder given, else that of the configuration and where installers put Micro-Manager. */
function foldersFor(cfg: string, given: string | undefined): readonly string[] {
  if (given !== undefined) return [given]
  const env = process.env['MICROMANAGER_PATH']
  const installed = {
    win32: ['C:\\Program Files\\Micro-Manager-2.0', 'C:\\Program Files\\Micro-Manager-2.0gamma'],
    darwin: [
      '/Applications/Micro-Manager',
      '/Applications/Micro-Manager-2.0',
      join(homedir(), 'Micro-Manager')
    ],
    linux: ['/usr/local/lib/micro-manager', '/usr/lib/micro-manager', '/opt/micro-manager']
  } as Readonly<Record<string, readonly string[]>>
  return [...(env === undefined ? [] : [env]), dirname(cfg), ...(installed[process.platform] ?? [])]
}

export async function openMmConnection(cfg: string, folder?: string): Promise<MmConnection> {
  const name = basename(cfg).replace(/\.cfg$/i, '')
  const label = `Micro-Manager ${name}`
  const changes = createListeners<void>()
  const turns = createListeners<Failed | null>()
  const traffic = createTrafficLog()
  const times = new Map<string, MonoNs>()
  let state: DeviceState = 'opening'
  let problem: Failed | null = null
  let link: MmLink | null = null
  let facts: MmFacts = { version: '', xy: '', z: '', camera: null, devices: [], groups: [] }
  let clockOffset = 0n
  let retry: NodeJS.Timeout | null = null
  let retryMs = 1000

  const key = (device: string, property: string): string => `${device}\n${property}`
  function stamp(devices: readonly MmDevice[]): void {
    const now = process.hrtime.bigint()
    for (const { label: device, properties } of devices)
      for (const property of properties) times.set(key(device, property.name), now)
  }

  async function open(): Promise<void> {
    const fresh = await startMmLink({
      onDeath: lose,
      onProperty: (device, property, text) => takeValue({ device, property, value: text })
    })
    try {
      link = fresh
      facts = await ask('open', { cfg, folders: foldersFor(cfg, folder) }, { timeoutMs: OPEN_MS }).answer
      stamp(facts.devices)
      clockOffset = await offsetOf(fresh)
    } catch (error) {
      link = null
      await fresh.end()
      throw error
    }
  }

  function lose(why: Failed): void {
    link = null
    if (state === 'absent') return
    traffic.add('event', why.message)
    if (state !== 'lost') {
      state = 'lost'
      problem = new Failed('device.lost', `${label} was lost: ${why.message}`, {
        next: 'It is started again by itself; look at the devices before the next move.',
        ...(why.detail === undefined ? {} : { detail: why.detail })
      })
      retryMs = 1000
      turns.tell(problem)
      changes.tell()
    }
    retry = setTimeout(() => void again(), retryMs).unref()
    retryMs = Math.min(LAST_RETRY_MS, retryMs * 2)
  }

  async function again(): Promise<void> {
    try {
      await open()
    } catch (error) {
      // A program that died has told so itself, by lose().
      if (!(error instanceof Failed && error.code === 'device.lost')) lose(error as Failed)
      return
    }
    if (state === 'absent') return void (await shut())
    state = 'ready'
    problem = null
    turns.tell(null)
    changes.tell()
  }

  function ask<K extends MmRequest>(
    what: K,
    given: MmRequests[K]['with'],
    options?: AskOptions
  ): Asked<MmRequests[K]['ok']> {
    if (link === null) {
      const why = problem ?? new Failed('device.absent', `${label} is closed.`)
      return { id: 0, answer: Promise.reject(why) }
    }
    const asked = link.ask(what, given, options)
    if (SILENT.includes(what)) return asked
    traffic.add('sent', `${what} ${JSON.stringify(given)}`)
    asked.answer.then(
      () => traffic.add('received', `${what} done`),
      (error: Failed) => traffic.add('received', error.message)
    )
    return asked
  }

  function take(after: MmAfter): void {
    const fresh = new Map(after.devices.map((device) => [device.label, device]))
    facts = {
      ...facts,
      devices: facts.devices.map((device) => fresh.get(device.label) ?? device),
      groups: after.groups,
      camera: after.camera ?? facts.camera
    }
    stamp(after.devices)
    changes.tell()
  }

  function takeValue({ device, property, value }: MmValue): void {
    const read = (known: MmProperty): MmProperty =>
      known.name === property ? { ...known, value: asKnown(known, value) } : known
    facts = {
      ...facts,
      devices: facts.devices.map((one) =>
        one.label === device ? { ...one, properties: one.properties.map(read) } : one
      )
    }
    times.set(key(device, property), process.hrtime.bigint())
    changes.tell()
  }

  async function shut(): Promise<void> {
    const last = link
    link = null
    await last?.end()
  }

  await open()
  state = 'ready'
  return {
    id: `micro-manager:${cfg}`,
    cfg,
    label,
    get state() {
      return state
    },
    get problem() {
      return problem
    },
    get pymmcore() {
      return link?.pymmcore ?? ''
    },
    get facts() {
      return facts
    },
    traffic,
    changes,
    turns,
    ask,
    cut: (id) => link?.cut(id),
    device: (wanted) => facts.devices.find((device) => device.label === wanted),
    readAt: (device, property) => times.get(key(device, property)) ?? null,
    take,
    takeValue,
    ourTime: (ns) => BigInt(ns) + clockOffset,
    giveUp: () => link?.kill(),
    async close() {
      if (state === 'absent') return
      state = 'absent'
      if (retry !== null) clearTimeout(retry)
      await shut()
      changes.tell()
    }
  }
}

/** Micro-Manager tells values as text. */
function asKnown({ value: before, choices }: MmProperty, value: MmValue['value']): MmValue['value'] {
  if (typeof value !== 'string' || choices !== undefined) return value
  if (typeof before === 'boolean') return value === '1'
  return typeof before === 'number' && Number.isFinite(Number(value)) ? Number(value) : value
}

/** What to add to the program's clock for ours, by the quickest of some questions. */
async function offsetOf(link: MmLink): Promise<bigint> {
  let best = { took: 1n << 62n, offset: 0n }
  for (let i = 0; i < 5; i++) {
    const before = process.hrtime.bigint()
    const { ns } = await link.ask('clock', {}).answer
    const took = process.hrtime.bigint() - before
    if (took < best.took) best = { took, offset: before + took / 2n - BigInt(ns) }
  }
  return best.offset < SAME_CLOCK_NS && best.offset > -SAME_CLOCK_NS ? 0n : best.offset
}
