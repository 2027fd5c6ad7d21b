/** Plays along an axis: as fast as the frames were taken, times a factor, or a fixed number of frames a second. Never runs ahead of what is on the screen. */
import { computed, onScopeDispose, ref, watch, type ComputedRef, type Ref } from 'vue'
import { begun, playStep, type Moment } from '../model/moments'

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16] as const
/** `frames`: every frame for the same time. */
export type Speed = (typeof SPEEDS)[number] | 'frames'

export interface Playing {
  /** Earliest first; empty where nothing tells a time. */
  readonly moments: () => readonly Moment[]
  readonly at: () => number
  readonly size: () => number
  readonly show: (at: number) => void
  /** Is another thing whenever what was asked for is on the screen. */
  readonly onScreen: () => unknown
}

export interface Player {
  readonly playing: Ref<boolean>
  readonly speed: ComputedRef<Speed>
  readonly loop: Ref<boolean>
  readonly toggle: () => void
  readonly setSpeed: (speed: Speed) => void
}

const FIXED_MS = 100
/** A recording with a frame every now and then would seem to stand still: it is played frame by frame until told otherwise. */
const TOO_SLOW_S = 2
const LONGEST_WAIT_MS = 500

export function createPlayer(now: Playing): Player {
  const playing = ref(false)
  const loop = ref(true)
  const chosen = ref<Speed | null>(null)
  const usual = computed<Speed>(() => {
    const moments = now.moments()
    const span = (moments.at(-1)?.seconds ?? 0) - (moments[0]?.seconds ?? 0)
    return span > 0 && span / (moments.length - 1) <= TOO_SLOW_S ? 1 : 'frames'
  })
  const speed = computed<Speed>(() => (now.moments().length < 2 ? 'frames' : (chosen.value ?? usual.value)))

  /** The time in the recording, at a time of the page. */
  let anchor = { page: 0, seconds: 0 }
  let asked = -1
  let timer: ReturnType<typeof setTimeout> | undefined

  /** Of a frame without a time it is that of the one before it. */
  function secondsOf(at: number): number {
    let best = now.moments()[0]
    for (const moment of now.moments()) if (moment.at <= at && moment.at >= (best?.at ?? 0)) best = moment
    return best?.seconds ?? 0
  }
  const anchorAt = (seconds: number): void => {
    anchor = { page: performance.now(), seconds }
  }
  function wait(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(tick, Math.min(LONGEST_WAIT_MS, Math.max(1, ms)))
  }
  function show(at: number): void {
    asked = at
    now.show(at)
  }

  function tick(): void {
    if (!playing.value) return
    const { value } = speed
    if (value === 'frames') frameByFrame()
    else inTime(value)
  }

  function frameByFrame(): void {
    const left = FIXED_MS - (performance.now() - anchor.page)
    if (left > 1) return wait(left)
    const next = now.at() + 1
    if (next >= now.size() && !loop.value) return stop()
    anchorAt(0)
    show(next % now.size())
  }

  function inTime(factor: number): void {
    // somebody moved the slider: it goes on from there
    if (now.at() !== asked) {
      asked = now.at()
      anchorAt(secondsOf(asked))
    }
    const seconds = anchor.seconds + ((performance.now() - anchor.page) / 1000) * factor
    const step = playStep(now.moments(), seconds, factor)
    if (step === 'over') {
      if (!loop.value) return stop()
      const first = now.moments()[0]
      anchorAt(first?.seconds ?? 0)
      if (first !== undefined && first.at !== now.at()) show(first.at)
      else wait(1)
    } else if (step.at === now.at()) wait(step.waitMs)
    else show(step.at)
  }

  function start(): void {
    const moments = now.moments()
    const atEnd =
      speed.value === 'frames'
        ? now.at() >= now.size() - 1
        : begun(moments, secondsOf(now.at())) === moments.length - 1
    asked = now.at()
    playing.value = true
    if (atEnd) {
      const first = speed.value === 'frames' ? 0 : (moments[0]?.at ?? 0)
      anchorAt(secondsOf(first))
      if (first !== now.at()) return show(first)
    } else anchorAt(secondsOf(now.at()))
    wait(1)
  }
  function stop(): void {
    playing.value = false
    clearTimeout(timer)
  }

  watch(now.onScreen, () => {
    if (playing.value) wait(1)
  })
  onScopeDispose(stop)

  return {
    playing,
    speed,
    loop,
    toggle: () => (playing.value || now.size() < 2 ? stop() : start()),
    setSpeed(value) {
      chosen.value = value
      anchorAt(secondsOf(now.at()))
      if (playing.value) wait(1)
    }
  }
}
