/** A burst that another program asks for: so many frames, as fast as the camera can or in a rhythm on the monotonic clock. */
import type { BurstRequest } from '../../src-preload/contract/programs'
import type { MonoNs } from '../devices/device'
import type { Fire } from './triggers'

/**
 * Asks for the frames of a burst one by one; resolves when each is taken or lost, with the numbers in the dataset of those that were taken.
 * Ends early when `open` says that no more can be taken.
 */
export async function programBurst(
  { program, frames, everyMs }: BurstRequest,
  now: () => MonoNs,
  open: () => boolean,
  fire: (fire: Fire) => void
): Promise<readonly number[]> {
  const at = now()
  const asked: Promise<number | null>[] = []
  for (let burstIndex = 0; burstIndex < frames && open(); burstIndex++) {
    const wantedAt = at + BigInt(Math.round(burstIndex * everyMs * 1e6))
    const waitMs = Number(wantedAt - now()) / 1e6
    if (everyMs > 0 && waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
    const taken = new Promise<number | null>((done) => {
      const due = everyMs > 0 ? wantedAt : now()
      fire({ source: 'program', wantedAt: due, lostBefore: 0, program: { program, at, burstIndex }, done })
    })
    asked.push(taken)
    if (everyMs === 0) await taken
  }
  const numbers = await Promise.all(asked)
  return numbers.filter((number): number is number => number !== null)
}
