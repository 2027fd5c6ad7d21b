/** Counts what was asked for and is not in the dataset, by cause (acceptance T5), and tells it to the event log without flooding it. */
import type { RunEvent } from '../../src-preload/contract/record'
import type { Losses } from '../../src-preload/contract/run'

export type LossCause = keyof Losses

/** Losses of one cause within this time are one event. */
const TOLD_EVERY_MS = 250

export class LossLedger {
  readonly #counts: Record<LossCause, number> = {
    cameraGap: 0,
    transport: 0,
    poolFull: 0,
    policy: 0,
    writeFailure: 0
  }
  readonly #tell: (event: Omit<RunEvent, 'time'>) => void
  readonly #untold = new Map<LossCause, { frames: number; text: string }>()
  #timer: NodeJS.Timeout | null = null
  #inRecords = 0

  constructor(tell: (event: Omit<RunEvent, 'time'>) => void) {
    this.#tell = tell
  }

  get counts(): Losses {
    return { ...this.#counts }
  }

  get total(): number {
    return Object.values(this.#counts).reduce((sum, count) => sum + count, 0)
  }

  /** Losses that no record has told yet; `markTold` when a record has. */
  get beforeNext(): number {
    return this.total - this.#inRecords
  }

  markTold(frames: number): void {
    this.#inRecords += frames
  }

  add(cause: LossCause, frames: number, text: string): void {
    if (frames === 0) return
    this.#counts[cause] += frames
    this.#untold.set(cause, { frames: (this.#untold.get(cause)?.frames ?? 0) + frames, text })
    this.#timer ??= setTimeout(() => this.flush(), TOLD_EVERY_MS)
  }

  /** Tells at once what is not told yet; for the end of a run. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    for (const [cause, { frames, text }] of this.#untold) {
      this.#tell({ kind: 'loss', text, data: { cause, frames } })
    }
    this.#untold.clear()
  }
}
