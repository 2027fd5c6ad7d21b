/** One question at a time, and of those asked meanwhile only the last: a dragged slider ends on the right frame. */
export class Latest<A, R> {
  #wanted: { readonly argument: A } | null = null
  #busy = false
  #epoch = 0

  constructor(
    readonly ask: (argument: A) => Promise<R>,
    readonly done: (result: R, argument: A) => void,
    readonly failed: (error: unknown, argument: A) => void
  ) {}

  get busy(): boolean {
    return this.#busy
  }

  want(argument: A): void {
    this.#wanted = { argument }
    if (!this.#busy) void this.#work()
  }

  /** Answers to what was asked before are dropped. */
  forget(): void {
    this.#epoch++
    this.#wanted = null
  }

  async #work(): Promise<void> {
    this.#busy = true
    try {
      while (this.#wanted !== null) {
        const { argument } = this.#wanted
        const epoch = this.#epoch
        this.#wanted = null
        try {
          const result = await this.ask(argument)
          if (epoch === this.#epoch) this.done(result, argument)
        } catch (error) {
          if (epoch === this.#epoch) this.failed(error, argument)
        }
      }
    } finally {
      this.#busy = false
    }
  }
}
