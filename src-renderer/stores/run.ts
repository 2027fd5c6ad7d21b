/** The run: its status, the growing table, notes, and what must be right before it starts. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, triggerRef, watch } from 'vue'
import type { Preflight, RunStatus } from '../../src-preload/contract/run'
import { toFailure, type Failure } from '../../src-preload/contract/failure'
import { call, on } from '../client'
import { cellValue } from '../model/cell-text'
import { RowPages } from '../model/row-pages'
import { isActive, runRequest, triggerDevices, type Request } from '../model/run-request'
import { useApp } from './app'
import { useCamera } from './camera'
import { useDescription } from './description'
import { useDevices } from './devices'
import { useSettings } from './settings'

const PREFLIGHT_AFTER_MS = 300
const FOLLOW_EVERY_MS = 250

export const useRun = defineStore('run', () => {
  const app = useApp()
  const settings = useSettings()
  const devices = useDevices()
  const camera = useCamera()
  const description = useDescription()

  const status = shallowRef<RunStatus | null>(null)
  const preflight = shallowRef<Preflight | null>(null)
  /** The receipt of a finished run stays until it is put away. */
  const receiptOpen = ref(false)
  const starting = ref(false)

  const phase = computed(() => status.value?.phase ?? 'idle')
  const active = computed(() => isActive(phase.value))

  const triggers = computed(() => triggerDevices(devices.list))
  const triggerDevice = computed(() => {
    const chosen = triggers.value.find(({ id }) => id === settings.all?.triggerDevice)
    return (chosen ?? triggers.value.find(({ state }) => state === 'ready') ?? triggers.value[0])?.id ?? null
  })
  const request = computed<Request | null>(() =>
    settings.all === null ? null : runRequest(settings.all, triggerDevice.value)
  )

  const rows = shallowRef(
    new RowPages(
      (from, count) => call('run.rows', { from, count }),
      () => triggerRef(rows)
    )
  )

  // Following: one question at a time and at most four a second, however fast frames come.
  let following = false
  async function follow(): Promise<void> {
    if (following) return
    following = true
    try {
      while (status.value !== null && rows.value.total < status.value.written) {
        const before = rows.value.total
        await rows.value.follow()
        if (rows.value.total === before) break
        await new Promise((done) => setTimeout(done, FOLLOW_EVERY_MS))
      }
    } catch (error) {
      app.notify({ level: 'warning', said: toFailure(error) })
    } finally {
      following = false
    }
  }

  function take(next: RunStatus): void {
    const before = phase.value
    status.value = next
    if (next.phase === 'starting' || (isActive(next.phase) && !isActive(before))) rows.value.clear()
    if (isActive(before) && (next.phase === 'finished' || next.phase === 'failed')) receiptOpen.value = true
    if (next.phase === 'failed' && before !== 'failed' && next.failure !== null && next.receipt === null)
      app.fail(next.failure)
    void follow()
  }

  let asked = 0
  async function check(): Promise<void> {
    const now = request.value
    const mine = ++asked
    if (now === null || active.value) return
    if (now.kind === 'missing') {
      preflight.value = { sentence: '', lines: now.lines }
      return
    }
    try {
      const answer = await call('run.preflight', now.request)
      if (mine === asked) preflight.value = answer
    } catch (error) {
      const failure = toFailure(error)
      const line = {
        id: 'disk',
        level: 'stop',
        text: failure.message,
        ...(failure.next && { fix: failure.next })
      } as const
      if (mine === asked) preflight.value = { sentence: '', lines: [line] }
    }
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  const checkSoon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => void check(), PREFLIGHT_AFTER_MS)
  }
  const cameraFormat = computed(() => JSON.stringify([camera.status?.format, camera.status?.exposureMs]))
  const deviceStates = computed(() => devices.list.map(({ id, state }) => `${id} ${state}`).join())
  watch([request, cameraFormat, deviceStates, active, () => description.all], checkSoon)

  const canStart = computed(
    () =>
      !active.value &&
      !starting.value &&
      request.value?.kind === 'ready' &&
      !preflight.value?.lines.some(({ level }) => level === 'stop')
  )

  const start = (): Promise<void> => begin(() => request.value)

  /** A dataset that grows by a frame with each Snap, until it is stopped; it begins with one. */
  async function album(): Promise<void> {
    await begin(() =>
      settings.all === null
        ? null
        : runRequest({ ...settings.all, triggerKind: 'manual', frames: null, seconds: null }, null)
    )
    if (active.value) await camera.snap()
  }

  async function begin(wanted: () => Request | null): Promise<void> {
    if (active.value || starting.value) return
    await Promise.all([settings.flush(), description.flush()])
    const now = wanted()
    if (now?.kind !== 'ready') return
    starting.value = true
    receiptOpen.value = false
    rows.value.clear()
    const next = await app.attempt(() => call('run.start', now.request))
    starting.value = false
    if (next !== undefined) take(next)
  }

  const order = async (name: 'run.pause' | 'run.resume' | 'run.stop'): Promise<void> => {
    if (!active.value) return
    const next = await app.attempt(() => call(name))
    if (next !== undefined) take(next)
  }

  /** Answers why it can't be; null: it is so from now on. */
  async function focus(position: string | null, offsetUm: number | null): Promise<Failure | null> {
    try {
      await call('run.focus', { position, offsetUm })
      return null
    } catch (error) {
      return toFailure(error)
    }
  }

  /** The last mark or tag that is on disk. */
  const marked = shallowRef<{ readonly what: string | null; readonly frame: number } | null>(null)
  async function mark(tag: string | null): Promise<void> {
    if (!active.value || (status.value?.seen ?? 0) === 0) return
    const who = description.text('operator')
    const answer = await app.attempt(() => call('run.mark', { tag, who }))
    if (answer === undefined) return
    marked.value = { what: tag, frame: answer.frame }
    await rows.value.refresh(Math.min(answer.frame, Math.max(0, rows.value.total - 1)))
  }

  /** Answers the frame that the note is on, once it is on disk. */
  async function note(text: string): Promise<number | null> {
    const { frame } = await call('run.note', { text })
    if (frame !== null) await rows.value.refresh(Math.min(frame, Math.max(0, rows.value.total - 1)))
    return frame
  }

  /** Writes cells of frames; true when that is on disk. */
  async function edit(first: number, last: number, key: string, typed: string): Promise<boolean> {
    const cells = Array.from({ length: last - first + 1 }, (_, i) => ({
      frame: first + i,
      key,
      value: cellValue(typed)
    }))
    const done = await app.attempt(() => call('run.edit', { cells, who: description.text('operator') }))
    if (done === undefined) return false
    await rows.value.refreshAll()
    return true
  }

  async function load(): Promise<void> {
    on('run.status', take)
    take(await call('run.status'))
    checkSoon()
    // Free space and the next free name change without a word.
    setInterval(() => void check(), 10_000)
  }

  return {
    status,
    phase,
    active,
    preflight,
    canStart,
    starting,
    rows,
    triggers,
    triggerDevice,
    receiptOpen,
    load,
    start,
    album,
    note,
    mark,
    marked,
    edit,
    focus,
    pause: () => order('run.pause'),
    resume: () => order('run.resume'),
    stop: () => order('run.stop')
  }
})
