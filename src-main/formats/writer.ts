/**
 * The synchronous heart of the writer thread: batches frames into sinks, journals where they went, frees their slots, and decides when to make
 * files readable (checkpoint), safe (sync) and finished. Runs in a thread, and without one in tests and benchmarks.
 */
import { frameBytes } from '../../src-preload/contract/pixels'
import { fromFailure, toFailure, type Failed, type Failure } from '../../src-preload/contract/failure'
import type { Json, KeyInfo, RunEvent } from '../../src-preload/contract/record'
import type { Disk } from './disk'
import type { PixelMemory } from './direct-file'
import type { FileSink, Location, PlacedFrame, StreamPlan } from './file-sink'
import { FrameEdits } from './frame-edits'
import { fingerprint } from './fingerprint'
import type { PoolLayout } from './frame-pool'
import { Journal } from './journal'
import { Reserve, disown, makeJournalFolder, removeJournalFolder, syncJournalFolder } from './journal-folder'
import { journalRecords } from './journal-records'
import { Router, planeNumber } from './layout'
import { Batch } from './batch'
import { attemptAll } from './attempt-all'
import { Deadlines, type Rhythm } from './deadlines'
import { reserveNeed } from './reserve-need'
import { GrowingNumbers, Tally } from './tally'
import { makeSinks } from './sinks'
import type { StreamReport } from './sink'

export interface WriterDeps {
  readonly disk: Disk
  readonly memory: PixelMemory
  readonly layout: PoolLayout
  /** The slot's pixels are written, or will never be. */
  free(slot: number): void
  /** Told at once, once. */
  failed(failure: Failure): void
  /** What a finished dataset has to do without, a sentence each. */
  readonly warn?: (sentence: string) => void
  /** Whether more waits to be done than is at hand, so that what can wait shall. */
  readonly hurried?: () => boolean
  /** Milliseconds of a clock that only goes forward. */
  now(): number
  readonly rhythm?: Partial<Rhythm>
}

type State = 'running' | 'disk full' | 'failed' | 'closed'

export class Writer {
  /** Frames whose pixels and journal line are handed to the operating system, and those that are synced. */
  written = 0
  durable = 0
  bytes = 0
  /** Events that are synced. */
  eventsSynced = 0
  failure: Failure | null = null
  /** Failures that followed the first. */
  private readonly aftermath: Failure[] = []

  private state: State = 'running'
  private readonly router: Router
  private readonly deadlines: Deadlines
  private readonly frameSize: number
  private readonly tally: Tally
  private readonly keysByName = new Map<string, KeyInfo>()
  private readonly globals = new Map<string, Json>()
  private readonly edits = new FrameEdits()
  private readonly batch: Batch
  private readonly reserve: Reserve
  private nextFrame = 0
  private recordBytes = 0
  private events = 0
  private readonly eventLines = new GrowingNumbers()
  private finishing = false

  private constructor(
    private readonly plan: StreamPlan,
    private readonly deps: WriterDeps,
    private readonly journal: Journal,
    private readonly sinks: readonly FileSink[]
  ) {
    this.router = new Router(plan)
    this.deadlines = new Deadlines(deps.rhythm)
    this.frameSize = frameBytes(plan.frame)
    this.batch = new Batch(deps.layout.stride, plan.zarrPath !== null && plan.compression.zarr !== 'none')
    this.tally = new Tally(plan.images.length)
    this.reserve = new Reserve(journal.folder, deps.disk)
  }

  /** Claims the targets. Throws `target.exists` or the disk's failure, and then leaves nothing behind. */
  static create(plan: StreamPlan, deps: WriterDeps): Writer {
    const { disk } = deps
    const folder = makeJournalFolder(disk, plan)
    let journal: Journal | null = null
    const sinks: FileSink[] = []
    try {
      journal = Journal.create(folder, disk)
      makeSinks(plan, deps, sinks)
      const writer = new Writer(plan, deps, journal, sinks)
      writer.reserve.ensure(writer.reserveNow())
      syncJournalFolder(disk, folder)
      return writer
    } catch (error) {
      unmake(disk, folder, sinks, journal)
      throw error
    }
  }

  get paths(): readonly string[] {
    return this.sinks.map((sink) => sink.path)
  }

  /** Takes a filled slot; its record's bytes are copied. */
  frame(slot: number, record: Uint8Array): void {
    if (this.state !== 'running') {
      this.deps.free(slot)
      return
    }
    const { image, index } = this.router.next()
    const { first, stride } = this.deps.layout
    const placed = { frame: this.nextFrame++, image, index, offset: first + slot * stride }
    this.batch.add(placed, slot, record)
    if (this.batch.full) this.writeBatch()
  }

  skip(planes: number): void {
    this.inOrder(() => {
      if (this.state !== 'running') return
      for (let i = 0; i < planes; i++) {
        const { image, index } = this.router.next()
        for (const sink of this.sinks) sink.skip(image, index)
        this.tally.skip(image, planeNumber(this.plan, index))
      }
      this.journal.skip(planes)
    })
  }

  event(event: RunEvent): void {
    this.events += 1
    this.edits.see(event)
    this.inOrder(() => {
      const line = this.journal.length
      this.journal.event(event)
      this.eventLines.push(line) // only now: it may not have found room
    })
  }

  keys(keys: readonly KeyInfo[]): void {
    for (const info of keys) this.keysByName.set(info.key, { ...this.keysByName.get(info.key), ...info })
    this.inOrder(() => {
      this.journal.keys(keys)
    })
  }

  global(namespace: string, value: Json): void {
    this.globals.set(namespace, value)
    this.inOrder(() => {
      this.journal.global(namespace, value)
    })
  }

  /** Called when no command waits, and between commands under load; answers the milliseconds until it wants to be called again. */
  tick(idle: boolean): number {
    if (idle) this.writeBatch()
    if (this.state === 'running')
      this.guard(() => {
        this.beat(idle)
      })
    const more = idle && this.spare([])
    if (this.state !== 'running') return 60_000
    return more ? 0 : this.deadlines.wait(this.deps.now())
  }

  /** Writes the last frames and finishes the dataset. Throws the failure that left it unfinished. */
  close(): StreamReport {
    this.writeBatch()
    if (this.state === 'running' || this.state === 'disk full')
      this.guard(() => {
        this.finish()
      })
    if (this.state !== 'closed') throw this.lastWord()
    return {
      frames: this.tally.frames,
      paths: this.tally.frames === 0 ? [] : this.paths,
      state: 'complete',
      end: this.failure === null ? 'completed' : 'disk full'
    }
  }

  /** The first failure, with what followed it. */
  private lastWord(): Failed {
    const failure = this.failure ?? { code: 'internal', message: 'The writer failed without a reason.' }
    const followed = this.aftermath.map(({ message, detail }) => `then: ${message} ${detail ?? ''}`)
    const detail = [failure.detail ?? '', ...followed].filter((line) => line !== '').join('\n')
    return fromFailure(detail === '' ? failure : { ...failure, detail })
  }

  private finish(): void {
    const { disk } = this.deps
    this.finishing = true
    this.reserve.release()
    if (this.tally.frames === 0) {
      for (const sink of this.sinks) sink.remove()
    } else {
      this.journal.sync()
      const end = this.failure === null ? 'completed' : 'disk full'
      const records = journalRecords({
        folder: this.journal.folder,
        disk,
        tally: this.tally,
        keys: this.keysByName,
        globals: this.globals,
        edits: this.edits,
        eventLines: this.eventLines,
        finish: { end, frames: this.tally.frames },
        end: this.journal.length
      })
      for (const sink of this.sinks) sink.finish(records)
      for (const sink of this.sinks) sink.complete?.(records)
      this.written = this.durable = this.tally.frames
    }
    this.journal.close()
    removeJournalFolder(disk, this.journal.folder)
    this.eventsSynced = this.events
    this.state = 'closed'
  }

  /** Writes what is batched; the frames' slots are free afterwards, whatever came of it. */
  private writeBatch(): void {
    if (this.batch.slots.length === 0) return
    this.guard(() => {
      if (this.state === 'running') this.writeFrames()
    })
    if (this.deps.hurried?.() !== true) this.spare(this.batch.frames)
    for (const slot of this.batch.slots) this.deps.free(slot)
    this.batch.clear()
  }

  private writeFrames(): void {
    const { deps, journal, plan } = this
    const { frames, records } = this.batch
    // Marks first: once a sink has the pixels they may be compressed in place.
    const marks = frames.map(({ offset }) =>
      fingerprint(new Uint8Array(deps.memory.buffer, offset, this.frameSize))
    )
    const places = this.sinks.map((sink) => sink.write(frames))
    const ofFrame = new Array<Location>(places.length)
    for (let i = 0; i < frames.length; i++) {
      const { frame, image, index } = frames[i] as PlacedFrame
      for (let s = 0; s < places.length; s++) ofFrame[s] = places[s]?.[i] as Location
      const record = records.at(i)
      const line = journal.length
      journal.frame(frame, image, index, ofFrame, marks[i] as number, record)
      this.tally.frame(image, planeNumber(plan, index), line) // only now: the line may not have found room
      this.recordBytes += record.byteLength
    }
    this.bytes += frames.length * this.frameSize
    this.batch.grow(this.bytes)
    this.deadlines.touched(this.deps.now())
  }

  /** Smaller levels of frames that are still in memory, or of older ones; whether more may be left. */
  private spare(fresh: readonly PlacedFrame[]): boolean {
    if (this.state !== 'running') return false
    let more = false
    this.guard(() => {
      for (const sink of this.sinks) more = sink.spare?.(fresh) === true || more
    })
    return more
  }

  private beat(idle: boolean): void {
    const { deadlines } = this
    const now = this.deps.now()
    if (deadlines.flushWaits && (idle || now >= deadlines.flush)) {
      this.journal.flush()
      this.written = this.tally.frames
      deadlines.clear('flush')
    }
    if (now >= deadlines.checkpoint) {
      for (const sink of this.sinks) sink.checkpoint()
      deadlines.clear('checkpoint')
    }
    if (now >= deadlines.sync) this.sync()
  }

  /** Pixels first, then the journal that speaks of them. */
  private sync(): void {
    const frames = this.tally.frames
    const events = this.events
    this.reserve.ensure(this.reserveNow())
    for (const sink of this.sinks) sink.sync()
    this.journal.synced(frames)
    this.journal.sync()
    this.written = this.durable = frames
    this.eventsSynced = events
    this.deadlines.clear('sync', 'flush')
  }

  private reserveNow(): number {
    return reserveNeed(this.plan, this.tally.frames, this.recordBytes) + this.journal.pending
  }

  /** A command that is no frame comes after the frames before it. */
  private inOrder(command: () => void): void {
    this.writeBatch()
    if (this.state !== 'running' && this.state !== 'disk full') return
    this.guard(() => {
      command()
      this.deadlines.touched(this.deps.now())
    })
  }

  private guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.fail(error)
    }
  }

  /**
   * The first failure is final. A full disk still leaves a dataset to finish, out of the reserve; anything else, and a disk that is too full even
   * for that, leaves it to recovery.
   */
  private fail(error: unknown): void {
    const failure = this.orGone(toFailure(error))
    const first = this.failure === null
    if (first) this.failure = failure
    else this.aftermath.push(failure)
    if (failure.code === 'disk.full' && this.state === 'running' && !this.finishing) {
      this.state = 'disk full'
      this.aftermath.push(
        ...attemptAll([
          () => {
            this.reserve.release()
          }
        ])
      )
    } else {
      this.state = 'failed'
      this.leave()
    }
    if (first) this.deps.failed(failure)
  }

  /** A drive pulled out fails in whatever is done next, which nobody would understand. */
  private orGone(failure: Failure): Failure {
    if (
      failure.code === 'internal' ||
      failure.code === 'disk.full' ||
      isThere(this.deps.disk, this.journal.folder)
    )
      return failure
    return {
      code: 'disk.io',
      message: `${this.plan.folder} is not there any more: the drive or the folder was taken away while recording.`,
      next: 'Bring it back and open the recording there: what had reached it can be recovered.',
      detail: `${failure.message} ${failure.detail ?? ''}`
    }
  }

  private leave(): void {
    const { journal, sinks } = this
    const steps = [
      () => {
        journal.sync()
      },
      ...sinks.map((sink) => () => {
        sink.abandon()
      }),
      () => {
        journal.close()
      },
      () => {
        disown(this.deps.disk, journal.folder)
      }
    ]
    this.aftermath.push(...attemptAll(steps))
  }
}

/** A disk that does not even tell may have it still. */
function isThere(disk: Disk, path: string): boolean {
  try {
    return disk.exists(path)
  } catch {
    return true
  }
}

/** Takes back a beginning. What cannot be removed stays; the error that stopped the beginning is the one to tell. */
function unmake(disk: Disk, folder: string, sinks: readonly FileSink[], journal: Journal | null): void {
  attemptAll([
    ...sinks.map((sink) => () => {
      sink.remove()
    }),
    () => journal?.close(),
    () => {
      removeJournalFolder(disk, folder)
    }
  ])
}
