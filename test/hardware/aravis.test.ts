/** The GenICam camera by libaravis against the fake GigE Vision camera of the Aravis project, on the loopback network. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connectGenicamCamera } from '../../src-main/devices/aravis/camera'
import { findGenicamCameras } from '../../src-main/devices/aravis/link'
import type { Camera } from '../../src-main/devices/device'
import { frameBytes } from '../../src-preload/contract/pixels'
import { cameraSuite } from '../suites/devices/camera-suite'
import { deviceSuite } from '../suites/devices/device-suite'
import { pause, until } from '../suites/devices/subject'

const ID = 'Aravis-Fake-GV01'

async function startPeer(...options: string[]): Promise<ChildProcess> {
  const peer = spawn('arv-fake-gv-camera-0.8', ['-i', '127.0.0.1', ...options], { stdio: 'ignore' })
  await once(peer, 'spawn')
  await pause(300)
  return peer
}

async function endPeer(peer: ChildProcess): Promise<void> {
  const ended = once(peer, 'exit')
  peer.kill('SIGKILL')
  await ended
}

const opened: Camera[] = []
/** Also after a test that failed: an open camera is controlled by one program only. */
afterEach(async () => {
  for (const camera of opened.splice(0)) await camera.close()
})

const open = async () => {
  const device = await connectGenicamCamera(ID)
  opened.push(device)
  await device.configure({ width: 128, height: 64, exposureMs: 1 })
  return { device, close: () => device.close() }
}

describe('PEER aravis', () => {
  let peer: ChildProcess
  beforeAll(async () => {
    peer = await startPeer()
  })
  afterAll(() => endPeer(peer))

  test('is found by its id, with its maker and model', async () => {
    expect(await findGenicamCameras()).toContainEqual({ id: ID, label: 'Aravis Fake no. GV01' })
  })

  test('a camera that is not there is a sentence', async () => {
    await expect(connectGenicamCamera('no-such-camera')).rejects.toMatchObject({
      code: /device\.(absent|refused)/
    })
  })

  deviceSuite('camera', open)
  cameraSuite('camera', open)

  test('sends 8 and 16 bits, and a region as large as asked', async () => {
    const { device, close } = await open()
    for (const pixelType of ['uint8', 'uint16'] as const) {
      await device.configure({ pixelType, width: 256, height: 100, exposureMs: 10 })
      const place = new Uint8Array(new SharedArrayBuffer(frameBytes(device.settings)))
      expect(place.length).toBe(25_600 * (pixelType === 'uint8' ? 1 : 2))
      await device.expose(place)
      expect(place.some((byte) => byte !== 0)).toBe(true)
    }
    await close()
  })

  test('a short exposure that is cut keeps the stream, and its frame is never taken for the next one', async () => {
    const { device, close } = await open()
    await device.configure({ exposureMs: 50 })
    const place = new Uint8Array(new SharedArrayBuffer(frameBytes(device.settings)))
    const first = await device.expose(place)
    for (let i = 0; i < 5; i++) {
      const abort = new AbortController()
      const cut = device.expose(place, () => abort.abort(), abort.signal)
      await expect(cut).rejects.toMatchObject({ code: 'cancelled' })
    }
    const last = await device.expose(place)
    // Numbers start anew with each stream: this is still the first one, and every cut frame was seen.
    expect((last.cameraFrame ?? 0) - (first.cameraFrame ?? 0)).toBe(6)
    expect(last.lostBefore).toBe(0)
    await close()
  })

  test('its own numbers and clock go up from frame to frame', async () => {
    const { device, close } = await open()
    const place = new Uint8Array(new SharedArrayBuffer(frameBytes(device.settings)))
    const reports = []
    for (let i = 0; i < 5; i++) reports.push(await device.expose(place))
    expect(reports.map(({ cameraFrame }) => cameraFrame)).toEqual([1, 2, 3, 4, 5])
    expect(reports.every(({ lostBefore }) => lostBefore === 0)).toBe(true)
    const ticks = reports.map(({ cameraTicks }) => cameraTicks ?? 0n)
    expect(ticks.every((tick, i) => i === 0 || tick > (ticks[i - 1] ?? 0n))).toBe(true)
    await close()
  })

  test('is lost when the camera dies, and taken up again with its settings when it is back (D2)', async () => {
    const { device, close } = await open()
    await endPeer(peer)
    await until('lost', () => device.status().state === 'lost', 20_000)
    await expect(device.configure({ exposureMs: 3 })).rejects.toMatchObject({ code: 'device.lost' })
    peer = await startPeer()
    await until('back', () => device.status().state === 'ready', 20_000)
    expect(device.settings).toMatchObject({ width: 128, height: 64, exposureMs: 1 })
    await device.expose(new Uint8Array(new SharedArrayBuffer(frameBytes(device.settings))))
    await close()
  })
})

describe('PEER aravis: a network that loses packets', () => {
  test('every frame is whole, or a failure that is counted', async () => {
    const peer = await startPeer('-r', '100')
    onTestFinished(() => endPeer(peer))
    const { device, close } = await open()
    await device.configure({ width: 512, height: 512 })
    const place = new Uint8Array(new SharedArrayBuffer(frameBytes(device.settings)))
    let whole = 0
    let lost = 0
    for (let i = 0; i < 30; i++) {
      const outcome = await device.expose(place).catch((error: unknown) => error)
      if (outcome instanceof Error) {
        expect(outcome).toMatchObject({ code: /frame\.lost|device\.timeout/ })
        lost += 1
      } else whole += 1
    }
    expect(whole + lost).toBe(30)
    expect(lost).toBeGreaterThan(0)
    await close()
  })
})
