/** The simulated camera at its own pace: one exposure after the other on a grid of the monotonic clock; moments that were missed are lost frames, as a camera's are. */
import { toFailure, Failed } from '../../../src-preload/contract/failure'
import type { ExposureReport, MonoNs, PaceSink } from '../device'

interface PacedCamera {
  expose(target: Uint8Array, onStart: (at: MonoNs) => void, signal: AbortSignal): Promise<ExposureReport>
  /** The next frame tells that these are missing before it. */
  lose(frames: number): void
  /** A frame that was made and could not be kept has its number all the same. */
  skip(): void
}

/** The answer stops it. */
export function paceSimulated(everyMs: number, camera: PacedCamera, sink: PaceSink): () => Promise<void> {
  const everyNs = BigInt(Math.round(everyMs * 1e6))
  const abort = new AbortController()
  const { signal } = abort

  async function one(): Promise<void> {
    const place = sink.place()
    if (place === null) {
      camera.skip()
      return sink.lost('no place')
    }
    try {
      const report = await camera.expose(place.pixels, sink.started, signal)
      sink.frame(place.slot, report)
    } catch (error) {
      sink.unused(place.slot)
      throw error
    }
  }

  async function go(): Promise<void> {
    for (let planned = process.hrtime.bigint(); !signal.aborted; planned += everyNs) {
      const earlyMs = Number(planned - process.hrtime.bigint()) / 1e6
      if (earlyMs > 0) await new Promise((resolve) => setTimeout(resolve, earlyMs))
      const missed = (process.hrtime.bigint() - planned) / everyNs
      if (missed > 0n) camera.lose(Number(missed))
      planned += missed * everyNs
      if (!signal.aborted) await one()
    }
  }

  const going = go().catch((error: unknown) => {
    if (!signal.aborted)
      sink.failed(error instanceof Failed ? error : new Failed('internal', toFailure(error).message))
  })
  return async () => {
    abort.abort()
    await going
  }
}
