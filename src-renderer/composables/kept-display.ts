/** How a camera's picture is shown is kept in the settings, for each camera by itself, and is back when that camera is. */
import { watch } from 'vue'
import { useSettings } from '../stores/settings'
import type { Display } from './display'

/** Of cameras, and of their channels. */
const MOST_KEPT = 100

export function keepDisplay(display: Display, camera: () => string | null): void {
  const settings = useSettings()
  /** The camera that the display is set for. */
  let of: string | null = null

  watch(
    () => (settings.all === null ? null : camera()),
    (id) => {
      if (id === null || id === of) return
      const kept = settings.all?.displays.find((one) => one.camera === id)
      // Another camera's window says nothing about this one's pixels.
      if (kept !== undefined) display.restore(kept)
      else if (of !== null) display.forget()
      of = id
    },
    { immediate: true }
  )
  watch(
    () => JSON.stringify(display.kept()),
    () => {
      if (of === null) return
      const now = { camera: of, ...display.kept() }
      const before = settings.all?.displays ?? []
      if (JSON.stringify(before[0]) === JSON.stringify(now)) return
      const others = before.filter((one) => one.camera !== of)
      settings.change({ displays: [now, ...others].slice(0, MOST_KEPT) })
    }
  )
}
