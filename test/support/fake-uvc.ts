/** A holder of USB cameras without a window: a camera whose every pixel, frame time, gap and end a test decides. */
import type { UvcEvents, UvcHost } from '../../src-main/devices/uvc/host'
import type { FoundUvcCamera, UvcFacts } from '../../src-preload/contract/uvc'

export interface FakeUvc extends UvcHost {
  cameras: readonly FoundUvcCamera[]
  facts: UvcFacts
  /** Windows that are open. */
  readonly windows: number
  /** Whether pixels are wanted now. */
  readonly sending: boolean
  /** Sends the next frame, after leaving out so many. */
  frame(leftOut?: number): void
  /** Sends frames by itself, each so many ms, until it is closed. */
  run(everyMs: number): void
  stopRunning(): void
  end(why: string): void
}

export const pixelOf = (x: number, y: number, frame: number): number => (x * 3 + y * 5 + frame) % 256

export function createFakeUvc(facts: Partial<UvcFacts> = {}): FakeUvc {
  let events: UvcEvents | null = null
  let windows = 0
  let sending = false
  let taken = 0
  let timer: NodeJS.Timeout | null = null
  const began = performance.now()
  const fake: FakeUvc = {
    cameras: [{ device: 'abcdef0123456789', label: 'Toy (1234:5678)' }],
    facts: { label: 'Toy (1234:5678)', width: 160, height: 120, frameMs: 5, exposure: null, ...facts },
    get windows() {
      return windows
    },
    get sending() {
      return sending
    },
    list: () => Promise.resolve(fake.cameras),
    async open(choose, told) {
      choose(await fake.list())
      events = told
      windows += 1
      let isOpen = true
      setTimeout(() => fake.frame(), 0)
      return {
        get facts() {
          return fake.facts
        },
        pixels: (on) => (sending = on),
        setExposure(valueMs) {
          const { exposure } = fake.facts
          if (exposure !== null) fake.facts = { ...fake.facts, exposure: { ...exposure, valueMs } }
          return Promise.resolve(fake.facts)
        },
        close() {
          if (!isOpen) return
          isOpen = false
          windows -= 1
          sending = false
          if (events === told) events = null
        }
      }
    },
    frame(leftOut = 0) {
      taken += 1 + leftOut
      const { width, height } = fake.facts
      const luma = sending ? new Uint8Array(width * height) : null
      luma?.forEach((_, i) => (luma[i] = pixelOf(i % width, Math.floor(i / width), taken)))
      const running = (performance.now() - began) * 1000
      const timestampUs = timer === null ? taken * fake.facts.frameMs * 1000 : running
      events?.onFrame({ timestampUs, luma })
    },
    run(everyMs) {
      timer = setInterval(() => fake.frame(), everyMs)
    },
    stopRunning() {
      if (timer !== null) clearInterval(timer)
    },
    end(why) {
      const told = events
      events = null
      told?.onEnd(why)
    }
  }
  return fake
}
