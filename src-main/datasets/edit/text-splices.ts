/** Changes of a long text by place: everything that no change covers stays as it is, byte for byte. */
export class TextSplices {
  readonly #splices: { readonly from: number; readonly to: number; readonly text: string }[] = []

  get empty(): boolean {
    return this.#splices.length === 0
  }

  replace(from: number, to: number, text: string): void {
    this.#splices.push({ from, to, text })
  }

  insert(at: number, text: string): void {
    this.replace(at, at, text)
  }

  /** Changes at the same place come in the order in which they were asked for. */
  applied(text: string): string {
    const parts: string[] = []
    let done = 0
    for (const splice of [...this.#splices].sort((a, b) => a.from - b.from)) {
      if (splice.from < done) throw new Error('two changes of one text overlap')
      parts.push(text.slice(done, splice.from), splice.text)
      done = splice.to
    }
    parts.push(text.slice(done))
    return parts.join('')
  }
}
