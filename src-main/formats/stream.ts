/**
 * The stream of an acquisition: settings → `createStream` → `append(frame, {metadata})` or, without a copy, `submit(slot, record)` → `close`. This is
 * the side of the program that owns the frames; the writing is done in a thread of its own.
 */
import { MessageChannel, Worker } from 'node:worker_threads'
import { Failed, fromFailure, toFailure, type Failure } from '../../src-preload/contract/failure'
import type { FrameRecord, Json, KeyInfo, RunEvent } from '../../src-preload/contract/record'
import { builtFile } from '../built-file'
import { COMMAND, RING_BYTES, RingReceiver, RingSender, makeRing } from './command-ring'
import { onDisk, realDisk } from './disk'
import type { Faults } from './faulty-disk'
import type { StreamPlan } from './file-sink'
import { bytesOfFrame } from './frame-bytes'
import { EventWaits } from './event-waits'
import type { OwnPool } from './frame-pool'
import { recordedHere } from './journal-folder'
import { jsonText } from './json-text'
import { capacity } from './layout'
import { moveAside, refuseExisting } from './targets'
import { poolFor, removeEmpty } from './stream-setup'
import { planStream, type PlanOptions } from './plan'
import { journalPath } from './plan-paths'
import { RecordRules } from './record-rules'
import type { AcquisitionSettings } from './settings'
import type { FramePool, FrameStream, StreamCounters, StreamReport } from './sink'
import type { Rhythm } from './deadlines'
import type { ThreadInput, ThreadMessage } from './writer-thread'

export interface StreamOptions extends PlanOptions {
  /** The pool that frames come from; made here where left out. */
  readonly pool?: FramePool
  readonly poolBytes?: number
  /** One sentence for the log. */
  readonly warn?: (sentence: string) => void
  readonly rhythm?: Partial<Rhythm>
  /** For tests: the thread's code, how its disk fails, and the size of its ring. */
  readonly threadFile?: string
  readonly faults?: Faults
  readonly ringBytes?: number
}

/** A stream with the convenience of the reference library. */
export interface AppendStream extends FrameStream {
  readonly plan: StreamPlan
  /**
   * Copies pixels (a typed array of the stream's type, or its bytes) into the stream, waiting for a free slot; the buffer may be used again once
   * it resolves. Rejects as `submit` throws.
   */
  append(
    pixels: ArrayBufferView,
    more?: { readonly metadata?: FrameRecord; readonly signal?: AbortSignal }
  ): Promise<void>
}

export async function createStream(
  settings: AcquisitionSettings,
  options: StreamOptions = {}
): Promise<AppendStream> {
  const plan = planStream(settings, options)
  const pool = poolFor(plan.frame, options)
  const made = onDisk(`create ${plan.folder}`, () => realDisk.makeFolders(plan.folder))
  if (settings.overwrite === true) moveAside(realDisk, plan)
  else refuseExisting(realDisk, plan)
  const stream = new ThreadStream(plan, pool, options)
  const removeFolders = (): void => {
    if (made !== null) removeEmpty(plan.folder, made)
  }
  try {
    await stream.started
  } catch (error) {
    removeFolders()
    throw error
  }
  stream.afterNothing = removeFolders
  return stream
}

class ThreadStream implements AppendStream {
  readonly started: Promise<void>
  afterNothing: () => void = () => undefined
  paths: readonly string[] = []
  failure: Failure | null = null

  private readonly worker: Worker
  private readonly sender: RingSender
  private readonly numbers: RingReceiver
  private readonly warn: (sentence: string) => void
  private readonly rules: RecordRules
  private readonly listeners = new Set<(failure: Failure) => void>()
  private readonly events = new EventWaits()
  private readonly room: number
  private readonly journal: string
  private places = 0
  private accepted = 0
  private closing: Promise<StreamReport> | null = null
  private settle: { resolve: (report: StreamReport) => void; reject: (error: Error) => void } | null = null
  private settleStart: { resolve: () => void; reject: (error: Error) => void } | null = null
  /** The targets are this stream's own. */
  private ready = false
  private over = false

  constructor(
    readonly plan: StreamPlan,
    readonly pool: OwnPool,
    options: StreamOptions
  ) {
    const ring = makeRing(options.ringBytes ?? RING_BYTES)
    const { port1, port2 } = new MessageChannel()
    this.sender = new RingSender(ring, port1)
    this.numbers = new RingReceiver(ring, port1)
    this.warn = options.warn ?? (() => undefined)
    this.rules = new RecordRules(this.warn)
    this.room = capacity(plan)
    this.journal = journalPath(plan)
    const input: ThreadInput = {
      plan,
      memory: pool.memory,
      layout: pool.layout,
      ring,
      port: port2,
      rhythm: options.rhythm ?? {},
      faults: options.faults ?? null
    }
    this.started = new Promise((resolve, reject) => {
      this.settleStart = { resolve, reject }
    })
    this.worker = new Worker(options.threadFile ?? builtFile('writer-thread.cjs'), {
      workerData: input,
      transferList: [port2],
      // The thread makes only short-lived small things; a large nursery would be memory for nothing.
      resourceLimits: { maxYoungGenerationSizeMb: 12 }
    })
    this.worker.on('message', (message: ThreadMessage) => {
      this.hear(message)
    })
    this.worker.on('error', (error) => {
      this.died(error)
    })
    this.worker.on('exit', () => {
      port1.close()
      this.died(new Error('The writer thread ended early.'))
    })
  }

  get counters(): StreamCounters {
    const { written, durable, bytes } = this.numbers
    return { accepted: this.accepted, written, durable, bytes }
  }

  onFailure(listener: (failure: Failure) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  submit(slot: number, record: FrameRecord): void {
    this.checkOpen()
    const text = this.rules.text(record)
    this.checkRoom(1)
    if (!this.pool.states.submit(slot))
      throw new Failed('internal', `Slot ${slot} is submitted but was not taken.`)
    this.send(slot, text)
  }

  async append(
    pixels: ArrayBufferView,
    more: { metadata?: FrameRecord; signal?: AbortSignal } = {}
  ): Promise<void> {
    this.checkOpen()
    const bytes = bytesOfFrame(pixels, this.plan.frame)
    const text = this.rules.text(more.metadata ?? {})
    this.checkRoom(1)
    const slot = await this.pool.waitForSlot(more.signal)
    try {
      this.checkOpen()
      this.checkRoom(1)
      this.pool.pixels(slot).set(bytes)
    } catch (error) {
      this.pool.release(slot)
      throw error
    }
    this.pool.states.submit(slot)
    this.send(slot, text)
  }

  private send(slot: number, text: string): void {
    const fresh = this.rules.takeFresh()
    if (fresh.length > 0) this.sender.send(COMMAND.keys, 0, strict(fresh, 'keys'))
    this.places += 1
    this.accepted += 1
    this.sender.send(COMMAND.frame, slot, text)
  }

  skip(frames: number): void {
    this.checkOpen()
    if (!Number.isSafeInteger(frames) || frames < 0) {
      throw new Failed('argument.invalid', `skip is ${frames}; allowed is a whole number of frames.`)
    }
    this.checkRoom(frames)
    this.places += frames
    if (frames > 0) this.sender.send(COMMAND.skip, frames, '')
  }

  addEvent(event: RunEvent): Promise<void> {
    if (this.failure !== null && this.failure.code !== 'disk.full')
      return Promise.reject(fromFailure(this.failure))
    if (this.closing !== null) return Promise.reject(closed())
    return this.events.wait(() => {
      this.sender.send(COMMAND.event, 0, strict(event, 'event'))
    })
  }

  describeKeys(keys: readonly KeyInfo[]): void {
    if (this.closing !== null) throw closed()
    for (const info of keys) this.rules.describe(info)
    this.sender.send(COMMAND.keys, 0, strict(keys, 'keys'))
  }

  setGlobalMetadata(namespace: string, value: Json): void {
    if (this.closing !== null) throw closed()
    if (namespace === '')
      throw new Failed('argument.invalid', 'namespace is empty; allowed is any text that is not.')
    this.sender.send(COMMAND.global, 0, strict([namespace, value], namespace))
  }

  close(onProgress?: (written: number, accepted: number) => void): Promise<StreamReport> {
    this.closing ??= this.finish()
    if (onProgress === undefined) return this.closing
    const timer = setInterval(() => {
      onProgress(this.numbers.written, this.accepted)
    }, 250)
    return this.closing.finally(() => {
      clearInterval(timer)
      onProgress(this.numbers.written, this.accepted)
    })
  }

  private finish(): Promise<StreamReport> {
    if (this.over)
      return Promise.reject(
        fromFailure(this.failure ?? { code: 'internal', message: 'The writer thread ended.' })
      )
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject }
      this.sender.send(COMMAND.close, 0, '')
    })
  }

  private checkOpen(): void {
    if (this.failure !== null) throw fromFailure(this.failure)
    if (this.closing !== null) throw closed()
  }

  private checkRoom(frames: number): void {
    if (this.places + frames <= this.room) return
    throw new Failed(
      'frame.mismatch',
      `There is no place left: the dimensions have room for ${this.room} frames.`,
      {
        next: 'Make a dimension larger, or the first one unbounded.'
      }
    )
  }

  private hear(message: ThreadMessage): void {
    switch (message.kind) {
      case 'ready':
        this.ready = true
        recordedHere.add(this.journal)
        this.paths = message.paths
        this.settleStart?.resolve()
        return
      case 'refused':
        this.end()
        this.settleStart?.reject(fromFailure(message.failure))
        return
      case 'slot':
        this.pool.wake()
        return
      case 'failed':
        this.fail(message.failure)
        return
      case 'warning':
        this.warn(message.sentence)
        return
      case 'events synced':
        this.events.resolve(message.events)
        return
      case 'closed':
        this.end()
        this.events.resolveAll()
        if (message.report.frames === 0) this.afterNothing()
        this.settle?.resolve(message.report)
        return
      case 'not closed':
        this.fail(message.failure)
        this.end()
        this.settle?.reject(fromFailure(this.failure ?? message.failure))
        return
    }
  }

  private fail(failure: Failure): void {
    if (this.failure !== null) return
    this.failure = failure
    if (failure.code !== 'disk.full') {
      recordedHere.delete(this.journal)
      this.events.reject(failure)
    }
    for (const listener of this.listeners) listener(failure)
  }

  private end(): void {
    this.over = true
    if (this.ready) recordedHere.delete(this.journal)
    this.pool.wake()
  }

  /** A bug in the thread, or the end of the process's memory: whatever waits for it must not wait for ever. */
  private died(error: unknown): void {
    if (this.over) return
    const failure = toFailure(error)
    this.fail(failure)
    this.events.reject(failure)
    this.pool.states.freeSubmitted(this.pool.slots)
    this.end()
    this.settleStart?.reject(fromFailure(failure))
    this.settle?.reject(fromFailure(failure))
  }
}

const closed = (): Failed =>
  new Failed('state.wrong', 'The stream is closed.', { next: 'Make a new stream.' })
const strict = (value: unknown, where: string): string =>
  jsonText(value, where, { notFinite: () => undefined })
