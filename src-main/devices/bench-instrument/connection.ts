/**
 * Keeps a bench instrument connected: identifies it, watches over its silence, and after a loss tries again with a new port object until it
 * is back or given up. What was asked of a lost instrument is refused, never kept and sent later.
 */
import type { DeviceState } from '../../../src-preload/contract/device'
import { Failed, toFailure } from '../../../src-preload/contract/failure'
import { openLink, type LinkEvents, type RequestOptions, type SerialLink } from '../serial/serial-link'
import { createTrafficLog, type TrafficLog } from '../serial/traffic-log'
import { commands, dialect, parseIdentity, type Identity } from './protocol'

const FIRST_RETRY_MS = 250
const LAST_RETRY_MS = 2000
const SILENCE_MS = 600
const WATCH_EVERY_MS = 200

export interface Connection {
  readonly state: DeviceState
  readonly problem: Failed | null
  readonly identity: Identity | null
  readonly garbage: number
  readonly traffic: TrafficLog
  request(line: string, options?: RequestOptions): Promise<string>
  /** First opening; fails when it can't be opened or is something else. After that the connection is kept up. */
  open(): Promise<void>
  close(lastWords: readonly string[]): Promise<void>
}

export interface ConnectionEvents {
  onPush: LinkEvents['onPush']
  /** State, problem or garbage count have changed. */
  onChange(): void
  onLost(why: Failed): void
  /** Connected and identified, for the first time or again. */
  onReady(): void
}

export function createConnection(path: string, events: ConnectionEvents): Connection {
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

  const linkEvents: LinkEvents = {
    onPush: (line, at) => (state === 'ready' ? events.onPush(line, at) : { pause: false }),
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
      await identifyOn(await openLink(path, dialect, linkEvents, traffic))
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
      await opened.checkAlive() // leaves behind whatever was still on the wire
      const found = parseIdentity(path, await opened.request(commands.identify))
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
      const why = problem?.message ?? `The instrument at ${path} is not connected.`
      return Promise.reject(
        new Failed('device.lost', why, { next: 'Plug it in again; Benchframe connects by itself.' })
      )
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
    async close(lastWords) {
      if (closed) return
      closed = true
      clearInterval(silence)
      if (retry !== null) clearTimeout(retry)
      const open = link
      if (open !== null && state === 'ready') {
        // Asked for, not waited for longer than one answer takes: a hung instrument must not hold up the end.
        await Promise.all(
          lastWords.map((line) => open.request(line, { urgent: true }).catch(() => undefined))
        )
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
