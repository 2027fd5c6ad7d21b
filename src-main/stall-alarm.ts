/** Says once, when it begins, that a recording stands still. */
import type { RunStatus } from '../src-preload/contract/run'

const STALLS = {
  'no frames': 'The recording stands still: no frame has come for a while.',
  disk: 'The recording stands still: the disk takes nothing.'
} as const

/** The answer is told each status of the run. */
export function createStallAlarm(tell: (text: string) => void): (status: RunStatus) => void {
  let before: RunStatus['stalled'] = null
  return ({ stalled }) => {
    if (stalled !== null && stalled !== before) tell(STALLS[stalled])
    before = stalled
  }
}
