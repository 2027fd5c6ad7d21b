/** Megabytes a second over the last half second or so. */
const WINDOW_SECONDS = 0.5

export class WriteRate {
  #at = 0
  #bytes = 0
  #megabytesPerSecond = 0

  measure(seconds: number, bytes: number): number {
    const span = seconds - this.#at
    if (span >= WINDOW_SECONDS) {
      this.#megabytesPerSecond = (bytes - this.#bytes) / 1e6 / span
      this.#at = seconds
      this.#bytes = bytes
    }
    return this.#megabytesPerSecond
  }
}
