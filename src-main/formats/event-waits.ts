/** Who waits for an event to be on the disk: the thread tells how many are, in the order in which they were sent. */
import { fromFailure, type Failure } from '../../src-preload/contract/failure'

interface Waiter {
  readonly number: number
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

export class EventWaits {
  private sent = 0
  private readonly waiting: Waiter[] = []

  /** `send` may throw, and then nothing waits. */
  wait(send: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      send()
      this.sent += 1
      this.waiting.push({ number: this.sent, resolve, reject })
    })
  }

  resolve(until: number): void {
    for (let next = this.waiting[0]; next !== undefined && next.number <= until; next = this.waiting[0]) {
      this.waiting.shift()
      next.resolve()
    }
  }

  /** The stream is closed: everything that was sent is on the disk. */
  resolveAll(): void {
    for (const { resolve } of this.waiting.splice(0)) resolve()
  }

  reject(failure: Failure): void {
    for (const { reject } of this.waiting.splice(0)) reject(fromFailure(failure))
  }
}
