/**
 * Keeps a serial instrument connected: identifies it, watches over its silence, and after a loss tries again with a new port object until it
 * is back or given up. What was asked of a lost instrument is refused, never kept and sent later.
 */
import type { DeviceState } from '../../../src-preload/contract/device'
import { Failed, toFailure } from '../../../src-preload/contract/failure'
import { openLink, type LinkEvents, type RequestOptions, type SerialLink } from './serial-link'
import type { LinkDialect } from './link-dialect'
import { createTrafficLog, type TrafficLog } from './traffic-log'

const FIRST_RETRY_MS = 250
const LAST_RETRY_MS = 2000
const SILENCE_MS = 600
const WATCH_EVERY_MS = 200

export interface Identity {
  /** What tells this instrument from another of its kind, where it has such a thing. */
  readonly serialNumber: string
  readonly text: string
}

/** How to speak to a kind of instrument. */
export interface Manner {
  readonly dialect: LinkDialect
  /** Waits for an instrument that starts anew when its port is opened. */
  settle?(line: string): boolean
  readonly settleMs?: number
  /** Sent before anything is asked. */
  wake?(link: SerialLink): void
  /** Asks who it is, and sets it up; fails when it is something else. */
  greet(link: SerialLink, path: string): Promise<Identity>
  /** Said at the end, urgently: lights off, motion stopped. */
  farewell(link: SerialLink): Promise<void>
}

export interface Connection {
  readonly state: DeviceState
  readonly problem: Failed | null
  readonly identity: Identity | null
  readonly garbage: number
  readonly traffic: TrafficLog
  request(line: string, options?: RequestOptions): Promise<readonly string[]>
  /** Bytes without an answer. Throws while there is no connection. */
  write(bytes: string): void
  /** Connected, and nothing is being asked: the time for polling. */
  readonly isIdle: boolean
  /** First opening; fails when it can't be opened or is something else. After that the connection is kept up. */
  open(): Promise<void>
  close(): Promise<void>
}

export interface ConnectionEvents {
  onPush: LinkEvents['onPush']
  /** State, problem or garbage count have changed. */
  onChange(): void
  onLost(why: Failed): void
  /** Connected and identified, for the first time or again. */
  onReady(): void
}

export function createConnection(path: string, manner: Manner, events: ConnectionEvents): Connection {
  const traffic = createTrafficLog()
  let link: SerialLink | null = null
  let state: DeviceState = 'absent'
  let problem: Failed | null = null
  let identity: Identity | null = null
  let garbage = 0
  let retry: NodeJS.Timeout | null = null
  let retryMs = FIRST_RETRY_MS
  let closed = false
  let connecting = false
  let settled: () => void = () => undefined

  const settle = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      settled = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const linkEvents: LinkEvents = {
    onPush(line, at) {
      if (state === 'ready') return events.onPush(line, at)
      if (manner.settle?.(line) === true) settled()
      return { pause: false }
    },
    onGarbage() {
      garbage += 1
      events.onChange()
    },
    onLost: (why) => lost(why)
  }

  const silence = setInterval(() => {
    if (link === null || state !== 'ready') return
    const quietMs = Number(process.hrtime.bigint() - link.heardAt) / 1e6
    // Its failure ends the link, which is told as a loss.
    if (quietMs > SILENCE_MS) link.checkAlive().catch(() => undefined)
  }, WATCH_EVERY_MS).unref()

  async function connect(): Promise<void> {
    connecting = true
    try {
      await identifyOn(await openLink(path, manner.dialect, linkEvents, traffic))
    } finally {
      connecting = false
    }
    state = 'ready'
    problem = null
    retryMs = FIRST_RETRY_MS
    events.onReady()
    events.onChange()
  }

  async function identifyOn(opened: SerialLink): Promise<void> {
    try {
      if (closed) throw new Failed('cancelled', `Connecting to ${path} was cancelled.`)
      link = opened
      if (manner.settleMs !== undefined) await settle(manner.settleMs)
      manner.wake?.(opened)
      await opened.checkAlive() // leaves behind whatever was still on the wire
      const found = await manner.greet(opened, path)
      if (identity !== null && found.serialNumber !== identity.serialNumber) throw another(found)
      identity = found
    } catch (error) {
      link = null
      await opened.close()
      throw error
    }
  }

  const another = (found: Identity): Failed =>
    new Failed('device.refused', `Another instrument (no. ${found.serialNumber}) is at ${path} now.`, {
      next: `Plug no. ${identity?.serialNumber ?? '?'} in again, or disconnect and connect anew.`
    })

  function lost(why: Failed): void {
    link = null
    if (closed || connecting) return // whoever connects hears of it
    state = 'lost'
    problem = why
    events.onLost(why)
    events.onChange()
    retryLater()
  }

  function retryLater(): void {
    if (closed) return
    retry = setTimeout(() => void tryAgain(), retryMs)
    retry.unref()
    retryMs = Math.min(LAST_RETRY_MS, retryMs * 2)
  }

  async function tryAgain(): Promise<void> {
    retry = null
    try {
      await connect()
    } catch (error) {
      if (closed) return
      const failure = toFailure(error)
      traffic.add('event', `not back yet: ${failure.message}`)
      // Not there yet is what “lost” says already; anything else (another instrument, no permission) is news.
      if (failure.code !== 'device.absent' && error instanceof Failed && problem?.message !== error.message) {
        problem = error
        events.onChange()
      }
      retryLater()
    }
  }

  const away = (): Failed =>
    new Failed('device.lost', problem?.message ?? `The instrument at ${path} is not connected.`, {
      next: 'Plug it in again; Benchframe connects by itself.'
    })

  return {
    get state() {
      return state
    },
    get problem() {
      return problem
    },
    get identity() {
      return identity
    },
    get garbage() {
      return garbage
    },
    traffic,
    request(line, options) {
      if (link !== null && state === 'ready') return link.request(line, options)
      return Promise.reject(away())
    },
    write(bytes) {
      if (link === null || state !== 'ready') throw away()
      link.write(bytes)
    },
    get isIdle() {
      return link !== null && state === 'ready' && link.isIdle
    },
    async open() {
      state = 'opening'
      events.onChange()
      try {
        await connect()
      } catch (error) {
        closed = true
        clearInterval(silence)
        state = 'absent'
        throw explained(path, error)
      }
    },
    async close() {
      if (closed) return
      closed = true
      clearInterval(silence)
      if (retry !== null) clearTimeout(retry)
      const open = link
      if (open !== null && state === 'ready') {
        // Asked for, not waited for longer than one answer takes: a hung instrument must not hold up the end.
        await manner
          .farewell(open)
          .catch((error: unknown) => traffic.add('event', `unsaid: ${String(error)}`))
      }
      await open?.close()
      link = null
      state = 'absent'
      events.onChange()
    }
  }
}

/** Silence at the first opening is more likely a wrong port than a broken cable. */
function explained(path: string, error: unknown): unknown {
  if (!(error instanceof Failed) || error.code !== 'device.timeout') return error
  return new Failed('device.timeout', `Nothing answers at ${path}.`, {
    next: 'Check that this is the right port, and that the instrument is switched on.',
    detail: error.message
  })
}
