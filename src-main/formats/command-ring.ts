/**
 * The way from a stream to its writer thread: commands in a ring of shared bytes, which the thread may sleep on; what does not fit goes through
 * a message port, in its place in the order. Also the numbers that the thread tells back.
 */
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads'

export const COMMAND = { pad: 0, frame: 1, skip: 2, event: 3, keys: 4, global: 5, close: 6 } as const
export type CommandKind = (typeof COMMAND)[keyof typeof COMMAND]

export interface Command {
  readonly kind: CommandKind
  /** Slot of a frame, or planes to skip. */
  readonly number: number
  /** UTF-8; good until the next command is taken. */
  readonly payload: Uint8Array
}

interface Posted extends Command {
  /** Commands in the ring that come before it. */
  readonly after: number
}

const HEAD = 0
const TAIL = 1
const WAKE = 2
const POSTED = 3
const WRITTEN = 4
const DURABLE = 5
const BYTES = 4 // as a 64-bit number
const NUMBERS_BYTES = 64
/** Length, kind, number; then the payload, rounded up to 4. */
const ENTRY = 12

export const RING_BYTES = 4 * 1024 * 1024

export const makeRing = (bytes = RING_BYTES): SharedArrayBuffer =>
  new SharedArrayBuffer(NUMBERS_BYTES + bytes)

class RingBase {
  protected readonly numbers: Int32Array
  protected readonly words: Int32Array
  protected readonly data: Buffer
  protected readonly capacity: number
  private readonly bytesWritten: BigInt64Array

  constructor(shared: SharedArrayBuffer) {
    this.numbers = new Int32Array(shared, 0, NUMBERS_BYTES / 4)
    this.bytesWritten = new BigInt64Array(shared, 0, NUMBERS_BYTES / 8)
    this.data = Buffer.from(shared, NUMBERS_BYTES)
    this.words = new Int32Array(shared, NUMBERS_BYTES)
    this.capacity = this.data.byteLength
  }

  get written(): number {
    return Atomics.load(this.numbers, WRITTEN)
  }

  get durable(): number {
    return Atomics.load(this.numbers, DURABLE)
  }

  get bytes(): number {
    return Number(Atomics.load(this.bytesWritten, BYTES))
  }

  protected tell(written: number, durable: number, bytes: number): void {
    Atomics.store(this.numbers, WRITTEN, written)
    Atomics.store(this.numbers, DURABLE, durable)
    Atomics.store(this.bytesWritten, BYTES, BigInt(bytes))
  }
}

const rounded = (bytes: number): number => (bytes + 3) & ~3

/** The stream's end: never waits. */
export class RingSender extends RingBase {
  private head = 0
  private sent = 0
  private posted = 0

  constructor(
    shared: SharedArrayBuffer,
    private readonly port: MessagePort
  ) {
    super(shared)
  }

  send(kind: CommandKind, number: number, text: string): void {
    // A text takes at most three bytes of UTF-8 for each of its units; only a long one is worth counting.
    const longest = text.length * 3
    const place = this.room(longest) ?? this.room(Buffer.byteLength(text))
    if (place === null) this.post(kind, number, text)
    else this.put(place, kind, number, text)
    Atomics.add(this.numbers, WAKE, 1)
    Atomics.notify(this.numbers, WAKE)
  }

  /** Where an entry with so long a payload can begin; null: nowhere now. One word always stays free, so that full is not empty. */
  private room(payload: number): number | null {
    const size = ENTRY + rounded(payload)
    const tail = Atomics.load(this.numbers, TAIL)
    if (this.head >= tail) {
      if (this.head + size < this.capacity || (this.head + size === this.capacity && tail > 0))
        return this.head
      return size < tail ? 0 : null
    }
    return this.head + size < tail ? this.head : null
  }

  private put(place: number, kind: CommandKind, number: number, text: string): void {
    if (place !== this.head && this.head + 4 <= this.capacity) this.words[this.head / 4] = -1 // the rest of the ring is empty
    const length = text === '' ? 0 : this.data.write(text, place + ENTRY, 'utf8')
    const at = place / 4
    this.words[at] = length
    this.words[at + 1] = kind
    this.words[at + 2] = number
    this.head = place + ENTRY + rounded(length)
    if (this.head === this.capacity) this.head = 0
    this.sent += 1
    Atomics.store(this.numbers, HEAD, this.head)
  }

  private post(kind: CommandKind, number: number, text: string): void {
    const message: Posted = { kind, number, payload: Buffer.from(text), after: this.sent }
    this.port.postMessage(message)
    this.posted += 1
    Atomics.store(this.numbers, POSTED, this.posted)
  }
}

/** The thread's end: takes commands in order and sleeps when there are none. */
export class RingReceiver extends RingBase {
  private tail = 0
  private taken = 0
  private received = 0
  private held: Posted | null = null
  /** The ring's entry that was given out last; its bytes are free once the next is asked for. */
  private release = 0

  constructor(
    shared: SharedArrayBuffer,
    private readonly port: MessagePort
  ) {
    super(shared)
  }

  take(): Command | null {
    if (this.release !== this.tail) {
      this.tail = this.release
      Atomics.store(this.numbers, TAIL, this.tail)
    }
    // The head before the port: an entry that is seen here was sent after every message that the port then shows to come before it.
    const head = Atomics.load(this.numbers, HEAD)
    const posted = this.nextPosted()
    if (posted !== null && posted.after <= this.taken) {
      this.held = null
      return posted
    }
    return head === this.tail ? null : this.nextInRing()
  }

  /** A command lies behind the one that was taken last. */
  get waiting(): boolean {
    const { numbers, held, received, release } = this
    return (
      held !== null || Atomics.load(numbers, HEAD) !== release || Atomics.load(numbers, POSTED) > received
    )
  }

  /** Sleeps until a command comes, at most so long. */
  wait(seen: number, milliseconds: number): void {
    Atomics.wait(this.numbers, WAKE, seen, milliseconds)
  }

  /** To be read before `take` finds nothing, and then given to `wait`: a command in between is not slept through. */
  get wakes(): number {
    return Atomics.load(this.numbers, WAKE)
  }

  override tell(written: number, durable: number, bytes: number): void {
    super.tell(written, durable, bytes)
  }

  private nextPosted(): Posted | null {
    if (this.held === null && Atomics.load(this.numbers, POSTED) > this.received) {
      const got = receiveMessageOnPort(this.port) as { message: Posted } | undefined
      if (got !== undefined) {
        this.received += 1
        this.held = got.message
      }
    }
    return this.held
  }

  private nextInRing(): Command {
    if (this.words[this.tail / 4] === -1) this.tail = 0
    const at = this.tail / 4
    const length = this.words[at] as number
    const start = this.tail + ENTRY
    this.release = start + rounded(length)
    if (this.release === this.capacity) this.release = 0
    this.taken += 1
    return {
      kind: this.words[at + 1] as CommandKind,
      number: this.words[at + 2] as number,
      payload: this.data.subarray(start, start + length)
    }
  }
}
