import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Camera } from '../../../src-main/devices/device'
import { frameBytes, pixelView } from '../../../src-preload/contract/pixels'
import type { Open, Subject } from './subject'

/** What differs from camera to camera. */
export interface CameraFacts {
  readonly pixelType: 'uint8' | 'uint16'
  /** null: it can't be set. */
  readonly exposureMs: { readonly min: number; readonly max: number } | null
}

const SCIENTIFIC: CameraFacts = { pixelType: 'uint16', exposureMs: { min: 1, max: 10_000 } }

export function cameraSuite(
  name: string,
  open: Open<Subject<Camera>>,
  facts: CameraFacts = SCIENTIFIC
): void {
  /** The nearest to this that the camera can do; nothing where it can do nothing. */
  const exposure = (ms: number): { exposureMs?: number } => {
    if (facts.exposureMs === null) return {}
    const { min, max } = facts.exposureMs
    return { exposureMs: Math.min(max, Math.max(min, ms)) }
  }

  describe(`${name}: as a camera`, () => {
    let subject: Subject<Camera>
    let camera: Camera
    beforeEach(async () => {
      subject = await open()
      camera = subject.device
      await camera.prepare?.()
    })
    afterEach(() => subject.close())

    const slot = (): Uint8Array => new Uint8Array(new SharedArrayBuffer(frameBytes(camera.settings)))

    test('fills exactly the place it was given', async () => {
      const bytes = frameBytes(camera.settings)
      const memory = new Uint8Array(new SharedArrayBuffer(bytes + 128)).fill(0xaa)
      await camera.expose(memory.subarray(64, 64 + bytes))
      expect(memory.subarray(0, 64).every((byte) => byte === 0xaa)).toBe(true)
      expect(memory.subarray(64 + bytes).every((byte) => byte === 0xaa)).toBe(true)
      expect(memory.subarray(64, 64 + bytes).every((byte) => byte === 0xaa)).toBe(false)
    })

    test('tells the start of each exposure once, before it ends, in order', async () => {
      const starts: bigint[] = []
      for (let i = 0; i < 5; i++) {
        const report = await camera.expose(slot(), (at) => starts.push(at))
        expect(starts[i]).toBe(report.startedAt)
        expect(Number(process.hrtime.bigint() - report.startedAt) / 1e6).toBeGreaterThanOrEqual(
          report.exposureMs
        )
      }
      expect(starts.length).toBe(5)
      expect([...starts].sort((a, b) => Number(a - b))).toEqual(starts)
    })

    test('is busy for a second exposure, and free again after the first', async () => {
      await camera.configure(exposure(20))
      const first = camera.expose(slot())
      await expect(camera.expose(slot())).rejects.toMatchObject({ code: 'device.busy' })
      await first
      await camera.expose(slot())
    })

    test('answers what holds after a change, and keeps the rest', async () => {
      const { x, width, pixelType, binning, exposureMs } = camera.settings
      const now = await camera.configure({ height: 32, ...exposure(2) })
      const y = Math.floor((camera.sensor.height - 32) / 2)
      expect(now).toEqual({ x, y, width, height: 32, binning, pixelType, exposureMs, ...exposure(2) })
      expect(camera.settings).toEqual(now)
    })

    test('takes the exposure that it has, and refuses one that it can not do', async () => {
      const { exposureMs } = camera.settings
      expect(await camera.configure({ exposureMs })).toMatchObject({ exposureMs })
      const most = camera.status().properties.find(({ key }) => key === 'exposureMs')?.max ?? exposureMs
      await expect(camera.configure({ exposureMs: most + 1 })).rejects.toMatchObject({
        code: 'argument.invalid'
      })
      expect(camera.settings.exposureMs).toBe(exposureMs)
    })

    test('reads the region of its sensor that was asked, and the whole again', async () => {
      const { sensor } = camera
      const part = { x: 16, y: 8, width: 64, height: 32 }
      expect(await camera.configure(part)).toMatchObject(part)
      await camera.expose(slot())
      const whole = { x: 0, y: 0, width: sensor.width, height: sensor.height }
      expect(await camera.configure(whole)).toMatchObject(whole)
      await expect(camera.configure({ x: sensor.width - 8, width: 16 })).rejects.toMatchObject({
        code: 'argument.invalid'
      })
      expect(camera.settings).toMatchObject(whole)
    })

    test('keeps its field of view at another binning, where it can bin', async () => {
      const { sensor } = camera
      await camera.configure({ x: 16, y: 8, width: 64, height: 32, binning: 1 })
      for (const binning of sensor.binnings) {
        const now = await camera.configure({ binning })
        expect(now).toMatchObject({
          x: 16 / binning,
          y: 8 / binning,
          width: 64 / binning,
          height: 32 / binning
        })
        await camera.expose(slot())
        await camera.configure({ binning: 1, x: 16, y: 8, width: 64, height: 32 })
      }
      await expect(camera.configure({ binning: 7 })).rejects.toMatchObject({ code: 'argument.invalid' })
    })

    test('never fills more bits than it says carry signal (M7)', async () => {
      await camera.configure(exposure(5))
      const place = slot()
      await camera.expose(place)
      expect(camera.settings.pixelType).toBe(facts.pixelType)
      const greatest = Math.max(...pixelView(place, facts.pixelType))
      expect(greatest).toBeLessThan(2 ** camera.significantBits)
      expect(greatest).toBeGreaterThan(0)
    })

    test('lets go of a cancelled exposure, and writes nothing into it later (D4)', async () => {
      await camera.configure(exposure(10_000))
      const abort = new AbortController()
      const place = slot()
      const running = camera.expose(place, undefined, abort.signal)
      const isLong = camera.settings.exposureMs > 1000
      if (isLong) setTimeout(() => abort.abort(), 20)
      else abort.abort() // a short one could be over before
      await expect(running).rejects.toMatchObject({ code: 'cancelled' })
      place.fill(0x55)
      await camera.configure(exposure(1))
      await camera.expose(slot())
      expect(place.every((byte) => byte === 0x55)).toBe(true)
    })
  })
}
