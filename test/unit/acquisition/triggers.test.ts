import { describe, expect, it } from 'vitest'
import { startRunClock } from '../../../src-main/acquisition/clock'
import { intervalTrigger, lineTrigger, type Fire } from '../../../src-main/acquisition/triggers'
import { until } from './fakes'
import type { TriggerEdge, TriggerInput } from '../../../src-main/devices/device'

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

describe('interval trigger', () => {
  it('plans on the monotonic clock, so that delays do not add up', async () => {
    const fires: Fire[] = []
    const stop = intervalTrigger(5, () => process.hrtime.bigint()).start((fire) => fires.push(fire))
    await wait(100)
    stop()
    const first = fires[0]?.wantedAt ?? 0n
    for (const [i, { wantedAt }] of fires.entries()) {
      expect(Number(wantedAt - first) % 5e6).toBe(0)
      if (i > 0) expect(wantedAt).toBeGreaterThan(fires[i - 1]?.wantedAt ?? 0n)
    }
    expect(fires.length).toBeGreaterThan(3)
    const count = fires.length
    await wait(20)
    expect(fires.length).toBe(count)
  })

  it('catches up after a short hold-up and counts what a long one skipped (T6)', async () => {
    const fires: Fire[] = []
    let now = 0n
    const stop = intervalTrigger(10, () => now).start((fire) => fires.push(fire))
    now = 35_000_000n
    await until(() => fires.length === 4)
    expect(fires.map(({ wantedAt }) => Number(wantedAt) / 1e6)).toEqual([0, 10, 20, 30])
    now = 2_005_000_000n
    await until(() => fires.length === 5)
    stop()
    expect(fires[4]).toMatchObject({ lostBefore: 196, wantedAt: 2_000_000_000n })
  })
})

it('a trigger line hands on its sequence and what it lost', () => {
  const listeners: ((edge: TriggerEdge) => void)[] = []
  const input = {
    onEdge: (listener: (edge: TriggerEdge) => void) => (listeners.push(listener), () => undefined)
  }
  const fires: Fire[] = []
  lineTrigger(input as unknown as TriggerInput).start((fire) => fires.push(fire))
  listeners[0]?.({ sequence: 7, receivedAt: 5n, lostBefore: 2, sourceUs: 99 })
  expect(fires).toEqual([{ source: 'serial', wantedAt: 5n, lostBefore: 2, sequence: 7, sourceUs: 99 }])
})

describe('run clock', () => {
  it('a step of the wall clock moves nothing (M1)', () => {
    let wall = Date.UTC(2026, 0, 2, 3, 4, 5)
    let mono = 1_000_000_000n
    const clock = startRunClock({ mono: () => mono, wall: () => wall })
    mono += 1_500_003_000n
    wall -= 3_600_000
    expect(clock.seconds(clock.now())).toBe(1.500003)
    expect(clock.utc(clock.now())).toBe('2026-01-02T03:04:06.500003Z')
  })
})
