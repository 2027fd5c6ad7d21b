/** What other programs may do to Benchframe, and hear of it; the shell hands in the real thing. */
import type { DeviceStatus } from '../../src-preload/contract/device'
import type { BurstRequest } from '../../src-preload/contract/programs'
import type { FrameRecord } from '../../src-preload/contract/record'
import type { RunStatus } from '../../src-preload/contract/run'

export interface ProgramHands {
  status(): RunStatus
  devices(): readonly DeviceStatus[]
  /** Answers the numbers of the frames that were taken. Throws `state.wrong` without a run. */
  burst(request: BurstRequest): Promise<readonly number[]>
  set(
    program: string,
    device: string,
    property: string,
    value: number | string | boolean
  ): Promise<DeviceStatus>
  note(text: string): Promise<{ readonly frame: number | null }>
  /** Tells of each frame that is handed to the writer. */
  onFrame(listener: (frame: number, record: FrameRecord) => void): () => void
}
