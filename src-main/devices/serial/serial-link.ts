/**
 * One connection to an instrument that speaks in lines, or answers with a number of bytes that is known: requests and their answers, lines that come unasked, and the end of the connection.
 *
 * - One request at a time; the next is sent when its answer is there. An urgent one is sent at once, and answered in turn.
 * - An answer that does not come in time fails everything under way, and nothing is believed until a sentinel (a question with a number
 *   that its answer repeats) is answered: a late answer is never taken for the next one's.
 * - The link ends once: by unplugging, by an instrument that answers no sentinel, or by `close`. It is never opened again.
 */
import type { SerialPort } from 'serialport'
import { Failed } from '../../../src-preload/contract/failure'
import type { MonoNs } from '../device'
import { createByteAnswer, type Frame } from './byte-answer'
import type { LinkDialect } from './link-dialect'
import { createLineSplitter, shown, type Line } from './line-splitter'
import { closedPort, openPort } from './open-port'
import type { TrafficLog } from './traffic-log'

export interface LinkEvents {
  /** A line that came unasked; `pause` keeps what follows on the wire back until whoever waits for this line has had a turn. */
  onPush(line: string, at: MonoNs): { readonly pause: boolean }
  onGarbage(shown: string): void
  /** The link has ended and not by `close`. Told once. */
  onLost(why: Failed): void
}

export interface RequestOptions {
  readonly urgent?: boolean
  readonly timeoutMs?: number
  /** The line that completes the answer; without it the first one does. */
  readonly isEnd?: (line: string) => boolean
  /** The answer is bytes and no line; it is given as one text, a character for each byte. */
  readonly frame?: Frame
  /** A line that belongs to no answer and says that it takes longer. */
  readonly isKeepalive?: (line: string) => boolean
}

export interface SerialLink {
  readonly path: string
  readonly isOpen: boolean
  /** The answer's lines. */
  request(line: string, options?: RequestOptions): Promise<readonly string[]>
  /** Bytes that have no answer, sent at once and as they are. */
  write(bytes: string): void
  /** Asks the sentinel; resolves when the instrument lives. */
  checkAlive(): Promise<void>
  /** Nothing is asked, waited for or queued. */
  readonly isIdle: boolean
  /** When the last bytes came. */
  readonly heardAt: MonoNs
  close(): Promise<void>
}

interface Pending {
  readonly line: string
  readonly frame: Frame | undefined
  readonly timeoutMs: number
  readonly isEnd: (line: string) => boolean
  readonly isKeepalive: (line: string) => boolean
  readonly answer: string[]
  readonly resolve: (answer: readonly string[]) => void
  readonly reject: (error: Failed) => void
  sentAt: MonoNs
}

/** While nothing is believed: what ends it, how often was asked, and who waits for it. */
interface Resync {
  readonly frame: Frame | undefined
  readonly isEnd: (line: string) => boolean
  /** For instruments that can't be asked: any sound ends it. */
  readonly anySound: boolean
  readonly unique: boolean
  readonly tries: number
  answers: number
  readonly done: ((error: Failed | null) => void)[]
}

const QUEUE_LIMIT = 100
const ANSWER_LIMIT = 200
const BACKLOG_LIMIT = 2000
const SENTINEL_TRIES = 3
const HELD_UP_MS = 30

export async function openLink(
  path: string,
  dialect: LinkDialect,
  events: LinkEvents,
  traffic: TrafficLog
): Promise<SerialLink> {
  const port = await openPort(path, dialect)
  traffic.add('event', `opened ${path}`)
  return linkOver(port, path, dialect, events, traffic)
}

function linkOver(
  port: SerialPort,
  path: string,
  dialect: LinkDialect,
  events: LinkEvents,
  traffic: TrafficLog
): SerialLink {
  const splitter = createLineSplitter()
  const byteAnswer = createByteAnswer()
  const queue: Pending[] = []
  const inFlight: Pending[] = []
  let backlog: { line: Line; at: MonoNs }[] = []
  let paused = false
  let timer: NodeJS.Timeout | null = null
  let silence: NodeJS.Timeout | null = null
  let resync: Resync | null = null
  let sentinels = 0
  let heardAt = process.hrtime.bigint()
  let ended: Failed | null = null

  function send(line: string, end = dialect.lineEnd): void {
    if (ended !== null || !port.isOpen) return
    const words = dialect.lineEnd === '' ? line : line.replace(/[\r\n]+$/, '')
    traffic.add('sent', shown(Buffer.from(words, 'latin1')))
    // A failed write closes the port, which is told by `close`; the request itself ends by that.
    port.write(
      Buffer.from(line + end, 'latin1'),
      (error) => error && traffic.add('event', `write failed: ${error.message}`)
    )
  }

  function watch(ms: number): void {
    if (timer !== null) clearTimeout(timer)
    const due = performance.now() + ms
    timer = setTimeout(() => {
      // When this process itself was held up, the answer may lie unread: it gets a moment to be read.
      if (performance.now() - due > HELD_UP_MS) watch(HELD_UP_MS)
      else timedOut()
    }, ms)
  }

  function start(pending: Pending): void {
    pending.sentAt = process.hrtime.bigint()
    inFlight.push(pending)
    // Bytes that came unasked would be taken for the beginning of the answer's line.
    if (pending.frame !== undefined && inFlight.length === 1 && splitter.drop())
      strange('bytes without an end')
    if (inFlight.length === 1 && resync === null) watch(pending.timeoutMs)
    send(pending.line)
  }

  function startNext(): void {
    if (resync !== null || inFlight.length > 0 || ended !== null || queue.length === 0) return
    const quietMs = Number(process.hrtime.bigint() - heardAt) / 1e6
    const { silenceMs = 0 } = dialect
    if (quietMs < silenceMs) {
      silence ??= setTimeout(
        () => {
          silence = null
          startNext()
        },
        Math.ceil(silenceMs - quietMs)
      )
      return
    }
    start(queue.shift() as Pending)
  }

  function timedOut(): void {
    timer = null
    if (ended !== null) return
    if (resync !== null && resync.answers > 0) return synced()
    const stuck = inFlight.splice(0)
    const bytes = byteAnswer.drop()
    if (bytes !== '') traffic.add('garbage', shown(Buffer.from(bytes, 'latin1')))
    const cut = splitter.drop() || bytes !== ''
    for (const pending of stuck) pending.reject(noAnswer(pending))
    const tries = (resync?.tries ?? 0) + 1
    if (tries > SENTINEL_TRIES) {
      end(
        new Failed('device.timeout', `The instrument at ${path} does not answer.`, {
          next: 'Check its power and its cable.'
        })
      )
      return
    }
    traffic.add(
      'event',
      cut
        ? 'no answer, only the beginning of one; asking for a sign of life'
        : 'no answer; asking for a sign of life'
    )
    askSentinel(tries, resync?.done ?? [])
  }

  function noAnswer({ line, sentAt }: Pending): Failed {
    const ms = Math.round(Number(process.hrtime.bigint() - sentAt) / 1e6)
    return new Failed(
      'device.timeout',
      `The instrument at ${path} did not answer “${shown(Buffer.from(line, 'latin1'))}” within ${ms} ms.`,
      {
        next: 'Check its power and its cable; Benchframe keeps asking.'
      }
    )
  }

  function askSentinel(tries: number, done: ((error: Failed | null) => void)[]): void {
    const sentinel = dialect.sentinel(++sentinels)
    const { isEnd = () => true, unique = true, frame } = sentinel ?? {}
    resync = { isEnd, frame, unique, anySound: sentinel === null, tries, answers: 0, done }
    watch(dialect.answerTimeoutMs)
    if (sentinel !== null) send(sentinel.ask)
  }

  /** Each try may be answered yet, one after the other: the last answer, or a while without one, ends it. */
  function signOfLife(now: Resync): void {
    now.answers += 1
    if (now.unique || now.answers >= now.tries) synced()
    else watch(dialect.answerTimeoutMs)
  }

  function synced(): void {
    const done = resync?.done ?? []
    resync = null
    if (timer !== null) clearTimeout(timer)
    timer = null
    const first = inFlight[0]
    if (first !== undefined) watch(first.timeoutMs) // urgent ones that were sent after the sentinel
    for (const tell of done) tell(null)
    startNext()
  }

  function answered(text: string): void {
    if (resync !== null) {
      if (resync.isEnd(text)) signOfLife(resync)
      else traffic.add('event', 'not used while waiting for a sign of life')
      return
    }
    const [pending] = inFlight
    if (pending === undefined) return strange(text)
    if (pending.isKeepalive(text)) return watch(pending.timeoutMs)
    if (pending.answer.length < ANSWER_LIMIT) pending.answer.push(text)
    if (!pending.isEnd(text)) return
    inFlight.shift()
    if (timer !== null) clearTimeout(timer)
    timer = null
    const next = inFlight[0]
    if (next !== undefined) watch(next.timeoutMs)
    pending.resolve(pending.answer)
    startNext()
  }

  function strange(shown: string): void {
    traffic.add('garbage', shown)
    events.onGarbage(shown)
  }

  function take(line: Line, at: MonoNs): boolean {
    if (line.kind === 'garbage') {
      strange(line.shown)
      return false
    }
    const kind = dialect.kindOf(line.text, inFlight.length > 0 || resync !== null)
    if (kind === 'garbage') {
      strange(line.text)
      return false
    }
    traffic.add('received', line.text)
    if (kind === 'push') return events.onPush(line.text, at).pause
    answered(line.text)
    return true // whoever asked hears of it before anything that came later
  }

  /** A byte goes to the answer that waits for bytes, or to a line. */
  function takeByte(byte: number, at: MonoNs): void {
    const frame = resync === null ? inFlight[0]?.frame : resync.frame
    if (frame === undefined) return splitter.push(Buffer.of(byte)).forEach((line) => void take(line, at))
    const isLineEnd = byte === 0x0a || byte === 0x0d
    if (isLineEnd && dialect.lineEnd !== '' && !byteAnswer.hasBegun) return // the end of the line before it
    const answer = byteAnswer.push(byte, frame)
    // Whatever came before a sign of life slides out of the window.
    if (answer === null || (resync !== null && !resync.isEnd(answer.text))) return
    const noise = byteAnswer.drop().slice(0, -answer.length)
    if (noise !== '') strange(shown(Buffer.from(noise, 'latin1')))
    traffic.add('received', shown(Buffer.from(answer.text, 'latin1')))
    answered(answer.text)
  }

  /** Line by line; after one that asks for it the rest waits a turn, unless so much waits that it would never be caught up. */
  function work(): void {
    paused = false
    let done = 0
    while (done < backlog.length && ended === null) {
      const { line, at } = backlog[done++] as { line: Line; at: MonoNs }
      if (take(line, at) && backlog.length - done < BACKLOG_LIMIT) {
        paused = true
        break
      }
    }
    backlog = backlog.slice(done)
    if (paused) setImmediate(work)
  }

  function end(why: Failed | null): void {
    if (ended !== null) return
    ended = why ?? new Failed('device.absent', `${path} was closed.`)
    if (timer !== null) clearTimeout(timer)
    if (silence !== null) clearTimeout(silence)
    const failed = ended
    const waiting = [...inFlight.splice(0), ...queue.splice(0)]
    const tellers = resync?.done ?? []
    resync = null
    backlog = []
    traffic.add('event', `ended: ${failed.message}`)
    for (const pending of waiting) pending.reject(failed)
    for (const tell of tellers) tell(failed)
    if (port.isOpen) port.close()
    if (why !== null) events.onLost(why)
  }

  port.on('data', (bytes: Buffer) => {
    heardAt = process.hrtime.bigint()
    if (resync?.anySound === true) synced()
    if (dialect.bytewise === true) return bytes.forEach((byte) => takeByte(byte, heardAt))
    for (const line of splitter.push(bytes)) backlog.push({ line, at: heardAt })
    if (!paused) work()
  })
  port.on('close', () => end(unplugged(path)))
  port.on('error', (error) => {
    traffic.add('event', error.message)
    end(unplugged(path))
  })

  return {
    path,
    get isOpen() {
      return ended === null
    },
    get isIdle() {
      return inFlight.length === 0 && queue.length === 0 && resync === null
    },
    get heardAt() {
      return heardAt
    },
    request(line, options = {}) {
      return new Promise((resolve, reject) => {
        if (ended !== null) throw ended
        const { urgent = false, timeoutMs = dialect.answerTimeoutMs } = options
        const { isEnd = () => true, isKeepalive = () => false, frame } = options
        const pending: Pending = {
          line,
          frame,
          timeoutMs,
          isEnd,
          isKeepalive,
          answer: [],
          resolve,
          reject,
          sentAt: 0n
        }
        if (urgent && dialect.silenceMs === undefined) return start(pending)
        if (queue.length >= QUEUE_LIMIT)
          throw new Failed('device.busy', `Too much is asked of the instrument at ${path} at once.`)
        if (urgent) queue.unshift(pending)
        else queue.push(pending)
        startNext()
      })
    },
    write: (bytes) => send(bytes, ''),
    checkAlive() {
      return new Promise((resolve, reject) => {
        if (ended !== null) throw ended
        const done = (error: Failed | null): void => (error === null ? resolve() : reject(error))
        if (resync !== null) resync.done.push(done)
        else if (inFlight.length > 0)
          resolve() // its own time-out watches over it
        else askSentinel(1, [done])
      })
    },
    async close() {
      const wasOpen = port.isOpen
      const closed = wasOpen ? closedPort(port) : Promise.resolve()
      end(null)
      await closed
    }
  }
}

const unplugged = (path: string): Failed =>
  new Failed('device.lost', `The instrument at ${path} was unplugged.`, {
    next: 'Plug it in again; Benchframe connects by itself.'
  })
