/** When the writer next flushes its journal, makes files readable and makes them safe: each some time after the first thing that waits for it. */
export interface Rhythm {
  readonly checkpointMs: number
  readonly syncMs: number
  readonly flushMs: number
}

export const RHYTHM: Rhythm = { checkpointMs: 250, syncMs: 500, flushMs: 50 }

const NEVER = Number.MAX_SAFE_INTEGER

export class Deadlines {
  checkpoint = NEVER
  sync = NEVER
  flush = NEVER
  private readonly rhythm: Rhythm

  constructor(rhythm: Partial<Rhythm> = {}) {
    this.rhythm = { ...RHYTHM, ...rhythm }
  }

  /** Something was written. */
  touched(now: number): void {
    const { checkpointMs, flushMs, syncMs } = this.rhythm
    if (this.checkpoint === NEVER) this.checkpoint = now + checkpointMs
    if (this.sync === NEVER) this.sync = now + syncMs
    if (this.flush === NEVER) this.flush = now + flushMs
  }

  get flushWaits(): boolean {
    return this.flush !== NEVER
  }

  /** These are done. */
  clear(...done: ('checkpoint' | 'sync' | 'flush')[]): void {
    for (const what of done) this[what] = NEVER
  }

  /** Milliseconds to the next, at most a minute. */
  wait(now: number): number {
    return Math.max(1, Math.min(this.checkpoint - now, this.sync - now, this.flush - now, 60_000))
  }
}
