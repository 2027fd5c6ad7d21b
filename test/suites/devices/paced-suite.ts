import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Camera, ExposureReport, PaceSink } from '../../../src-main/devices/device'
import type { Failed } from '../../../src-preload/contract/failure'
import { frameBytes } from '../../../src-preload/contract/pixels'
import { until, type Open, type Subject } from './subject'

const EVERY_MS = 20
/** More than any camera holds at once. */
const SLOTS = 256

/** What every camera does that goes at its own pace. */
export function pacedSuite(name: string, open: Open<Subject<Camera>>): void {
  describe(`${name}: at its own pace`, () => {
    let subject: Subject<Camera>
    let camera: Camera
    let stop: () => Promise<void> = () => Promise.resolve()
    beforeEach(async () => {
      subject = await open()
      camera = subject.device
      await camera.configure({ exposureMs: 2 })
      await camera.prepare?.()
    })
    afterEach(async () => {
      await stop()
      await subject.close()
    })

    /** Takes frames into places of its own, each one place once. */
    function taker() {
      const places = Array.from(
        { length: SLOTS },
        () => new Uint8Array(new SharedArrayBuffer(frameBytes(camera.settings)))
      )
      const out = new Set<number>()
      const frames: ExposureReport[] = []
      const arrived: bigint[] = []
      const lost: string[] = []
      const state = { room: true, given: 0, failure: null as Failed | null }
      const sink: PaceSink = {
        place() {
          const pixels = places[state.given]
          if (!state.room || pixels === undefined) return null
          out.add(state.given)
          return { slot: state.given++, pixels }
        },
        started: () => undefined,
        frame(slot, report) {
          expect(out.delete(slot)).toBe(true)
          expect(places[slot]?.some((byte) => byte !== 0)).toBe(true)
          frames.push(report)
          arrived.push(process.hrtime.bigint())
        },
        lost: (cause) => void lost.push(cause),
        unused: (slot) => expect(out.delete(slot)).toBe(true),
        failed: (why) => void (state.failure = why)
      }
      return { sink, places, out, frames, arrived, lost, state }
    }

    const start = async (sink: PaceSink, everyMs = EVERY_MS): Promise<void> => {
      const { pacing } = camera
      if (pacing === undefined || pacing === null) throw new Error('it has no pace of its own')
      stop = await pacing.start(everyMs, sink)
    }

    test('sends frames by itself at the interval, in order, with numbers that tell of each lost one', async () => {
      const { sink, frames, arrived, state } = taker()
      await start(sink)
      await until('20 frames', () => frames.length >= 20, 5000)
      await stop()
      expect(state.failure).toBeNull()
      const starts = frames.map(({ startedAt }) => startedAt)
      expect([...starts].sort((a, b) => Number(a - b))).toEqual(starts)
      for (const [i, { startedAt, exposureMs, lostBefore, cameraFrame }] of frames.entries()) {
        // Nothing arrives before its exposure is over.
        expect(Number((arrived[i] ?? 0n) - startedAt) / 1e6).toBeGreaterThanOrEqual(exposureMs)
        const before = frames[i - 1]?.cameraFrame
        if (before !== undefined) expect((cameraFrame ?? NaN) - before).toBe(1 + lostBefore)
      }
      const [first, last] = [frames[0], frames[frames.length - 1]]
      const intervals = (last?.cameraFrame ?? NaN) - (first?.cameraFrame ?? NaN)
      const meanMs = Number((last?.startedAt ?? 0n) - (first?.startedAt ?? 0n)) / 1e6 / intervals
      expect(meanMs).toBeGreaterThan(0.8 * EVERY_MS)
      expect(meanMs).toBeLessThan(1.4 * EVERY_MS)
    })

    test('is busy meanwhile, and as it was afterwards', async () => {
      const before = camera.settings
      const { sink, frames } = taker()
      const place = new Uint8Array(new SharedArrayBuffer(frameBytes(camera.settings)))
      await start(sink)
      await expect(camera.expose(place)).rejects.toMatchObject({ code: 'device.busy' })
      await expect(camera.configure({ exposureMs: 3 })).rejects.toMatchObject({ code: 'device.busy' })
      await expect(camera.pacing?.start(EVERY_MS, sink)).rejects.toMatchObject({ code: 'device.busy' })
      await until('a frame', () => frames.length > 0)
      await stop()
      expect(camera.settings).toEqual(before)
      await camera.configure({ exposureMs: 3 })
      expect((await camera.expose(place)).exposureMs).toBe(3)
    })

    test('gives every place back, and writes into none after it was stopped', async () => {
      const { sink, frames, out, places } = taker()
      await start(sink)
      await until('3 frames', () => frames.length >= 3)
      await stop()
      await stop()
      const taken = frames.length
      expect(out.size).toBe(0)
      for (const place of places) place.fill(0x55)
      await new Promise((resolve) => setTimeout(resolve, 4 * EVERY_MS))
      expect(frames.length).toBe(taken)
      expect(places.every((place) => place.every((byte) => byte === 0x55))).toBe(true)
    })

    test('tells of every frame for which there was no place, and goes on when there is one (T5)', async () => {
      const { sink, frames, lost, state } = taker()
      await start(sink)
      await until('3 frames', () => frames.length >= 3)
      state.room = false
      await until('3 lost', () => lost.length >= 3, 5000)
      state.room = true
      const before = frames.length
      const known = lost.length
      await until('frames again', () => frames.length > before + 1)
      await stop()
      expect(new Set(lost)).toEqual(new Set(['no place']))
      const skipped = frames.reduce((sum, { cameraFrame, lostBefore }, i) => {
        const last = frames[i - 1]?.cameraFrame ?? (cameraFrame ?? NaN) - 1
        return sum + (cameraFrame ?? NaN) - last - 1 - lostBefore
      }, 0)
      expect(skipped).toBeGreaterThanOrEqual(known)
      expect(skipped).toBeLessThanOrEqual(lost.length)
    })

    test('refuses an interval that it can not keep', async () => {
      const { sink, out } = taker()
      await camera.configure({ exposureMs: 50 })
      const { min } = camera.pacing?.intervalsMs() ?? { min: NaN }
      expect(min).toBeGreaterThanOrEqual(50)
      await expect(start(sink, 10)).rejects.toMatchObject({ code: 'argument.invalid' })
      expect(out.size).toBe(0)
      await camera.configure({ exposureMs: 2 })
    })

    test('can be closed meanwhile (D4)', async () => {
      const { sink, frames, out } = taker()
      await start(sink)
      await until('a frame', () => frames.length > 0)
      await camera.close()
      expect(out.size).toBe(0)
    })
  })
}
