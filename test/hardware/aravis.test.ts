/** The GenICam camera by libaravis against the fake GigE Vision camera of the Aravis project, on the loopback network. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connectGenicamCamera } from '../../src-main/devices/aravis/camera'
import { findGenicamCameras } from '../../src-main/devices/aravis/link'
import { Acquisition } from '../../src-main/acquisition/service'
import type { Camera, ExposureReport } from '../../src-main/devices/device'
import { createFramePool } from '../../src-main/formats/frame-pool'
import type { Failed } from '../../src-preload/contract/failure'
import { frameBytes } from '../../src-preload/contract/pixels'
import { cameraSuite } from '../suites/devices/camera-suite'
import { deviceSuite } from '../suites/devices/device-suite'
import { pacedSuite } from '../suites/devices/paced-suite'
import { pause, until } from '../suites/devices/subject'
import { type FakeStream, planOf, worldOf } from '../unit/acquisition/fakes'

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
  pacedSuite('camera', open)

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

  test('a run at a short interval records the frames that the camera makes by itself, with its times and numbers (T5)', async () => {
    const { device } = await open()
    const streams: FakeStream[] = []
    const acquisition = new Acquisition(device, (format) => createFramePool(format), worldOf(streams), {
      onRun: () => undefined,
      onCamera: () => undefined,
      onLiveProblem: () => undefined
    })
    await acquisition.start(planOf({ trigger: { kind: 'interval', everyMs: 20 }, frames: 40 }))
    await until('finished', () => acquisition.status().phase === 'finished', 20_000)
    const records = streams[0]?.records ?? []
    const { losses } = acquisition.status()
    expect(records).toHaveLength(40)
    expect(records.every((record) => record.timestamp_source === 'camera')).toBe(true)
    const numbers = records.map((record) => Number(record.camera_frame_id))
    expect((numbers[39] ?? NaN) - (numbers[0] ?? NaN)).toBe(39 + losses.cameraGap + losses.transport)
    const seconds = records.map((record) => Number(record.delta_t))
    expect([...seconds].sort((a, b) => a - b)).toEqual(seconds)
    // One command for each would take at least 20 ms more a frame.
    expect((seconds[39] ?? NaN) - (seconds[0] ?? NaN)).toBeLessThan(39 * 0.03)
    await acquisition.close()
  })

  test('is lost in the middle of its pace when it dies, and who takes its frames is told (D2)', async () => {
    const { device } = await open()
    const failures: Failed[] = []
    const place = new Uint8Array(new SharedArrayBuffer(frameBytes(device.settings)))
    let frames = 0
    let slot = 0
    const stop = await device.pacing?.start(20, {
      place: () => ({ slot: slot++, pixels: place }),
      started: () => undefined,
      frame: () => void (frames += 1),
      lost: () => undefined,
      unused: () => undefined,
      failed: (why) => failures.push(why)
    })
    await until('a frame', () => frames > 0)
    await endPeer(peer)
    await until('told', () => failures.length > 0, 10_000)
    await until('lost', () => device.status().state === 'lost', 20_000)
    await stop?.()
    peer = await startPeer()
    await until('back', () => device.status().state === 'ready', 20_000)
    await device.expose(place)
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

  test('at its own pace, each of its numbers is a whole frame, a broken one or a gap (T5)', async () => {
    const peer = await startPeer('-r', '30')
    onTestFinished(() => endPeer(peer))
    const { device } = await open() // a frame of twelve packets: a third of them breaks
    const place = new Uint8Array(new SharedArrayBuffer(frameBytes(device.settings)))
    const whole: ExposureReport[] = []
    let broken = 0
    let slot = 0
    const stop = await device.pacing?.start(20, {
      place: () => ({ slot: slot++, pixels: place }),
      started: () => undefined,
      frame: (_, report) => whole.push(report),
      lost: () => void (whole.length > 0 && (broken += 1)),
      unused: () => undefined,
      failed: () => undefined
    })
    await until('whole and broken ones', () => whole.length > 10 && broken > 3, 30_000)
    const beforeLast = broken
    const many = whole.length
    await until('a whole one', () => whole.length > many)
    const lastBroken = broken
    await stop?.()
    const last = whole[many]
    const gaps = whole.slice(1, many + 1).reduce((sum, { lostBefore }) => sum + lostBefore, 0)
    const numbered = (last?.cameraFrame ?? NaN) - (whole[0]?.cameraFrame ?? NaN)
    expect(numbered - many - gaps).toBeGreaterThanOrEqual(beforeLast)
    expect(numbered - many - gaps).toBeLessThanOrEqual(lastBroken)
  })
})
