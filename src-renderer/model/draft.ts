/** What is typed here and on its way to main: it is never overwritten by an older answer. */
import type { Description, DescriptionChange, Values } from '../../src-preload/contract/description'
import type { Settings } from '../../src-preload/contract/settings'

export type Patch = Partial<Omit<Settings, 'folder' | 'serialPorts' | 'camera' | 'recents'>>

/** How two changes become one, and what a change makes of main's state. */
export interface DraftRules<S, P> {
  readonly merge: (before: P, after: P) => P
  readonly onto: (state: S, patch: P) => S
}

const SETTINGS: DraftRules<Settings, Patch> = {
  merge: (before, after) => ({ ...before, ...after }),
  onto: (settings, patch) => ({ ...settings, ...patch })
}

/** Fields change one by one. */
export const DESCRIPTION: DraftRules<Description, DescriptionChange> = {
  merge: (before, after) => ({
    ...before,
    ...after,
    ...(before.values === undefined && after.values === undefined
      ? {}
      : { values: { ...before.values, ...after.values } }),
    ...(before.confirm === undefined && after.confirm === undefined
      ? {}
      : { confirm: [...(before.confirm ?? []), ...(after.confirm ?? [])] })
  }),
  onto: (state, { values = {}, confirm = [], ...rest }) => {
    const settled = new Set([...Object.keys(values), ...confirm])
    const next = Object.entries({ ...state.values, ...values }).filter(([, value]) => value !== null)
    return {
      ...state,
      ...rest,
      values: Object.fromEntries(next) as Values,
      unconfirmed: state.unconfirmed.filter((id) => !settled.has(id)),
      suggestions: Object.fromEntries(Object.entries(state.suggestions).filter(([id]) => !(id in values)))
    }
  }
}

export class Draft<S, P extends object> {
  #pending = {} as P
  #sending = {} as P
  #busy: Promise<void> | null = null

  constructor(
    readonly send: (patch: P) => Promise<S>,
    readonly apply: (state: S) => void,
    readonly rules: DraftRules<S, P>
  ) {}

  add(patch: P): void {
    this.#pending = this.rules.merge(this.#pending, patch)
  }

  get dirty(): boolean {
    return Object.keys(this.#pending).length > 0 || this.#busy !== null
  }

  /** Main's state with everything typed here on top. */
  over(state: S): S {
    return this.rules.onto(this.rules.onto(state, this.#sending), this.#pending)
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
    this.#pending = {} as P
    try {
      const state = await this.send(this.#sending)
      this.#sending = {} as P
      this.apply(this.over(state))
    } catch (error) {
      // Kept, so that the next flush tries again.
      this.#pending = this.rules.merge(this.#sending, this.#pending)
      this.#sending = {} as P
      throw error
    } finally {
      this.#busy = null
    }
  }
}

export const settingsDraft = (
  send: (patch: Patch) => Promise<Settings>,
  apply: (settings: Settings) => void
): Draft<Settings, Patch> => new Draft(send, apply, SETTINGS)
