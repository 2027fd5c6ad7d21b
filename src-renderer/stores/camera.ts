/** The camera and how its picture is shown. */
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { Argument } from '../../src-preload/contract/commands'
import type { LivePicture } from '../../src-preload/contract/pixels'
import type { CameraStatus } from '../../src-preload/contract/run'
import { call, on } from '../client'
import { createDisplay } from '../composables/display'
import { keepDisplay } from '../composables/kept-display'
import { useApp } from './app'

/** A live view that is slower than this shows nothing that is worth waiting for. */
const NEXT_WITHIN_MS = 3_000

export const useCamera = defineStore('camera', () => {
  const app = useApp()
  const status = shallowRef<CameraStatus | null>(null)
  const display = createDisplay('each')
  keepDisplay(display, () => status.value?.device ?? null)
  /** What it saw last, as far as the page was shown it. */
  const picture = shallowRef<LivePicture | null>(null)
  const live = computed(() => status.value?.live ?? false)

  async function load(): Promise<void> {
    on('camera.status', (next) => (status.value = next))
    status.value = await call('camera.status')
  }

  async function configure(wanted: Argument<'camera.configure'>): Promise<void> {
    const next = await app.attempt(() => call('camera.configure', wanted))
    if (next !== undefined) status.value = next
  }

  async function setLive(wanted: boolean): Promise<void> {
    const next = await app.attempt(() => call('live.set', { on: wanted }))
    if (next !== undefined) status.value = next
  }

  const snap = async (): Promise<void> => {
    await app.attempt(() => call('camera.snap'))
  }

  function show(next: LivePicture): void {
    picture.value = next
    display.show(next)
  }

  /** The first picture whose exposure begins after now; null when none comes soon. */
  function nextPicture(): Promise<LivePicture | null> {
    // The exposure that is under way now began before.
    const after = (picture.value?.frame ?? -1) + 1
    return new Promise((resolve) => {
      const stop = watch(picture, (next) => next !== null && next.frame > after && end(next))
      const timer = setTimeout(() => end(null), NEXT_WITHIN_MS)
      function end(found: LivePicture | null): void {
        clearTimeout(timer)
        stop()
        resolve(found)
      }
    })
  }

  return { status, live, picture, display, load, configure, setLive, snap, show, nextPicture }
})
