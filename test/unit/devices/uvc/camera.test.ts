/** The USB camera over a holder without a window: the behaviour suites, and what only a camera that can be told when to send shows. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Camera } from '../../../../src-main/devices/device'
import { connectUvcCamera } from '../../../../src-main/devices/uvc/camera'
import { connectUvc } from '../../../../src-main/devices/uvc/instrument'
import { findUvcCameras } from '../../../../src-main/devices/uvc/names'
import { frameBytes } from '../../../../src-preload/contract/pixels'
import type { UvcFacts } from '../../../../src-preload/contract/uvc'
import { cameraSuite } from '../../../suites/devices/camera-suite'
import { deviceSuite } from '../../../suites/devices/device-suite'
import { createFakeUvc, pixelOf, type FakeUvc } from '../../../support/fake-uvc'

const NAME = 'Toy (1234:5678) #abcdef'
const byHand: UvcFacts['exposure'] = { minMs: 1, maxMs: 10, valueMs: 1 }

const running = (exposure: UvcFacts['exposure']) => async () => {
  const fake = createFakeUvc({ exposure })
  fake.run(5)
  const device = await connectUvcCamera(NAME, fake)
  const close = async (): Promise<void> => {
    await device.close()
    fake.stopRunning()
  }
  return { device, close }
}

deviceSuite('USB camera that exposes by itself', running(null))
deviceSuite('USB camera with an exposure time', running(byHand))
cameraSuite('USB camera that exposes by itself', running(null), { pixelType: 'uint8', exposureMs: null })
cameraSuite('USB camera with an exposure time', running(byHand), {
  pixelType: 'uint8',
  exposureMs: { min: 1, max: 10 }
})

const open: Camera[] = []
async function connect(fake: FakeUvc, name = NAME): Promise<Camera> {
  const camera = await connectUvcCamera(name, fake)
  open.push(camera)
  return camera
}
afterEach(async () => {
  vi.useRealTimers()
  for (const camera of open.splice(0)) await camera.close()
})
const slot = (camera: Camera): Uint8Array =>
  new Uint8Array(new SharedArrayBuffer(frameBytes(camera.settings)))
/** Time that all clocks show alike, and that passes only when it is told to. */
const stopTime = (): void =>
  void vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'hrtime', 'performance']
  })

async function connectStopped(fake: FakeUvc): Promise<Camera> {
  stopTime()
  const connecting = connect(fake)
  await vi.advanceTimersByTimeAsync(0)
  return connecting
}
/** Lets the time of a frame pass, then sends it. */
async function send(fake: FakeUvc, leftOut = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(fake.facts.frameMs * (1 + leftOut))
  fake.frame(leftOut)
}

describe('what an exposure answers', () => {
  test('a frame that began before it was asked for is not the answer', async () => {
    const fake = createFakeUvc()
    const camera = await connectStopped(fake)
    await vi.advanceTimersByTimeAsync(2) // in the middle of the second frame
    const asked = process.hrtime.bigint()
    const running = camera.expose(slot(camera))
    await vi.advanceTimersByTimeAsync(3)
    fake.frame()
    await send(fake)
    const report = await running
    expect(report.cameraFrame).toBe(3)
    expect(report.lostBefore).toBe(0)
    expect(report.startedAt).toBe(asked + 3_000_000n) // when the second one ended
  })

  test('frames missing while it waits are counted, those missing before it asked are not', async () => {
    const fake = createFakeUvc()
    const camera = await connectStopped(fake)
    for (let i = 0; i < 8; i++) await send(fake)
    await send(fake, 3)
    const first = camera.expose(slot(camera))
    await send(fake)
    expect(await first).toMatchObject({ lostBefore: 0, cameraFrame: 14 })
    const second = camera.expose(slot(camera))
    await send(fake, 2)
    expect(await second).toMatchObject({ lostBefore: 2, cameraFrame: 17 })
  })

  test('the region is cut out of the picture pixel by pixel', async () => {
    const fake = createFakeUvc()
    const camera = await connectStopped(fake)
    await camera.configure({ x: 7, y: 11, width: 5, height: 3 })
    const place = slot(camera)
    const running = camera.expose(place)
    await send(fake)
    await running
    const wanted = [11, 12, 13].flatMap((y) => [7, 8, 9, 10, 11].map((x) => pixelOf(x, y, 2)))
    expect([...place]).toEqual(wanted)
  })

  test('pixels are asked for while frames are wanted, and no more a second after the last', async () => {
    const fake = createFakeUvc()
    const camera = await connectStopped(fake)
    expect(fake.sending).toBe(false)
    const running = camera.expose(slot(camera))
    expect(fake.sending).toBe(true)
    await send(fake)
    await running
    await vi.advanceTimersByTimeAsync(900)
    expect(fake.sending).toBe(true)
    await vi.advanceTimersByTimeAsync(200)
    expect(fake.sending).toBe(false)
  })

  test('an exposure that can not be set says so in the list and when it is tried', async () => {
    const camera = await connect(createFakeUvc())
    const shown = camera.status().properties.find(({ key }) => key === 'exposureMs')
    expect(shown).toMatchObject({
      settable: false,
      label: expect.stringContaining('frame interval') as string
    })
    await expect(camera.configure({ exposureMs: 2 })).rejects.toMatchObject({ code: 'argument.invalid' })
  })
})

describe('a camera that goes', () => {
  test('is lost at once, its exposure with it, and is back with its settings (D2)', async () => {
    const fake = createFakeUvc({ exposure: byHand })
    const camera = await connectStopped(fake)
    const configuring = camera.configure({ width: 32, height: 16, exposureMs: 4 })
    await send(fake)
    await send(fake)
    await configuring
    const outcome = camera.expose(slot(camera)).catch((error: unknown) => error)
    const { cameras } = fake
    fake.cameras = []
    fake.end('unplugged')
    expect(camera.status()).toMatchObject({ state: 'lost' })
    expect(await outcome).toMatchObject({ code: 'device.lost' })
    await vi.advanceTimersByTimeAsync(3000)
    expect(camera.status().state).toBe('lost')
    await expect(camera.expose(slot(camera))).rejects.toMatchObject({ code: 'device.lost' })
    fake.facts = { ...fake.facts, exposure: { minMs: 1, maxMs: 10, valueMs: null } }
    fake.cameras = cameras
    await vi.advanceTimersByTimeAsync(2000)
    expect(camera.status()).toMatchObject({ state: 'ready' })
    expect(camera.settings).toMatchObject({ width: 32, height: 16, exposureMs: 4 })
    expect(fake.windows).toBe(1)
  })

  test('one that sends nothing any more is lost, too', async () => {
    const fake = createFakeUvc()
    const camera = await connectStopped(fake)
    fake.cameras = []
    await vi.advanceTimersByTimeAsync(3500)
    expect(camera.status().state).toBe('ready')
    await vi.advanceTimersByTimeAsync(2000)
    expect(camera.status().state).toBe('lost')
  })

  test('one that comes back with another picture size shows all of it', async () => {
    const fake = createFakeUvc()
    const camera = await connectStopped(fake)
    await camera.configure({ width: 32, height: 16 })
    fake.end('unplugged')
    fake.facts = { ...fake.facts, width: 80, height: 60 }
    await vi.advanceTimersByTimeAsync(2000)
    expect(camera.settings).toMatchObject({ x: 0, y: 0, width: 80, height: 60 })
  })

  test('no window stays open after closing, also while it is looked for', async () => {
    const fake = createFakeUvc()
    const camera = await connectStopped(fake)
    fake.end('unplugged')
    await vi.advanceTimersByTimeAsync(999)
    await Promise.all([vi.advanceTimersByTimeAsync(1), camera.close()])
    await vi.advanceTimersByTimeAsync(5000)
    expect(camera.status().state).toBe('absent')
    expect(fake.windows).toBe(0)
  })
})

describe('its name', () => {
  test('two of a kind are told apart, and one whose id changed is found by its label', async () => {
    const fake = createFakeUvc()
    const twin = { device: '999999aaaa', label: 'Toy (1234:5678)' }
    fake.cameras = [...fake.cameras, twin]
    expect(await findUvcCameras(fake)).toEqual([NAME, 'Toy (1234:5678) #999999'])
    await connect(fake, 'Toy (1234:5678) #999999')
    await expect(connect(fake, 'Toy (1234:5678) #000000')).rejects.toMatchObject({ code: 'device.absent' })
    fake.cameras = [twin]
    await connect(fake)
  })

  test('without a window it is one sentence', async () => {
    await expect(connectUvc(NAME)).rejects.toMatchObject({
      code: 'device.absent',
      message: `The USB camera “${NAME}” can only be used in the app with a window.`
    })
  })
})
