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

  /** The first so many events are on the disk. */
  resolve(count: number): void {
    for (let first = this.waiting[0]; first !== undefined && first.number <= count; first = this.waiting[0]) {
      this.waiting.shift()
      first.resolve()
    }
  }

  resolveAll(): void {
    this.resolve(this.sent)
  }

  reject(failure: Failure): void {
    for (const { reject } of this.waiting.splice(0)) reject(fromFailure(failure))
  }
}
