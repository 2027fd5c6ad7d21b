/** Openings under way, each of which ends at once when it is stopped, whatever it waits for (acceptance R14). */
import { basename } from 'node:path'
import { Failed } from '../src-preload/contract/failure'
import type { Dataset } from './datasets/dataset'
import { openDataset } from './datasets/open-dataset'

export class Openings {
  readonly #stops = new Map<string, AbortController>()

  /** Fails with `cancelled` when it is stopped, or when the same path is opened again meanwhile. */
  async open(path: string): Promise<Dataset> {
    this.stop(path)
    const stop = new AbortController()
    this.#stops.set(path, stop)
    try {
      return await openUnlessStopped(path, stop.signal)
    } finally {
      if (this.#stops.get(path) === stop) this.#stops.delete(path)
    }
  }

  stop(path: string): void {
    this.#stops.get(path)?.abort()
  }

  stopAll(): void {
    for (const stop of this.#stops.values()) stop.abort()
  }
}

function openUnlessStopped(path: string, signal: AbortSignal): Promise<Dataset> {
  const opening = openDataset(path, { signal })
  return new Promise((done, fail) => {
    signal.addEventListener('abort', () => {
      fail(new Failed('cancelled', `Opening ${basename(path)} was cancelled.`))
      // What still opens is wanted by nobody, and neither is the reason why it does not.
      void opening.then((dataset) => dataset.close()).catch(() => undefined)
    })
    opening.then(done, fail)
  })
}
