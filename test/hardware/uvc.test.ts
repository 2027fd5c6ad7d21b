/** USB cameras by the app's hidden window, in a real Electron, against Chromium's fake camera. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Camera, ExposureReport } from '../../src-main/devices/device'
import { connectUvcCamera } from '../../src-main/devices/uvc/camera'
import { findUvcCameras } from '../../src-main/devices/uvc/names'
import { frameBytes } from '../../src-preload/contract/pixels'
import { cameraSuite } from '../suites/devices/camera-suite'
import { deviceSuite } from '../suites/devices/device-suite'
import { until } from '../suites/devices/subject'
import { startUvcPeer, type UvcPeer } from '../support/uvc-peer'

describe('PEER uvc', () => {
  let peer: UvcPeer
  let name = ''
  beforeAll(async () => {
    peer = await startUvcPeer()
    const [first = ''] = await findUvcCameras(peer.host)
    name = first
  })
  afterAll(() => peer.end())

  const opened: Camera[] = []
  afterEach(async () => {
    for (const camera of opened.splice(0)) await camera.close()
  })
  const connect = async (): Promise<Camera> => {
    const camera = await connectUvcCamera(name, peer.host)
    opened.push(camera)
    return camera
  }
  const open = async () => {
    const device = await connect()
    await device.configure({ width: 128, height: 64, exposureMs: 1 })
    return { device, close: () => device.close() }
  }
  const slot = (camera: Camera): Uint8Array =>
    new Uint8Array(new SharedArrayBuffer(frameBytes(camera.settings)))

  test('is found by its name, and its picture is whole when nothing else was asked', async () => {
    expect(name).toMatch(/^fake_device_0 #[0-9a-f]{6}$/)
    const camera = await connect()
    const { width, height } = camera.sensor
    expect(width * height).toBeGreaterThanOrEqual(640 * 480)
    expect(camera.settings).toMatchObject({ x: 0, y: 0, width, height, pixelType: 'uint8' })
  })

  test('a camera that is not there is a sentence', async () => {
    await expect(connectUvcCamera('no such camera #123456', peer.host)).rejects.toMatchObject({
      code: 'device.absent'
    })
  })

  deviceSuite('camera', open)
  cameraSuite('camera', open, { pixelType: 'uint8', exposureMs: { min: 1, max: 10 } })

  test('its numbers and clock go up, and no frame begins before it was asked for', async () => {
    const camera = await connect()
    const reports: ExposureReport[] = []
    for (let i = 0; i < 20; i++) {
      const asked = process.hrtime.bigint()
      const report = await camera.expose(slot(camera))
      expect(report.startedAt).toBeGreaterThanOrEqual(asked)
      reports.push(report)
    }
    const steps = reports.slice(1).map((report, i) => {
      const before = reports[i] as ExposureReport
      const number = (report.cameraFrame ?? 0) - (before.cameraFrame ?? 0)
      const ms = Number((report.cameraTicks ?? 0n) - (before.cameraTicks ?? 0n)) / 1000
      return { number, ms }
    })
    for (const { number, ms } of steps) {
      expect(number).toBeGreaterThanOrEqual(1)
      expect(ms).toBeGreaterThan(0)
    }
  })

  test('is lost when its window dies, and taken up again with its settings (D2)', async () => {
    const camera = await connect()
    await camera.configure({ width: 96, height: 48, exposureMs: 3 })
    const running = camera.expose(slot(camera))
    const outcome = running.catch((error: unknown) => error)
    expect(await peer.killPages()).toBe(1)
    await until('lost', () => camera.status().state === 'lost')
    await outcome // a frame that came first, or the loss
    await expect(camera.expose(slot(camera))).rejects.toMatchObject({ code: 'device.lost' })
    await until('back', () => camera.status().state === 'ready', 15_000)
    expect(camera.settings).toMatchObject({ width: 96, height: 48, exposureMs: 3 })
    await camera.expose(slot(camera))
  })
})
