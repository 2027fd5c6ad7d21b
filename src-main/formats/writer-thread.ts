/** The writer thread: takes commands out of the ring, hands them to the writer, sleeps in between. All decisions are the writer's. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import type { Json, KeyInfo, RunEvent } from '../../src-preload/contract/record'
import { toFailure, type Failure } from '../../src-preload/contract/failure'
import { COMMAND, RingReceiver, type Command } from './command-ring'
import { realDisk } from './disk'
import { parseExactJson } from './exact-json'
import { faultyDisk, type Faults } from './faulty-disk'
import type { StreamPlan } from './file-sink'
import { SlotStates, type PoolLayout } from './frame-pool'
import type { Rhythm } from './deadlines'
import { Writer } from './writer'
import type { StreamReport } from './sink'

export interface ThreadInput {
  readonly plan: StreamPlan
  readonly memory: WebAssembly.Memory
  readonly layout: PoolLayout
  readonly ring: SharedArrayBuffer
  /** Commands that do not fit into the ring. */
  readonly port: MessagePort
  readonly rhythm: Partial<Rhythm>
  readonly faults: Faults | null
}

export type ThreadMessage =
  | { readonly kind: 'ready'; readonly paths: readonly string[] }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'warning'; readonly sentence: string }
  /** A slot became free, and somebody waits for one. */
  | { readonly kind: 'slot' }
  | { readonly kind: 'events synced'; readonly events: number }
  | { readonly kind: 'closed'; readonly report: StreamReport }
  | { readonly kind: 'not closed'; readonly failure: Failure }

const { plan, memory, layout, ring: shared, port, rhythm, faults } = workerData as ThreadInput
const ring = new RingReceiver(shared, port)
const states = new SlotStates(memory, layout.slots)
const say = (message: ThreadMessage): void => parentPort?.postMessage(message)

function start(): Writer | null {
  try {
    return Writer.create(plan, {
      disk: faults === null ? realDisk : faultyDisk(realDisk, faults),
      memory,
      layout,
      free(slot) {
        if (states.written(slot)) say({ kind: 'slot' })
      },
      failed: (failure) => {
        say({ kind: 'failed', failure })
      },
      warn(sentence) {
        say({ kind: 'warning', sentence })
      },
      hurried: () => ring.waiting,
      now: () => performance.now(),
      rhythm
    })
  } catch (error) {
    say({ kind: 'refused', failure: toFailure(error) })
    return null
  }
}

/** Commands between two looks at the clock, where none of them reached the disk. */
const PER_TICK = 256

function run(writer: Writer): void {
  let since = 0
  let synced = 0
  let bytes = 0
  for (;;) {
    const wakes = ring.wakes
    const command = ring.take()
    if (command?.kind === COMMAND.close) break
    if (command !== null) obey(writer, command)
    since += 1
    // A write of large frames takes long, and under load there is always a next command: the clock is looked at after every one.
    if (command !== null && since < PER_TICK && writer.bytes === bytes) continue
    since = 0
    bytes = writer.bytes
    const wait = writer.tick(command === null)
    ring.tell(writer.written, writer.durable, writer.bytes)
    if (writer.eventsSynced !== synced) {
      synced = writer.eventsSynced
      say({ kind: 'events synced', events: synced })
    }
    if (command === null) ring.wait(wakes, wait)
  }
  close(writer)
}

const text = (command: Command): string => Buffer.from(command.payload).toString()

function obey(writer: Writer, command: Command): void {
  switch (command.kind) {
    case COMMAND.frame:
      writer.frame(command.number, command.payload)
      return
    case COMMAND.skip:
      writer.skip(command.number)
      return
    case COMMAND.event:
      writer.event(parseExactJson(text(command)) as unknown as RunEvent)
      return
    case COMMAND.keys:
      writer.keys(parseExactJson(text(command)) as unknown as KeyInfo[])
      return
    case COMMAND.global: {
      const [namespace, value] = parseExactJson(text(command)) as [string, Json]
      writer.global(namespace, value)
      return
    }
    case COMMAND.close:
    case COMMAND.pad:
      return
  }
}

function close(writer: Writer): void {
  try {
    const report = writer.close()
    ring.tell(writer.written, writer.durable, writer.bytes)
    say({ kind: 'closed', report })
  } catch (error) {
    ring.tell(writer.written, writer.durable, writer.bytes)
    say({ kind: 'not closed', failure: toFailure(error) })
  }
}

const writer = start()
if (writer !== null) {
  say({ kind: 'ready', paths: writer.paths })
  run(writer)
}
port.close()
