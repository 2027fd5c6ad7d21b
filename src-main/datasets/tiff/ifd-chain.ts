/** The chain of a TIFF's directories, walked only as far as someone asks, without recursion; knows where a broken chain ends and why. */
import type { ByteSource } from '../byte-source'
import { readIfd, readNumbers, TiffDamage, type Ifd, type TiffHeader } from './ifd'
import { TAG } from './tags'

export interface IfdChain {
  readonly header: TiffHeader
  /** Directory number `index`, or null where the chain is shorter. */
  at(index: number, signal?: AbortSignal): Promise<Ifd | null>
  /** Walks on until the end or for `budgetMs`; answers the length, or null when the time was not enough. */
  count(budgetMs: number, signal?: AbortSignal): Promise<number | null>
  /** Directories seen so far. */
  readonly known: number
  /** Numbers of the directories seen so far whose only block of pixels runs beyond the end of the file. */
  readonly cut: ReadonlySet<number>
  /** Why the chain ended before its end, in a clause; null while it is sound. */
  readonly damage: string | null
}

/** Longest piece of walking between two turns of the event loop. */
const SLICE_MS = 8
const MOST_IFDS = 20_000_000

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export function ifdChain(source: ByteSource, header: TiffHeader): IfdChain {
  const offsets: number[] = []
  /** Made at the first step backwards: a chain that only goes forward can't run in a circle. */
  let seen: Set<number> | null = null
  let highest = -1
  const cut = new Set<number>()
  let next = header.firstIfd
  let damage: string | null = null
  let walking: Promise<unknown> = Promise.resolve()

  function wasHere(offset: number): boolean {
    if (offset > highest) {
      highest = offset
      seen?.add(offset)
      return false
    }
    seen ??= new Set(offsets)
    if (seen.has(offset)) return true
    seen.add(offset)
    return false
  }

  /** One step; false at the end. */
  function step(): boolean {
    if (next === 0 || damage !== null) return false
    if (wasHere(next))
      damage = `the chain of directories runs in a circle after directory ${offsets.length - 1}`
    else if (offsets.length >= MOST_IFDS) damage = 'the chain of directories has no end'
    if (damage !== null) return false
    try {
      const ifd = readIfd(source, header, next)
      if (runsOut(source, header, ifd)) cut.add(offsets.length)
      offsets.push(next)
      next = ifd.next
      return true
    } catch (error) {
      if (!(error instanceof TiffDamage)) throw error
      damage = error.message
      return false
    }
  }

  async function walk(until: number, budgetMs: number, signal?: AbortSignal): Promise<void> {
    const start = performance.now()
    let sliceStart = start
    while (offsets.length <= until && step()) {
      const now = performance.now()
      if (now - start > budgetMs) return
      if (now - sliceStart > SLICE_MS) {
        await turn()
        signal?.throwIfAborted()
        sliceStart = performance.now()
      }
    }
  }

  /** Walks one after the other: two at once would take the same steps twice. */
  function queued(until: number, budgetMs: number, signal?: AbortSignal): Promise<void> {
    const mine = walking.then(() => walk(until, budgetMs, signal))
    walking = mine.catch(() => undefined) // the caller hears of it through `mine`
    return mine
  }

  return {
    header,
    get known() {
      return offsets.length
    },
    get damage() {
      return damage
    },
    cut,
    async at(index, signal) {
      if (index >= offsets.length) await queued(index, Infinity, signal)
      const offset = offsets[index]
      return offset === undefined ? null : readIfd(source, header, offset)
    },
    async count(budgetMs, signal) {
      await queued(Infinity, budgetMs, signal)
      return next === 0 || damage !== null ? offsets.length : null
    }
  }
}

/** True where a picture of one block can't be whole; longer tables are only looked at when their page is read. */
function runsOut(source: ByteSource, header: TiffHeader, ifd: Ifd): boolean {
  const at = ifd.entries.get(TAG.stripOffsets) ?? ifd.entries.get(TAG.tileOffsets)
  const length = ifd.entries.get(TAG.stripByteCounts) ?? ifd.entries.get(TAG.tileByteCounts)
  if (at?.count !== 1 || length?.count !== 1) return false
  const from = readNumbers(source, header, at)[0] ?? 0
  const bytes = readNumbers(source, header, length)[0] ?? 0
  return from === 0 || bytes === 0 || from + bytes > source.size
}
