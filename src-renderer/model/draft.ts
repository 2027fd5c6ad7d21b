/** Settings typed here and on their way to main: what was typed is never overwritten by an older answer. */
import type { Settings } from '../../src-preload/contract/settings'

export type Patch = Partial<Omit<Settings, 'folder' | 'serialPorts' | 'camera' | 'recents'>>

export class Draft {
  #pending: Patch = {}
  #sending: Patch = {}
  #busy: Promise<void> | null = null

  constructor(
    readonly send: (patch: Patch) => Promise<Settings>,
    readonly apply: (settings: Settings) => void
  ) {}

  add(patch: Patch): void {
    this.#pending = { ...this.#pending, ...patch }
  }

  get dirty(): boolean {
    return Object.keys(this.#pending).length > 0 || this.#busy !== null
  }

  /** Main's settings with everything typed here on top. */
  over(settings: Settings): Settings {
    return { ...settings, ...this.#sending, ...this.#pending }
  }

  /** Sends all that was typed; resolves when main has it. */
  async flush(): Promise<void> {
    while (this.#busy !== null) await this.#busy
    if (Object.keys(this.#pending).length === 0) return
    this.#busy = this.#sendPending()
    await this.#busy
  }

  async #sendPending(): Promise<void> {
    this.#sending = this.#pending
    this.#pending = {}
    try {
      const settings = await this.send(this.#sending)
      this.#sending = {}
      this.apply(this.over(settings))
    } catch (error) {
      // Kept, so that the next flush tries again.
      this.#pending = { ...this.#sending, ...this.#pending }
      this.#sending = {}
      throw error
    } finally {
      this.#busy = null
    }
  }
}
