/**
 * The pool of frame-sized slots in one shared WebAssembly.Memory. Who holds a slot is said by a number in that same memory, so that the writer
 * thread gives slots back without a message; only when somebody waits for one does it send a wake-up.
 */
import { frameBytes, type FrameFormat } from '../../src-preload/contract/pixels'
import { Failed } from '../../src-preload/contract/failure'
import { PAGE, toPage } from './direct-file'
import type { FramePool } from './sink'

export const DEFAULT_POOL_BYTES = 192 * 1024 * 1024
const LEAST_SLOTS = 4
const MOST_SLOTS = 4096
const WASM_PAGE = 65_536
/** A 32-bit WebAssembly memory ends here. */
const MOST_BYTES = 0xffff_0000

/** States of a slot. */
const FREE = 0
const TAKEN = 1
const SUBMITTED = 2

/** Int32 places before the states. */
const WAITING = 0
const TAKEN_COUNT = 1
const STATES = 16

/**
 * Bytes from slot to slot: whole pages, which O_DIRECT needs, unless that wastes more than an eighth; small frames are packed close and go
 * through the page cache, many at once.
 */
export function slotStride(bytes: number): number {
  const paged = toPage(bytes)
  return paged - bytes <= bytes / 8 ? paged : Math.ceil(bytes / 64) * 64
}

/** Where things lie in the memory of a pool; what the writer thread gets. */
export interface PoolLayout {
  readonly slots: number
  readonly stride: number
  /** Byte offset of the first slot. */
  readonly first: number
}

export function poolLayout(format: FrameFormat, budgetBytes: number): PoolLayout {
  const stride = slotStride(frameBytes(format))
  const slots = Math.min(MOST_SLOTS, Math.max(LEAST_SLOTS, Math.floor(budgetBytes / stride)))
  return { slots, stride, first: toPage(4 * (STATES + slots)) }
}

/** The shared numbers of a pool, for both sides. */
export class SlotStates {
  private readonly numbers: Int32Array

  constructor(memory: { readonly buffer: ArrayBufferLike }, slots: number) {
    this.numbers = new Int32Array(memory.buffer, 0, STATES + slots)
  }

  take(slot: number): boolean {
    const got = Atomics.compareExchange(this.numbers, STATES + slot, FREE, TAKEN) === FREE
    if (got) Atomics.add(this.numbers, TAKEN_COUNT, 1)
    return got
  }

  /** From the producer's hands into the stream's; false when the slot is not the producer's. */
  submit(slot: number): boolean {
    return Atomics.compareExchange(this.numbers, STATES + slot, TAKEN, SUBMITTED) === TAKEN
  }

  release(slot: number): boolean {
    return this.free(slot, TAKEN)
  }

  /** The writer has done with the slot; true when the pool wants to be told. */
  written(slot: number): boolean {
    this.free(slot, SUBMITTED)
    return Atomics.load(this.numbers, WAITING) > 0
  }

  /** After the writer thread died: nothing is on its way any more. */
  freeSubmitted(slots: number): void {
    for (let slot = 0; slot < slots; slot++) this.free(slot, SUBMITTED)
  }

  get taken(): number {
    return Atomics.load(this.numbers, TAKEN_COUNT)
  }

  setWaiting(count: number): void {
    Atomics.store(this.numbers, WAITING, count)
  }

  private free(slot: number, from: number): boolean {
    const freed = Atomics.compareExchange(this.numbers, STATES + slot, from, FREE) === from
    if (freed) Atomics.sub(this.numbers, TAKEN_COUNT, 1)
    return freed
  }
}

interface Waiter {
  readonly resolve: (slot: number) => void
}

/** A pool as its owner has it; streams need more of it than sources do. */
export interface OwnPool extends FramePool {
  readonly layout: PoolLayout
  readonly states: SlotStates
  /** A slot may have become free: serves those who wait. */
  wake(): void
}

export function createFramePool(format: FrameFormat, budgetBytes = DEFAULT_POOL_BYTES): OwnPool {
  const bytes = frameBytes(format)
  const layout = poolLayout(format, budgetBytes)
  const { slots, stride, first } = layout
  const total = first + slots * stride
  if (total > MOST_BYTES) {
    throw new Failed(
      'argument.invalid',
      `A frame of ${bytes} bytes is too large: ${LEAST_SLOTS} must fit into 4 GB.`
    )
  }
  const pages = Math.ceil(total / WASM_PAGE)
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
  touch(memory)
  const states = new SlotStates(memory, slots)
  const waiters: Waiter[] = []
  let cursor = 0

  function take(): number | null {
    for (let tried = 0; tried < slots; tried++) {
      const slot = cursor
      cursor = cursor + 1 === slots ? 0 : cursor + 1
      if (states.take(slot)) return slot
      if (states.taken === slots) return null
    }
    return null
  }

  function wake(): void {
    while (waiters.length > 0) {
      const slot = take()
      if (slot === null) return
      waiters.shift()?.resolve(slot)
      states.setWaiting(waiters.length)
    }
  }

  function waitForSlot(signal?: AbortSignal): Promise<number> {
    if (signal?.aborted === true) return Promise.reject(cancelled())
    const slot = waiters.length === 0 ? take() : null
    if (slot !== null) return Promise.resolve(slot)
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        waiters.splice(waiters.indexOf(waiter), 1)
        states.setWaiting(waiters.length)
        reject(cancelled())
      }
      const waiter: Waiter = {
        resolve(freed) {
          signal?.removeEventListener('abort', abort)
          resolve(freed)
        }
      }
      signal?.addEventListener('abort', abort, { once: true })
      waiters.push(waiter)
      states.setWaiting(waiters.length)
      wake() // one may have become free before the writer could see that somebody waits
    })
  }

  function release(slot: number): void {
    if (!states.release(slot)) throw new Failed('internal', `Slot ${slot} is released but was not taken.`)
    wake()
  }

  const offset = (slot: number): number => first + slot * stride
  return {
    format,
    slots,
    memory,
    stride,
    layout,
    states,
    take: () => (waiters.length > 0 ? null : take()),
    waitForSlot,
    release,
    wake,
    pixels: (slot) => new Uint8Array(memory.buffer, offset(slot), bytes),
    offset,
    get fill() {
      return states.taken / slots
    }
  }
}

const cancelled = (): Failed => new Failed('cancelled', 'Waiting for a free frame slot was cancelled.')

/** The first touch of a page costs a page fault, which must not fall into the first frames of a run. */
function touch(memory: WebAssembly.Memory): void {
  const bytes = new Uint8Array(memory.buffer)
  for (let at = 0; at < bytes.length; at += PAGE) bytes[at] = 0
}
