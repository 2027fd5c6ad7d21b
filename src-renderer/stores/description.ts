/** The draft of a description as the page edits it: shown at once, kept by main in the background, with undo that main remembers. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type {
  Description,
  DescriptionChange,
  FieldValue,
  Preset,
  PresetKind
} from '../../src-preload/contract/description'
import { askedFields, completeness, templateOf } from '../../src-preload/contract/description-fields'
import { call, on } from '../client'
import { DESCRIPTION, Draft } from '../model/draft'
import { useApp } from './app'

/** A kill of the app may cost what was typed in this time, and no more. */
const SAVE_AFTER_MS = 200

export const useDescription = defineStore('description', () => {
  const app = useApp()
  const all = shallowRef<Description | null>(null)
  const saving = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined

  const draft = new Draft<Description, DescriptionChange>(
    (change) => call('description.change', change),
    (description) => (all.value = description),
    DESCRIPTION
  )

  async function flush(): Promise<void> {
    clearTimeout(timer)
    await app.attempt(() => draft.flush())
    saving.value = draft.dirty
  }

  function change(patch: DescriptionChange): void {
    if (all.value === null) return
    draft.add(patch)
    all.value = DESCRIPTION.onto(all.value, patch)
    saving.value = true
    clearTimeout(timer)
    timer = setTimeout(() => void flush(), SAVE_AFTER_MS)
  }

  /** An empty text is no value. */
  const set = (id: string, value: FieldValue | null): void =>
    change({ values: { [id]: value === '' ? null : value } })
  const text = (id: string): string => {
    const value = all.value?.values[id]
    return typeof value === 'string' ? value : ''
  }

  async function step(name: 'description.undo' | 'description.redo'): Promise<void> {
    await flush()
    const next = await app.attempt(() => call(name))
    if (next !== undefined) all.value = draft.over(next)
  }

  const template = computed(() => (all.value === null ? null : templateOf(all.value)))
  const fields = computed(() =>
    all.value === null ? [] : askedFields(all.value.profile, template.value, all.value.values)
  )
  const score = computed(() => (all.value === null ? null : completeness(all.value, template.value)))
  const presetOf = (kind: PresetKind): Preset | null =>
    all.value?.presets.find(({ id }) => id === all.value?.chosen[kind]) ?? null

  async function load(): Promise<void> {
    on('description.changed', (next) => (all.value = draft.over(next)))
    all.value = draft.over(await call('description.get'))
    window.addEventListener('pagehide', () => void draft.flush())
    window.addEventListener('blur', () => void flush())
  }

  return {
    all,
    saving,
    template,
    fields,
    score,
    presetOf,
    load,
    change,
    set,
    text,
    flush,
    undo: () => step('description.undo'),
    redo: () => step('description.redo')
  }
})
