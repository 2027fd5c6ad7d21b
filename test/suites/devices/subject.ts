/** What a behaviour suite needs of an implementation: a fresh device, and a way to put it away. */
import type { Device } from '../../../src-main/devices/device'

export interface Subject<D extends Device> {
  readonly device: D
  /** Closes the device and whatever it needed. */
  readonly close: () => Promise<void>
}

export type Open<S> = () => Promise<S>

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits until something is so, or fails after two seconds with what it was waiting for. */
export async function until(what: string, so: () => boolean, timeoutMs = 2000): Promise<void> {
  const end = performance.now() + timeoutMs
  while (!so()) {
    if (performance.now() > end) throw new Error(`still not so after ${timeoutMs} ms: ${what}`)
    await pause(5)
  }
}
