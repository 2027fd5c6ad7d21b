/** Keeps the computer awake while a run is on; the screen may go dark. */
import { powerSaveBlocker } from 'electron'
import type { RunStatus } from '../src-preload/contract/run'

/** The answer is told each status of the run. */
export function createAwake(): (status: RunStatus) => void {
  let blocker: number | null = null
  return ({ phase }) => {
    const on = phase !== 'idle' && phase !== 'finished' && phase !== 'failed'
    if (on && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension')
    if (!on && blocker !== null) {
      powerSaveBlocker.stop(blocker)
      blocker = null
    }
  }
}
