import { describe, expect, it } from 'vitest'
import { StallWatch } from '../../../src-main/acquisition/stall-watch'
import { createStallAlarm } from '../../../src-main/stall-alarm'
import type { RunStatus } from '../../../src-preload/contract/run'

describe('a run that stands still', () => {
  it('is noticed when frames of an interval stay away, and is over with the next frame', () => {
    const watch = new StallWatch({ kind: 'interval', everyMs: 100 }, 10, 0)
    const look = (nowMs: number, accepted: number, running = true) =>
      watch.look({ nowMs, running, accepted, written: accepted })
    expect(look(1_000, 10)).toBeNull()
    expect(look(10_500, 10)).toBeNull()
    expect(look(11_100, 10)).toBe('no frames')
    expect(look(11_200, 11)).toBeNull()
    // A pause is no stall, and the time of it does not count after it.
    expect(look(60_000, 11, false)).toBeNull()
    expect(look(65_000, 11)).toBeNull()
  })

  it('a long interval is given its time, and a trigger that may never come is never missed', () => {
    const slow = new StallWatch({ kind: 'interval', everyMs: 60_000 }, 10, 0)
    expect(slow.look({ nowMs: 200_000, running: true, accepted: 0, written: 0 })).toBeNull()
    expect(slow.look({ nowMs: 310_000, running: true, accepted: 0, written: 0 })).toBe('no frames')
    const trigger = new StallWatch({ kind: 'serial', device: 'd' }, 10, 0)
    expect(trigger.look({ nowMs: 1e9, running: true, accepted: 0, written: 0 })).toBeNull()
  })

  it('a disk that takes nothing is noticed, whatever makes the frames', () => {
    const watch = new StallWatch({ kind: 'manual' }, 10, 0)
    expect(watch.look({ nowMs: 100, running: true, accepted: 5, written: 2 })).toBeNull()
    expect(watch.look({ nowMs: 5_200, running: true, accepted: 9, written: 2 })).toBe('disk')
    expect(watch.look({ nowMs: 5_300, running: true, accepted: 9, written: 3 })).toBeNull()
    expect(watch.look({ nowMs: 90_000, running: true, accepted: 9, written: 9 })).toBeNull()
  })

  it('is told once each time it begins', () => {
    const told: string[] = []
    const alarm = createStallAlarm((text) => told.push(text))
    for (const stalled of [null, 'disk', 'disk', null, 'no frames', 'disk'] as const)
      alarm({ stalled } as RunStatus)
    expect(told).toHaveLength(3)
  })
})
