/** The rules as they are kept in the settings, and what they see and do while a run is on. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Rule, RuleFire, RuleState } from '../../src-preload/contract/rule'
import { call } from '../client'
import { newRule, ruleSentence, type Names } from '../model/rule-sentence'
import { strings } from '../strings'
import { useDevices } from './devices'
import { useRun } from './run'
import { useSettings } from './settings'

export const useRules = defineStore('rules', () => {
  const settings = useSettings()
  const devices = useDevices()
  const run = useRun()
  const selectedId = ref<string | null>(null)
  const states = shallowRef<readonly RuleState[]>([])
  const fires = shallowRef<readonly RuleFire[]>([])

  const list = computed<readonly Rule[]>(() => settings.all?.rules ?? [])
  const selected = computed(
    () => list.value.find(({ id }) => id === selectedId.value) ?? list.value[0] ?? null
  )

  const names: Names = {
    reading: (key) => {
      const found = devices.readings.find(({ property }) => property.recordKey === key)?.property
      return { label: key.replace(/_/g, ' '), unit: found?.unit ?? '' }
    },
    device: (id) => devices.list.find((device) => device.id === id)?.label ?? id,
    preset: (id) => settings.all?.devicePresets.find((one) => one.id === id)?.name ?? strings.rules.gonePreset
  }
  const sentence = (rule: Rule): string => ruleSentence(rule, names)

  /** What a rule sees now: from the run while one is on, else from the devices. */
  function seen(rule: Rule): { value: number | null; stale: boolean } {
    const state = run.active ? states.value.find(({ id }) => id === rule.id) : undefined
    if (state !== undefined) return state
    if (rule.source.kind !== 'reading') return { value: null, stale: false }
    const { key } = rule.source
    const reading = devices.readings.find(({ property }) => property.recordKey === key)?.property
    const value = reading?.value
    return { value: typeof value === 'number' ? value : null, stale: reading?.stale ?? false }
  }

  const save = (rules: readonly Rule[]): void => settings.change({ rules: [...rules] })

  function change(id: string, patch: Partial<Rule>): void {
    save(list.value.map((rule) => (rule.id === id ? { ...rule, ...patch } : rule)))
  }
  function add(): void {
    const first = devices.readings.find(({ property }) => typeof property.value === 'number')?.property
    const key = first?.recordKey ?? 'temperature'
    const value = typeof first?.value === 'number' ? Math.round(first.value * 10) / 10 : 0
    const rule = newRule(crypto.randomUUID(), strings.rules.newName(list.value.length + 1), key, value)
    save([...list.value, rule])
    selectedId.value = rule.id
  }
  function remove(id: string): void {
    save(list.value.filter((rule) => rule.id !== id))
  }

  /** Asks the run what its rules see and did. */
  async function look(): Promise<void> {
    const now = await call('run.rules')
    states.value = now.states
    fires.value = now.fires
  }

  return { list, selected, selectedId, fires, sentence, seen, names, change, add, remove, look }
})
