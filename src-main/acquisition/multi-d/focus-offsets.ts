/** What focus has drifted by at each position of a plan: from the plan, changed while the run goes on, added to every z that is gone to. */
import { positionsOf, type MultiD } from '../../../src-preload/contract/multi-d'

export class FocusOffsets {
  /** µm by the name of the position; '' in a plan without positions. */
  readonly #offsets = new Map<string, number>()
  #any: boolean

  constructor(plan: MultiD) {
    for (const { name, focusOffset } of positionsOf(plan) ?? [])
      if (focusOffset !== undefined) this.#offsets.set(name, focusOffset)
    this.#any = [...this.#offsets.values()].some((um) => um !== 0)
  }

  /** Some position has one: then z is set and the offset told at each of them, so that none inherits another's. */
  get any(): boolean {
    return this.#any
  }

  of(position: string | null): number {
    return this.#offsets.get(position ?? '') ?? 0
  }

  set(position: string | null, um: number): void {
    this.#offsets.set(position ?? '', um)
    this.#any = true
  }
}
