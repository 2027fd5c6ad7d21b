/** One connected program: first its token, then requests and what it subscribed to. Everything it may do is bounded: line, rate, waiting requests, unread text. */
import { timingSafeEqual } from 'node:crypto'
import type { Socket } from 'node:net'
import { Failed, toFailure } from '../../src-preload/contract/failure'
import type { FrameRecord } from '../../src-preload/contract/record'
import type { RunStatus } from '../../src-preload/contract/run'
import { jsonText } from '../formats/json-text'
import type { ProgramHands } from './program-hands'
import { helloCheck, LONGEST_LINE, PROTOCOL_VERSION, readLine, readRequest, type Request } from './protocol'

/** Requests a second, and as many at once. */
const REQUESTS_A_SECOND = 200
const MOST_WAITING = 32
/** Bytes that a program may leave unread before frames are left out for it. */
const MOST_UNREAD = 1 << 20
/** A program that reads nothing at all is let go at this point. */
const TOO_MUCH_UNREAD = 8 << 20
const HELLO_WITHIN_MS = 5_000

export interface SessionParts {
  readonly socket: Socket
  readonly token: string
  readonly version: string
  readonly hands: ProgramHands
  /** The program said who it is. */
  readonly onHello: () => void
  readonly onEnd: () => void
}

export class ProgramSession {
  readonly #parts: SessionParts
  /** Rings for a program that does not say who it is. */
  readonly #late: NodeJS.Timeout
  #name: string | null = null
  #unfinished = ''
  #waiting = 0
  /** Requests that may be made right now; fills up with time. */
  #allowance = REQUESTS_A_SECOND
  #countedAt = performance.now()
  #frames = false
  #run = false
  #missed = 0
  #lastPhase: RunStatus['phase'] | null = null

  constructor(parts: SessionParts) {
    this.#parts = parts
    const { socket } = parts
    this.#late = setTimeout(() => this.#refuse('No token came within 5 s.'), HELLO_WITHIN_MS)
    socket.setEncoding('utf8')
    socket.setNoDelay(true)
    socket.on('data', (text) => this.#read(String(text)))
    // A connection that breaks is told by 'close', and the program knows it itself.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(this.#late)
      parts.onEnd()
    })
  }

  /** What the program calls itself; null before it has said so. */
  get name(): string | null {
    return this.#name
  }

  /** Tells of a frame where that was asked for. A program that does not keep up hears how many it missed instead. */
  frame(frame: number, record: FrameRecord): void {
    if (!this.#frames) return
    if (this.#parts.socket.writableLength > MOST_UNREAD) {
      this.#missed += 1
      return
    }
    if (this.#missed > 0) {
      this.#say({ event: 'missed', frames: this.#missed })
      this.#missed = 0
    }
    this.#say({ event: 'frame', frame, record })
  }

  /** Tells of a run that changed its state, where that was asked for. */
  run(status: RunStatus): void {
    if (!this.#run || status.phase === this.#lastPhase) return
    this.#lastPhase = status.phase
    this.#say({ event: 'run', run: status })
  }

  end(): void {
    this.#parts.socket.end()
  }

  #read(text: string): void {
    const lines = (this.#unfinished + text).split('\n')
    this.#unfinished = lines.pop() ?? ''
    for (const line of lines) {
      if (this.#parts.socket.destroyed || this.#parts.socket.writableEnded) return
      if (Buffer.byteLength(line) > LONGEST_LINE) return this.#refuse('A line may have 64 KiB.')
      if (line.trim() !== '') this.#line(line)
    }
    if (this.#unfinished.length > LONGEST_LINE) this.#refuse('A line may have 64 KiB.')
  }

  #line(line: string): void {
    if (this.#name === null) return this.#hello(line)
    let id: unknown = null
    try {
      const said = readLine(line)
      id = said.id ?? null
      this.#count()
      void this.#answer(id, readRequest(said))
    } catch (error) {
      this.#say({ id, ok: false, failure: toFailure(error) })
    }
  }

  #hello(line: string): void {
    try {
      const { token, name } = helloCheck(readLine(line), 'hello')
      if (!sameText(token, this.#parts.token)) return this.#refuse('The token is not that of this app.')
      this.#name = name
      clearTimeout(this.#late)
      this.#say({ ok: true, app: `Benchframe ${this.#parts.version}`, protocol: PROTOCOL_VERSION })
      this.#parts.onHello()
    } catch (error) {
      this.#refuse(toFailure(error).message)
    }
  }

  /** Counts a request against the rate. Throws `device.busy` when there are too many. */
  #count(): void {
    const now = performance.now()
    const refill = (Math.max(0, now - this.#countedAt) / 1000) * REQUESTS_A_SECOND
    this.#allowance = Math.min(REQUESTS_A_SECOND, this.#allowance + refill)
    this.#countedAt = now
    if (this.#allowance < 1 || this.#waiting >= MOST_WAITING) {
      throw new Failed('state.wrong', 'Too many requests at once.', {
        next: `Send at most ${REQUESTS_A_SECOND} a second, and wait for answers after ${MOST_WAITING}.`
      })
    }
    this.#allowance -= 1
  }

  async #answer(id: unknown, request: Request): Promise<void> {
    this.#waiting += 1
    try {
      this.#say({ id, ok: true, answer: await this.#do(request) })
    } catch (error) {
      this.#say({ id, ok: false, failure: toFailure(error) })
    } finally {
      this.#waiting -= 1
    }
  }

  async #do(request: Request): Promise<unknown> {
    const { hands } = this.#parts
    const program = this.#name ?? ''
    switch (request.do) {
      case 'status':
        return hands.status()
      case 'devices':
        return hands.devices()
      case 'burst': {
        const { frames, everyMs = 0 } = request
        return { frames: await hands.burst({ program, frames, everyMs }) }
      }
      case 'set':
        return hands.set(program, request.device, request.property, request.value)
      case 'note':
        return hands.note(`${program}: ${request.text}`)
      case 'subscribe':
        this.#frames = request.frames ?? this.#frames
        this.#run = request.run ?? this.#run
        return { frames: this.#frames, run: this.#run }
    }
  }

  #say(value: object): void {
    const { socket } = this.#parts
    if (socket.destroyed || socket.writableEnded) return
    socket.write(`${jsonText(value, 'answer', { notFinite: () => undefined })}\n`)
    if (socket.writableLength > TOO_MUCH_UNREAD) socket.destroy()
  }

  /** One sentence, and the end. */
  #refuse(message: string): void {
    this.#say({ ok: false, failure: { code: 'argument.invalid', message } })
    this.#parts.socket.end()
  }
}

/** Takes the same time wherever the first difference is. */
function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
