/** Pulls the live picture from main: one question at a time, only while the page is looked at. */
import { onActivated, onBeforeUnmount, onDeactivated, onMounted } from 'vue'
import type { LivePicture } from '../../src-preload/contract/pixels'
import { call } from '../client'

export interface PreviewOptions {
  /** Longest side of the picture that is worth having now. */
  readonly side: () => number
  /** Whether channels of a plan are shown over each other. */
  readonly overlay: () => boolean
  readonly show: (picture: LivePicture) => void
  readonly failed: (error: unknown) => void
}

const AFTER_FAILURE_MS = 1_000
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const frame = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => resolve()))

export function usePreview({ side, overlay, show, failed }: PreviewOptions): void {
  let shown = false
  let pulling = false
  let after = -1

  async function pull(): Promise<void> {
    while (shown) {
      if (document.hidden) {
        await pause(200)
        continue
      }
      try {
        const picture = await call('preview.next', { after, side: side(), overlay: overlay() })
        if (!shown) return
        if (picture !== null) {
          // Channels have their turns: one may be older than the one before.
          after = Math.max(after, picture.frame)
          show(picture)
          // The next one is asked for when this one had its turn on the screen.
          await frame()
        }
      } catch (error) {
        failed(error)
        await pause(AFTER_FAILURE_MS)
      }
    }
  }

  function start(): void {
    shown = true
    if (pulling) return
    pulling = true
    void pull().finally(() => (pulling = false))
  }
  const stop = (): void => {
    shown = false
  }

  onMounted(start)
  onActivated(start)
  onDeactivated(stop)
  onBeforeUnmount(stop)
}
