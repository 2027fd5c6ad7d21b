// Time along an axis: which frame belongs to a time, and what is played when.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { createPlayer, type Player } from '../../../src-renderer/composables/player'
import { axisValue, stamp } from '../../../src-renderer/model/axis-value'
import { FrameRows } from '../../../src-renderer/model/frame-rows'
import {
  announcedMoments,
  begun,
  lastStays,
  measuredMoments,
  nearest,
  playStep,
  type Moment
} from '../../../src-renderer/model/moments'

/** Frames of an event-driven run: a burst, a long pause, and two at the same time. */
const TIMES = [0.2, 0.25, 0.3, 0.35, 4, 4, 9.5]
const moments: readonly Moment[] = TIMES.map((seconds, at) => ({ at, seconds }))

function rows(
  places: readonly (readonly number[])[],
  times: readonly (number | null)[],
  unit = 's'
): FrameRows {
  const made = new FrameRows()
  made.add({
    keys: ['delta_t'],
    units: { delta_t: unit },
    free: [],
    total: places.length,
    from: 0,
    rows: places.map((storageIndex, frame) => ({
      frame,
      image: 0,
      storageIndex,
      cells: [times[frame] ?? null],
      present: true
    }))
  })
  return made
}

describe('the frame of a time', () => {
  it('is the last one that has begun, and while dragging the nearest', () => {
    for (let time = -1; time < 11; time += 0.01) {
      const before = TIMES.filter((each) => each <= time).length
      expect(begun(moments, time), String(time)).toBe(Math.max(0, before - 1))
      const near = nearest(moments, time)
      const distance = Math.min(...TIMES.map((each) => Math.abs(each - time)))
      expect(Math.abs((near?.seconds ?? NaN) - time), String(time)).toBeCloseTo(distance, 9)
    }
    expect(nearest([], 3)).toBeUndefined()
  })

  it('comes from the frames that differ in this axis alone, in order of time', () => {
    const places = [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
      [2, 0]
    ]
    const read = rows(places, [0, 5, 30, 35, 20], 'ms')
    expect(measuredMoments(read, 0, [7, 0], 0)).toEqual([
      { at: 0, seconds: 0 },
      { at: 2, seconds: 0.02 },
      { at: 1, seconds: 0.03 }
    ])
    expect(measuredMoments(read, 0, [1, 9], 1).map(({ at }) => at)).toEqual([0, 1])
    expect(measuredMoments(read, 1, [0, 0], 0)).toEqual([])
    expect(measuredMoments(rows(places, [0, 1, 2, 3, 4], 'ticks'), 0, [0, 0], 0)).toEqual([])
    expect(measuredMoments(rows(places, [null, 1, 2, null, null]), 0, [0, 0], 0)).toEqual([
      { at: 1, seconds: 2 }
    ])
  })

  it('is announced only by a time axis with a unit of time', () => {
    expect(announcedMoments({ name: 't', size: 3, unit: 'minute', scale: 2, translation: 1 })).toEqual([
      { at: 0, seconds: 60 },
      { at: 1, seconds: 180 },
      { at: 2, seconds: 300 }
    ])
    expect(announcedMoments({ name: 't', size: 3, scale: 2 })).toEqual([])
    expect(announcedMoments({ name: 't', size: 3, unit: 's' })).toEqual([])
    expect(announcedMoments({ name: 'z', size: 3, unit: 's', scale: 1 })).toEqual([])
  })
})

describe('what a place along an axis means', () => {
  const known = {
    channels: [{ name: 'DAPI' }, { name: 'GFP' }],
    seconds: 3.4119,
    positionZ: 12.5,
    zUnit: 'µm'
  }
  it('is a time to the millisecond, a depth with its unit, a channel by its name', () => {
    expect(axisValue({ name: 't', size: 9 }, 3, known)).toBe('t = 00:03.412')
    expect(axisValue({ name: 't', size: 9 }, 3, { ...known, seconds: null })).toBe('')
    expect(axisValue({ name: 'c', size: 2 }, 1, known)).toBe('GFP')
    expect(axisValue({ name: 'z', size: 9, unit: 'µm', scale: 0.25, translation: -1 }, 2, known)).toBe(
      'z = -0.5 µm'
    )
    expect(axisValue({ name: 'z', size: 9, scale: 1 }, 2, known)).toBe('z = 12.5 µm')
    expect(axisValue({ name: 'z', size: 9 }, 2, { ...known, positionZ: null })).toBe('')
  })
  it.each([
    [0, '00:00.000'],
    [0.9996, '00:01.000'],
    [59.9999, '01:00.000'],
    [3723.4, '1:02:03.400'],
    [-1.5, '−00:01.500']
  ])('%d s is written %s', (seconds, text) => expect(stamp(seconds)).toBe(text))
})

describe('playing', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
  afterEach(() => void vi.useRealTimers())

  /** Pictures come so long after they were asked for. */
  function playing(delayMs: number, times: readonly Moment[] = moments, size = times.length) {
    const scope = effectScope()
    const at = ref(0)
    const onScreen = ref(0)
    const seen: { readonly ms: number; readonly at: number }[] = []
    const player = scope.run(() =>
      createPlayer({
        moments: () => times,
        at: () => at.value,
        size: () => size,
        show(next) {
          at.value = next
          seen.push({ ms: performance.now(), at: next })
          setTimeout(() => onScreen.value++, delayMs)
        },
        onScreen: () => onScreen.value
      })
    ) as Player
    const run = async (ms: number): Promise<void> => {
      for (let t = 0; t < ms; t++) {
        vi.advanceTimersByTime(1)
        await nextTick()
      }
    }
    return { player, at, seen, run, scope }
  }

  it.each([0.5, 1, 4, 16] as const)('at × %d each frame comes at its own time', async (speed) => {
    const { player, seen, run, scope } = playing(1)
    player.loop.value = false
    player.setSpeed(speed)
    const start = performance.now()
    player.toggle()
    await run((12 / speed) * 1000 + 200)
    expect(player.playing.value).toBe(false)
    for (const { ms, at } of seen) {
      const media = 0.2 + ((ms - start) / 1000) * speed
      expect(begun(moments, media + 0.002 * speed), `${media}`).toBeGreaterThanOrEqual(at)
      expect(at).toBe(begun(moments, media + 1e-6))
    }
    // two frames at one time: the later one is seen
    const wanted = speed <= 4 ? [1, 2, 3, 5, 6] : seen.map(({ at }) => at)
    expect(seen.map(({ at }) => at)).toEqual(wanted)
    expect(seen.at(-1)?.at).toBe(6)
    scope.stop()
  })

  it('leaves frames out where pictures come too slowly, and stays in time', async () => {
    const even = Array.from({ length: 100 }, (_, at) => ({ at, seconds: at / 10 }))
    const { player, seen, run, scope } = playing(330, even)
    player.setSpeed(1)
    const start = performance.now()
    player.toggle()
    await run(5_000)
    for (const { ms, at } of seen) expect(Math.abs((ms - start) / 100 - at)).toBeLessThan(1.1)
    expect(seen.length).toBeLessThan(17)
    scope.stop()
  })

  it('begins again at the end, goes on from where the slider was put, and starts over when it stands at the end', async () => {
    const even = Array.from({ length: 5 }, (_, at) => ({ at, seconds: 10 + at }))
    const { player, at, seen, run, scope } = playing(1, even)
    player.toggle()
    expect(player.speed.value).toBe(1)
    await run(6_500)
    expect(seen.map((each) => each.at)).toEqual([1, 2, 3, 4, 0, 1])
    at.value = 3
    await run(1_600)
    expect(seen.at(-1)?.at).toBe(4)
    player.toggle()
    player.loop.value = false
    player.toggle()
    await run(1_500)
    expect(seen.slice(-2).map((each) => each.at)).toEqual([0, 1])
    scope.stop()
  })

  it('without times, or with a frame every now and then, goes frame by frame at a fixed rate', async () => {
    const { player, seen, run, scope } = playing(1, [], 4)
    expect(player.speed.value).toBe('frames')
    player.setSpeed(4)
    expect(player.speed.value).toBe('frames')
    player.toggle()
    await run(1_000)
    expect(seen.map((each) => each.at).slice(0, 6)).toEqual([1, 2, 3, 0, 1, 2])
    expect(seen.length).toBeLessThanOrEqual(10)
    scope.stop()
    const slow = playing(
      1,
      moments.map(({ at }) => ({ at, seconds: at * 600 }))
    )
    expect(slow.player.speed.value).toBe('frames')
    slow.player.setSpeed(1)
    expect(slow.player.speed.value).toBe(1)
    slow.scope.stop()
  })

  it('holds the last frame as long as the others on average', () => {
    expect(lastStays(moments)).toBeCloseTo(9.3 / 6)
    expect(playStep(moments, 9.6, 2)).toMatchObject({ at: 6 })
    expect(playStep(moments, 11.2, 2)).toBe('over')
    expect(playStep([], 0, 1)).toBe('over')
    const step = playStep(moments, 1, 2)
    expect(step === 'over' ? step : [step.at, Math.round(step.waitMs)]).toEqual([3, 1500])
  })
})
