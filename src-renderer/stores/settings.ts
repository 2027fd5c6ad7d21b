/** Settings as the page edits them: shown at once, saved in the background, never overwritten while being typed. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Settings } from '../../src-preload/contract/settings'
import { call, on } from '../client'
import { settingsDraft, type Patch } from '../model/draft'
import { useApp } from './app'

const SAVE_AFTER_MS = 350

export const useSettings = defineStore('settings', () => {
  const app = useApp()
  const all = shallowRef<Settings | null>(null)
  const saving = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined

  const draft = settingsDraft(
    (patch) => call('settings.set', patch),
    (settings) => (all.value = settings)
  )

  async function flush(): Promise<void> {
    clearTimeout(timer)
    await app.attempt(() => draft.flush())
    saving.value = draft.dirty
  }

  function change(patch: Patch): void {
    if (all.value === null) return
    draft.add(patch)
    all.value = { ...all.value, ...patch }
    saving.value = true
    clearTimeout(timer)
    timer = setTimeout(() => void flush(), SAVE_AFTER_MS)
  }

  async function chooseFolder(): Promise<void> {
    const settings = await app.attempt(() => call('settings.chooseFolder'))
    if (settings != null) all.value = draft.over(settings)
  }

  async function load(): Promise<void> {
    on('settings.changed', (settings) => (all.value = draft.over(settings)))
    all.value = draft.over(await call('settings.get'))
    // What was typed in the last third of a second is saved before the window goes.
    window.addEventListener('pagehide', () => void draft.flush())
    window.addEventListener('blur', () => void flush())
  }

  const theme = computed(() => all.value?.theme ?? 'dark')
  watch(theme, (name) => (document.documentElement.dataset['theme'] = name), { immediate: true })

  return { all, saving, theme, change, flush, chooseFolder, load }
})
