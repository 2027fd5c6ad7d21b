/** What holds USB cameras: the hidden window of the app. Devices know this interface only; a plain Node process has none. */
import type { FoundUvcCamera, UvcFacts, UvcFrame } from '../../../src-preload/contract/uvc'

export interface UvcEvents {
  /** Every frame as it comes, also those whose pixels nobody asked for. */
  onFrame(frame: UvcFrame): void
  /** It is gone, and what was opened is closed already. */
  onEnd(why: string): void
}

export interface UvcStream {
  readonly facts: UvcFacts
  /** Whether frames bring their pixels from now on. */
  pixels(on: boolean): void
  /** null: the camera chooses by itself. */
  setExposure(exposureMs: number | null): Promise<UvcFacts>
  /** Idempotent. */
  close(): void
}

export interface UvcHost {
  list(): Promise<readonly FoundUvcCamera[]>
  /** `choose` answers the id of one of those that are there. Errors: its own, `device.absent`, `device.busy`, `device.denied`, `device.refused`. */
  open(choose: (cameras: readonly FoundUvcCamera[]) => string, events: UvcEvents): Promise<UvcStream>
}
