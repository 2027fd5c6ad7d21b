/** Presets of devices: kept with the settings, set one at a time. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { DevicePreset } from '../../src-preload/contract/device-preset'
import { call } from '../client'
import { holds } from '../model/device-presets'
import { useApp } from './app'
import { useDevices } from './devices'
import { useSettings } from './settings'

export const useDevicePresets = defineStore('device-presets', () => {
  const app = useApp()
  const devices = useDevices()
  const settings = useSettings()
  const list = computed<readonly DevicePreset[]>(() => settings.all?.devicePresets ?? [])
  /** The preset whose values are on their way, by id. */
  const applying = ref<string | null>(null)
  const holding = computed(
    () => new Set(list.value.filter((one) => holds(one, devices.list)).map(({ id }) => id))
  )

  const save = (presets: readonly DevicePreset[]): void => settings.change({ devicePresets: [...presets] })
  const put = (preset: DevicePreset): void =>
    save(
      list.value.some(({ id }) => id === preset.id)
        ? list.value.map((one) => (one.id === preset.id ? preset : one))
        : [...list.value, preset]
    )
  const remove = (preset: string): void => save(list.value.filter(({ id }) => id !== preset))

  async function apply(preset: DevicePreset): Promise<void> {
    if (applying.value !== null) return
    applying.value = preset.id
    try {
      await app.attempt(() => call('devices.apply', preset))
    } finally {
      applying.value = null
    }
  }

  return { list, applying, holding, put, remove, save, apply }
})
