/** What the window shows beside its views: the open view, failures, notices, the key table. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { toFailure, type Failure, type Said } from '../../src-preload/contract/failure'
import type { AppInfo } from '../../src-preload/contract/commands'
import type { Events } from '../../src-preload/contract/events'
import { call } from '../client'
import type { HelpPageName } from '../model/help-names'
import type { View } from '../model/shortcuts'

export interface Notice {
  readonly id: number
  readonly level: Events['notice']['level']
  readonly said: Said
}

/** Infos leave by themselves; warnings and errors wait for the user. */
const INFO_MS = 8_000

export const useApp = defineStore('app', () => {
  const view = ref<View>('acquire')
  const info = shallowRef<AppInfo | null>(null)
  const failure = shallowRef<Failure | null>(null)
  const notices = shallowRef<readonly Notice[]>([])
  const keysOpen = ref(false)
  /** The open page of the help, by name. */
  const helpPage = ref<HelpPageName>('first-recording')
  let last = 0

  const dismiss = (id: number): void => {
    notices.value = notices.value.filter((notice) => notice.id !== id)
  }

  function notify({ level, said }: Events['notice']): void {
    const id = ++last
    // The same thing said twice is one notice.
    const others = notices.value.filter((notice) => notice.said.message !== said.message)
    notices.value = [...others, { id, level, said }].slice(-5)
    if (level === 'info') setTimeout(() => dismiss(id), INFO_MS)
  }

  function fail(told: Failure): void {
    if (told.code !== 'cancelled') failure.value = told
  }

  /** Runs something the user asked for; a failure becomes the failure dialog. */
  async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      fail(toFailure(error))
      return undefined
    }
  }

  function help(page: HelpPageName): void {
    helpPage.value = page
    view.value = 'help'
  }

  const load = async (): Promise<void> => {
    info.value = await call('app.info')
  }

  return { view, info, failure, notices, keysOpen, helpPage, help, notify, dismiss, fail, attempt, load }
})
