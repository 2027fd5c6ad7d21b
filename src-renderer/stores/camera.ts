/** The camera and how its picture is shown. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Argument } from '../../src-preload/contract/commands'
import type { CameraStatus } from '../../src-preload/contract/run'
import { call, on } from '../client'
import { createDisplay } from '../composables/display'
import { keepDisplay } from '../composables/kept-display'
import { useApp } from './app'

export const useCamera = defineStore('camera', () => {
  const app = useApp()
  const status = shallowRef<CameraStatus | null>(null)
  const display = createDisplay('each')
  keepDisplay(display, () => status.value?.device ?? null)
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

  return { status, live, display, load, configure, setLive, snap }
})
