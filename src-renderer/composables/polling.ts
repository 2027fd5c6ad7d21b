/** Asks main again and again while its component is shown: one question at a time, the next a while after the answer. */
import { onActivated, onBeforeUnmount, onDeactivated, onMounted } from 'vue'
import { toFailure } from '../../src-preload/contract/failure'
import { useApp } from '../stores/app'

export interface Polling {
  /** Asks now, or after a while, instead of when the next question was due; an answer that is still out is no longer the latest. */
  again(afterMs?: number): void
}

/**
 * `ask` answers whether to go on. `latest` tells it, after its answer has come, whether nothing newer was asked meanwhile.
 * A failure is told once and ends it, until `again` or until the component is shown anew.
 */
export function usePolling(ask: (latest: () => boolean) => Promise<boolean>, everyMs: number): Polling {
  const app = useApp()
  let shown = false
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function stop(): void {
    asked += 1
    clearTimeout(timer)
  }
  function again(afterMs = 0): void {
    stop()
    if (!shown) return
    if (afterMs > 0) timer = setTimeout(() => void look(), afterMs)
    else void look()
  }
  async function look(): Promise<void> {
    const mine = ++asked
    const latest = (): boolean => mine === asked
    try {
      if ((await ask(latest)) && latest()) timer = setTimeout(() => void look(), everyMs)
    } catch (error) {
      if (latest()) app.notify({ level: 'warning', said: toFailure(error) })
    }
  }

  // A kept-alive component is mounted and activated at its first show.
  function show(): void {
    if (shown) return
    shown = true
    again()
  }
  function hide(): void {
    shown = false
    stop()
  }
  onMounted(show)
  onActivated(show)
  onDeactivated(hide)
  onBeforeUnmount(hide)
  return { again }
}
