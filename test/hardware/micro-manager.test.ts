/** Micro-Manager through pymmcore, against the project's own demo devices. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import type { Light } from '../../src-main/devices/device'
import { connectMicroManager, type MmInstrument } from '../../src-main/devices/mm/instrument'
import { frameBytes } from '../../src-preload/contract/pixels'
import { cameraSuite } from '../suites/devices/camera-suite'
import { deviceSuite } from '../suites/devices/device-suite'
import { stageSuite } from '../suites/devices/stage-suite'
import { pause, until } from '../suites/devices/subject'
import {
  adapters,
  bench,
  demoConfiguration,
  oldAdapters,
  peersPython,
  travel,
  writeConfiguration
} from '../support/micro-manager'

process.env['BENCHFRAME_PYTHON'] ??= peersPython
const python = process.env['BENCHFRAME_PYTHON']
const written = writeConfiguration(bench, travel)
afterAll(written.remove)

const opened: MmInstrument[] = []
afterEach(async () => {
  for (const instrument of opened.splice(0)) await instrument.close()
})

async function connect(cfg = written.cfg, folder = adapters): Promise<MmInstrument> {
  const instrument = await connectMicroManager(cfg, folder)
  opened.push(instrument)
  return instrument
}

function part<T>(found: T | null | undefined): T {
  if (found === null || found === undefined) throw new Error('the configuration has no such device')
  return found
}

const openCamera = async () => {
  const instrument = await connect()
  const device = part(instrument.camera)
  await device.configure({ width: 128, height: 64, exposureMs: 1 })
  return { device, close: () => instrument.close() }
}

const openStage = async () => {
  const instrument = await connect()
  const device = part(instrument.stage)
  await device.moveTo({ x: 100, y: 200, z: 50 })
  return { device, close: () => instrument.close() }
}

const openPart = (label: string) => async () => {
  const instrument = await connect()
  return {
    device: part(instrument.parts.find(({ id }) => id.endsWith(`/${label}`))),
    close: () => instrument.close()
  }
}

const slot = (instrument: MmInstrument): Uint8Array =>
  new Uint8Array(new SharedArrayBuffer(frameBytes(part(instrument.camera).settings)))

const shown = (
  device: { status(): { properties: readonly { key: string; value: unknown }[] } },
  key: string
): unknown => device.status().properties.find((one) => one.key === key)?.value

/** Children of this process that run the side program. */
const sides = (): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && isSide(pid))

function isSide(pid: number): boolean {
  try {
    const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return (
      Number(parent) === process.pid &&
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('benchframe-side.py')
    )
  } catch {
    return false // it ended while we looked
  }
}

describe('PEER pymmcore', () => {
  deviceSuite('camera', openCamera)
  cameraSuite('camera', openCamera)
  deviceSuite('stage', openStage)
  // DemoCamera's XY stage has steps of 0.015 µm.
  stageSuite('stage', openStage, ['x', 'y', 'z'], 0.015)
  deviceSuite('filter wheel', openPart('Emission'))
  deviceSuite('shutter', openPart('Lamp'))
  deviceSuite('configuration', async () => {
    const device = await connect()
    return { device, close: () => device.close() }
  })

  test('shows every device of the demo configuration by its name, with limits, choices and switches (D1)', async () => {
    const demo = await connect(demoConfiguration)
    const labels = [...demo.parts].map((one) => one.status().label)
    expect(labels).toEqual([
      'Camera',
      'Stage',
      'Dichroic',
      'Emission',
      'Excitation',
      'Objective',
      'Path',
      'White Light Shutter',
      'Autofocus',
      'LED',
      'LED Shutter'
    ])
    const camera = part(demo.camera).status().properties
    expect(camera.find(({ key }) => key === 'Gain')).toMatchObject({
      value: 0,
      min: -5,
      max: 8,
      settable: true
    })
    expect(camera.find(({ key }) => key === 'binning')).toMatchObject({ value: 1, max: 8 })
    expect(camera.find(({ key }) => key === 'FastImage')).toMatchObject({ value: false })
    expect(camera.find(({ key }) => key === 'CameraID')).toMatchObject({ value: 'V1.0', settable: false })
    expect(demo.status()).toMatchObject({ kinds: ['instrument'], port: demoConfiguration })
    expect(demo.status().identity).toContain('MMCore version')
    for (const one of demo.parts) expect(one.status().partOf).toBe(demo.id)
  })

  test('a preset sets what belongs to it, and what it set is read back and written beside each frame', async () => {
    const instrument = await connect()
    const emission = part(instrument.readables.find(({ id }) => id.endsWith('/Emission')))
    expect(shown(instrument, 'Colour')).toBe('Red')
    await instrument.set('Colour', 'Green')
    expect(shown(instrument, 'Colour')).toBe('Green')
    expect(shown(emission, 'Label')).toBe('Green')
    expect(emission.readings()).toMatchObject([
      { key: { key: 'emission', type: 'text' }, value: 'Green', stale: false }
    ])
    await emission.set('Label', 'State-7')
    expect(shown(instrument, 'Colour')).toBeNull()
    await expect(instrument.set('Colour', 'Blue')).rejects.toMatchObject({ code: 'argument.invalid' })
    await expect(emission.set('Label', 'Blue')).rejects.toMatchObject({ code: 'argument.invalid' })
  })

  test('a preset of the camera belongs to the camera, and changes the size of its frames', async () => {
    const instrument = await connect()
    const camera = part(instrument.camera)
    expect(shown(instrument, 'Size')).toBeUndefined()
    await camera.set('preset/Size', 'Small')
    expect(camera.settings).toMatchObject({ width: 128, height: 128 })
    await camera.expose(slot(instrument))
    await camera.set('binning', 1)
    expect(camera.settings).toMatchObject({ width: 512, height: 512 })
    await camera.expose(slot(instrument))
  })

  test('sends 8 and 16 bits, and a region as large as asked; nothing else is taken', async () => {
    const instrument = await connect()
    const camera = part(instrument.camera)
    for (const pixelType of ['uint8', 'uint16'] as const) {
      await camera.configure({ pixelType, width: 256, height: 100 })
      const place = slot(instrument)
      expect(place.length).toBe(25_600 * (pixelType === 'uint8' ? 1 : 2))
      await camera.expose(place)
      expect(place.some((byte) => byte !== 0)).toBe(true)
    }
    await expect(camera.configure({ width: 513, x: 0 })).rejects.toMatchObject({ code: 'argument.invalid' })
    await expect(camera.configure({ pixelType: 'float32' })).rejects.toMatchObject({
      code: 'argument.invalid'
    })
  })

  test('lights go off and stages stop at once, and the program ends when Benchframe lets go (D4)', async () => {
    const instrument = await connect()
    const lamp = part(instrument.parts.find(({ id }) => id.endsWith('/Lamp'))) as Light
    await lamp.set('open', true)
    expect(lamp.readings()).toMatchObject([{ key: { key: 'lamp', type: 'boolean' }, value: true }])
    const move = expect(part(instrument.stage).moveTo({ x: 4000 })).rejects.toMatchObject({
      code: 'cancelled'
    })
    await pause(50)
    await instrument.makeSafe()
    await move
    expect(shown(lamp, 'open')).toBe(false)
    const x = shown(part(instrument.stage), 'x') as number
    expect(x).toBeLessThan(3000)
    await lamp.set('open', true)
    await lamp.allOff()
    expect(shown(lamp, 'open')).toBe(false)
    expect(sides().length).toBe(1)
    await instrument.close()
    expect(sides()).toEqual([])
  })

  test('with auto shutter the shutter is not written beside frames: it is open just while they are exposed', async () => {
    const instrument = await connect()
    const lamp = part(instrument.readables.find(({ id }) => id.endsWith('/Lamp')))
    expect(lamp.readings().length).toBe(1)
    await instrument.set('Core/AutoShutter', true)
    expect(lamp.readings()).toEqual([])
  })

  test('an adapter that crashes is a lost device; it comes back as its configuration says, its camera as it was (D2)', async () => {
    const instrument = await connect()
    const camera = part(instrument.camera)
    const stage = part(instrument.stage)
    await camera.configure({ width: 64, height: 32, exposureMs: 3 })
    const move = expect(stage.moveTo({ x: 4000 })).rejects.toMatchObject({ code: 'device.lost' })
    await pause(30)
    await expect(camera.set('SimulateCrash', 'Dereference Null Pointer')).rejects.toMatchObject({
      code: 'device.lost'
    })
    await move
    expect(instrument.status()).toMatchObject({ state: 'lost' })
    expect(instrument.status().problem).toContain('signal SIGSEGV')
    expect(stage.readings().every(({ stale }) => stale)).toBe(true)
    await expect(camera.expose(slot(instrument))).rejects.toMatchObject({ code: 'device.lost' })
    await until('back', () => instrument.status().state === 'ready', 10_000)
    await until('set as before', () => camera.settings.width === 64)
    expect(camera.settings).toMatchObject({ width: 64, height: 32, exposureMs: 3 })
    await camera.expose(slot(instrument))
    expect(shown(stage, 'x')).not.toBe(4000)
  })

  test('frames leave nothing behind in memory, even when the program is killed', async () => {
    const instrument = await connect()
    await part(instrument.camera).expose(slot(instrument))
    const left = (): string[] =>
      readdirSync('/dev/shm').filter((name) => name.startsWith(`benchframe-frames-${process.pid}`))
    expect(left()).toEqual([])
    for (const pid of sides()) process.kill(pid, 'SIGKILL')
    await until('lost', () => instrument.status().state === 'lost')
    await instrument.close()
    expect(left()).toEqual([])
  })
})

describe('PEER pymmcore: what is missing is told in words', () => {
  afterEach(() => {
    process.env['BENCHFRAME_PYTHON'] = python
  })
  const refusal = (cfg: string, folder: string): Promise<{ code: string; message: string; next: string }> =>
    connectMicroManager(cfg, folder).then(
      () => Promise.reject(new Error('it was connected')),
      (error: { code: string; message: string; next: string }) => error
    )

  test('no Python, and a Python without pymmcore', async () => {
    process.env['BENCHFRAME_PYTHON'] = '/nowhere/python3'
    expect(await refusal(written.cfg, adapters)).toMatchObject({
      code: 'device.absent',
      message: 'Micro-Manager needs Python 3, which was not found on this computer.'
    })
    const bare = writeConfiguration([])
    const made = spawnSync('python3', ['-m', 'venv', '--without-pip', `${bare.cfg}-python`])
    expect(made.status).toBe(0)
    process.env['BENCHFRAME_PYTHON'] = `${bare.cfg}-python/bin/python`
    const failure = await refusal(written.cfg, adapters)
    expect(failure).toMatchObject({ code: 'device.absent' })
    expect(failure.message).toMatch(
      /needs the package pymmcore, which the Python at .*-python.* does not have/
    )
    expect(failure.next).toContain('-m pip install pymmcore')
    bare.remove()
  })

  test('adapters of another interface version, with both versions', async () => {
    const failure = await refusal(written.cfg, oldAdapters)
    expect(failure).toMatchObject({ code: 'device.refused' })
    expect(failure.message).toContain('version 74 of the device interface')
    expect(failure.message).toMatch(/pymmcore \S+ speaks 75/)
  })

  test('no configuration, no adapters, an adapter that is not there, a line that makes no sense', async () => {
    expect(await refusal('/nowhere/bench.cfg', adapters)).toMatchObject({
      code: 'device.absent',
      message: 'There is no configuration file /nowhere/bench.cfg.'
    })
    expect(await refusal(written.cfg, '/nowhere')).toMatchObject({ code: 'device.absent' })
    const other = writeConfiguration(['Device,Scope,NikonTi,TIScope'])
    expect((await refusal(other.cfg, adapters)).message).toContain(
      'The adapter NikonTi, which the configuration uses, is not in'
    )
    other.remove()
    const broken = writeConfiguration([...bench, 'Property,Camera,Gain,1000'])
    const failure = await refusal(broken.cfg, adapters)
    expect(failure.code).toBe('device.refused')
    expect(failure.message).toContain('did not load the configuration')
    broken.remove()
    expect(sides()).toEqual([])
  })

  test('limits of travel that make no sense', async () => {
    const wrong = writeConfiguration(bench, { x: [5, -5] })
    expect(await refusal(wrong.cfg, adapters)).toMatchObject({ code: 'argument.invalid' })
    wrong.remove()
  })
})
