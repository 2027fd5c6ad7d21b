import { afterEach, describe, expect, test } from 'vitest'
import { frameBytes, type FrameFormat } from '../../../../src-preload/contract/pixels'
import { readFrameMark } from '../../../../src-main/devices/simulated/frame-mark'
import {
  createSimulatedMicroscope,
  type SimulatedMicroscope,
  type SimulatedMicroscopeOptions
} from '../../../../src-main/devices/simulated/microscope'

let open: SimulatedMicroscope[] = []
afterEach(async () => {
  await Promise.all(open.map((microscope) => microscope.close()))
  open = []
})

function microscope(options: SimulatedMicroscopeOptions = {}): SimulatedMicroscope {
  const made = createSimulatedMicroscope({ width: 64, height: 48, exposureMs: 1, ...options })
  open.push(made)
  return made
}

/** Slots as the frame pool has them: in shared memory of WebAssembly, at an offset. */
function slots(format: FrameFormat, count: number): Uint8Array[] {
  const bytes = frameBytes(format)
  const pages = Math.ceil((bytes * count) / 65_536) + 1
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
  return Array.from({ length: count }, (_, i) => new Uint8Array(memory.buffer, 4096 + i * bytes, bytes))
}

const slot = (format: FrameFormat): Uint8Array => slots(format, 1)[0] as Uint8Array
const words = (bytes: Uint8Array): Uint16Array =>
  new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)

describe('simulated camera', () => {
  test('numbers frames from 0 and puts each into the slot that was asked for', async () => {
    const { camera } = microscope()
    const places = slots(camera.settings, 3)
    for (const place of places) await camera.expose(place)
    expect(places.map((place) => readFrameMark(words(place), 64, 'uint16')?.frame)).toEqual([0, 1, 2])
  })

  test('tells the start at once and lasts as long as the exposure', async () => {
    const { camera } = microscope({ exposureMs: 30 })
    await camera.prepare()
    const before = process.hrtime.bigint()
    let told = 0n
    let heard = 0n
    const report = await camera.expose(slot(camera.settings), (at) => {
      told = at
      heard = process.hrtime.bigint()
    })
    const end = process.hrtime.bigint()
    expect(told).toBe(report.startedAt)
    expect(told).toBeGreaterThanOrEqual(before)
    // Heard at the start, and not only with the frame.
    expect(Number(end - heard) / 1e6).toBeGreaterThanOrEqual(29)
    expect(Number(end - report.startedAt) / 1e6).toBeGreaterThanOrEqual(30)
    expect(report.exposureMs).toBe(30)
  })

  test('shows exactly the place that the stage tells at the start, also while it moves', async () => {
    const { camera, stage } = microscope()
    await camera.prepare()
    const moving = stage.moveTo({ x: 1500, y: -100, z: 60 })
    const places = slots(camera.settings, 40)
    const told: { x: number; y: number; z: number }[] = []
    for (const place of places) {
      await camera.expose(place, () => {
        const [x, y, z] = stage.readings().map((reading) => reading.value as number) as [
          number,
          number,
          number
        ]
        told.push({ x, y, z })
      })
    }
    await moving
    const shown = places.map((place) => readFrameMark(words(place), 64, 'uint16')?.positionUm)
    const rounded = told.map(({ x, y, z }) => ({ x: tenth(x), y: tenth(y), z: tenth(z) }))
    expect(shown).toEqual(rounded)
    expect(new Set(told.map(({ x }) => x)).size).toBeGreaterThan(10)
  })

  test('counts frames that it lost on purpose (T5)', async () => {
    const { camera } = microscope()
    const place = slot(camera.settings)
    await camera.expose(place)
    camera.loseNext(3)
    expect(await camera.expose(place)).toMatchObject({ lostBefore: 3, cameraFrame: 4 })
    expect(await camera.expose(place)).toMatchObject({ lostBefore: 0, cameraFrame: 5 })
  })

  test('takes one exposure at a time', async () => {
    const { camera } = microscope({ exposureMs: 20 })
    const [a, b] = slots(camera.settings, 2) as [Uint8Array, Uint8Array]
    const first = camera.expose(a)
    await expect(camera.expose(b)).rejects.toMatchObject({ code: 'device.busy' })
    await expect(camera.configure({ width: 32 })).rejects.toMatchObject({ code: 'device.busy' })
    await first
    await camera.expose(b)
  })

  test('ends a long exposure at once when cancelled, and goes on after (D4)', async () => {
    const { camera } = microscope({ exposureMs: 60_000 })
    await camera.prepare()
    const abort = new AbortController()
    const running = camera.expose(slot(camera.settings), undefined, abort.signal)
    const outcome = expect(running).rejects.toMatchObject({ code: 'cancelled' })
    await new Promise((resolve) => setTimeout(resolve, 50))
    const before = performance.now()
    abort.abort()
    await outcome
    expect(performance.now() - before).toBeLessThan(1000) // of a minute; the machine may be busy
    await camera.configure({ exposureMs: 1 })
    await camera.expose(slot(camera.settings))
  })

  test('never begins when cancelled before', async () => {
    const { camera } = microscope()
    const abort = new AbortController()
    abort.abort()
    await expect(camera.expose(slot(camera.settings), undefined, abort.signal)).rejects.toMatchObject({
      code: 'cancelled'
    })
    expect((await camera.expose(slot(camera.settings))).cameraFrame).toBe(0)
  })

  test('changes size and type between frames, and says how many bits carry signal (M7)', async () => {
    const { camera } = microscope()
    await camera.expose(slot(camera.settings))
    const now = await camera.configure({ width: 33, height: 17, pixelType: 'uint8' })
    expect(now).toEqual({
      x: 1007,
      y: 1015,
      width: 33,
      height: 17,
      binning: 1,
      pixelType: 'uint8',
      exposureMs: 1
    })
    const place = slot(now)
    await camera.expose(place)
    expect(readFrameMark(place, 33, 'uint8')?.frame).toBe(1)
    expect(camera.significantBits).toBe(8)
  })

  test.each([
    [{ width: 0 }, 'width 0'],
    [{ width: 4096 }, '2048'],
    [{ height: 1.5 }, 'whole'],
    [{ binning: 3 }, 'binning of 3'],
    [{ x: 2040, width: 64 }, 'x 2040'],
    [{ binning: 4, height: 600 }, '512'],
    [{ exposureMs: 0.001 }, 'exposure'],
    [{ exposureMs: Number.NaN }, 'number']
  ])('refuses %o by name and keeps its settings', async (wanted, said) => {
    const { camera } = microscope()
    const before = camera.settings
    const failure = await camera
      .configure(wanted)
      .catch((error: unknown) => error as { message: string; next?: string })
    expect(failure).toMatchObject({ code: 'argument.invalid' })
    expect(JSON.stringify(failure) + (failure as Error).message).toContain(said)
    expect(camera.settings).toBe(before)
  })

  test('refuses a place of the wrong size or outside shared memory', async () => {
    const { camera } = microscope()
    await expect(camera.expose(new Uint8Array(8))).rejects.toMatchObject({ code: 'frame.mismatch' })
    await expect(camera.expose(new Uint8Array(6144))).rejects.toMatchObject({ code: 'argument.invalid' })
  })

  test('passes on what its listener at the start throws, after the slot is free', async () => {
    const { camera } = microscope({ exposureMs: 20 })
    const place = slot(camera.settings)
    const failing = camera.expose(place, () => {
      throw new Error('reader broke')
    })
    await expect(failing).rejects.toThrow('reader broke')
    await camera.expose(place)
  })

  test('closes in the middle of an exposure and stays closed', async () => {
    const { camera } = microscope({ exposureMs: 10_000 })
    const outcome = expect(camera.expose(slot(camera.settings))).rejects.toMatchObject({ code: 'cancelled' })
    await camera.close()
    await outcome
    await camera.close()
    expect(camera.status().state).toBe('absent')
    await expect(camera.expose(slot(camera.settings))).rejects.toMatchObject({ code: 'device.absent' })
  })

  test('knows the truth: a bead near the middle is bright where truth says', async () => {
    const { camera, truth } = microscope({ width: 256, height: 256, exposureMs: 10 })
    const place = slot(camera.settings)
    await camera.expose(place)
    const bead = (await truth()).beads.find(({ id }) => id === 0)
    if (bead === undefined) throw new Error('bead 0 left the field')
    const pixels = words(place)
    expect(pixels[Math.floor(bead.row) * 256 + Math.floor(bead.column)]).toBeGreaterThan(1500)
  })

  test('follows an outside stage and laser while there is one', async () => {
    const { camera, follow } = microscope()
    const place = slot(camera.settings)
    follow(() => ({ positionUm: { x: -5, y: 6.5 }, laserMw: 0 }))
    await camera.expose(place)
    expect(readFrameMark(words(place), 64, 'uint16')?.positionUm).toEqual({ x: -5, y: 6.5, z: 50 })
    expect(Math.max(...words(place).slice(64 * 4))).toBeLessThan(130)
    follow(null)
    await camera.expose(place)
    expect(readFrameMark(words(place), 64, 'uint16')?.positionUm).toEqual({ x: 100, y: 200, z: 50 })
  })
})

const tenth = (um: number): number => Math.round(um * 10) / 10
