import { rmSync, symlinkSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDeviceSet, type DeviceSet } from '../../src-main/devices/device-set'
import { readFrameMark } from '../../src-main/devices/simulated/frame-mark'
import { pause, until } from '../suites/devices/subject'
import { createInstruments, portEntry, readPortEntry } from '../../src-main/devices/instruments'
import { startInstrumentTwin, startTwin, type Twin } from '../twins/start-twin'

let twin: Twin
let set: DeviceSet
beforeEach(async () => {
  twin = await startTwin({ serial: 'BF0007' })
  set = createDeviceSet({ seed: 3, camera: { width: 64, height: 48, exposureMs: 1 } })
})
afterEach(async () => {
  await set.close()
  await twin.close()
})

const values = (): Record<string, unknown> =>
  Object.fromEntries(
    set.readables().flatMap((one) => one.readings().map(({ key, value }) => [key.key, value]))
  )
const sources = (): Set<string | undefined> =>
  new Set(set.readables().flatMap((one) => one.readings().map(({ key }) => key.source)))

describe('PEER bench: device set', () => {
  test('has the simulated microscope from the start, ready', () => {
    expect(set.list().map(({ id, state }) => `${id} ${state}`)).toEqual([
      'sim-camera ready',
      'sim-stage ready',
      'sim-laser ready',
      'sim-thermometer ready',
      'sim-trigger ready'
    ])
    expect(values()).toMatchObject({ position_x: 100, position_y: 200, position_z: 50, laser_power: 50 })
    expect(values()['temperature']).toBeGreaterThan(36)
    expect(set.camera.settings).toMatchObject({ width: 64, height: 48, pixelType: 'uint16', exposureMs: 1 })
  })

  test('a connected instrument takes over the keys it has, and gives them back', async () => {
    const { id } = await set.connect(twin.path)
    expect([...sources()]).toEqual([`${id}/stage`, `${id}/laser`, `${id}/thermometer`])
    expect(Object.keys(values()).sort()).toEqual(
      ['laser_power', 'position_x', 'position_y', 'position_z', 'temperature'].sort()
    )
    await set.disconnect(id)
    expect([...sources()]).toEqual(['sim-stage', 'sim-laser', 'sim-thermometer'])
    expect((await twin.send({ do: 'state' })).laser.on).toBe(false)
  })

  test('a lost instrument keeps its place, stale: simulated values never stand in for real ones (M2)', async () => {
    const { id } = await set.connect(twin.path)
    await twin.send({ do: 'unplug' })
    await until('lost', () => set.list().at(-1)?.state === 'lost')
    expect([...sources()][0]).toBe(`${id}/stage`)
    expect(
      set
        .readables()
        .flatMap((one) => one.readings())
        .every(({ stale }) => stale)
    ).toBe(true)
  })

  test('the picture follows the connected stage and laser', async () => {
    const { id } = await set.connect(twin.path)
    await set.set(id, 'x', 321.5)
    await until('there', () => values()['position_x'] === 321.5)
    const place = new Uint8Array(new SharedArrayBuffer(64 * 48 * 2))
    await set.camera.expose(place)
    expect(readFrameMark(new Uint16Array(place.buffer), 64, 'uint16')?.positionUm?.x).toBe(321.5)
  })

  test('connecting a port twice is connecting it once, also at the same time', async () => {
    const [a, b] = await Promise.all([set.connect(twin.path), set.connect(twin.path)])
    const c = await set.connect(twin.path)
    expect([b.id, c.id]).toEqual([a.id, a.id])
    expect(set.list().length).toBe(6)
  })

  test('a port that can not be connected leaves nothing behind', async () => {
    await expect(set.connect('/dev/ttyNone7')).rejects.toMatchObject({ code: 'device.absent' })
    expect(set.list().length).toBe(5)
    await expect(set.connect('/dev/ttyNone7')).rejects.toMatchObject({ code: 'device.absent' })
  })

  test('finds trigger lines by the device and by its instrument, and nothing else', async () => {
    const { id } = await set.connect(twin.path)
    expect(set.trigger(id)).toBe(set.trigger(`${id}/trigger`))
    expect(set.trigger('sim-trigger').kind).toBe('trigger')
    expect(() => set.trigger('sim-stage')).toThrow(
      expect.objectContaining({ code: 'argument.invalid' }) as Error
    )
    expect(() => set.trigger('gone')).toThrow(expect.objectContaining({ code: 'device.absent' }) as Error)
  })

  test('sets properties and answers what holds then; shows the traffic', async () => {
    const { id } = await set.connect(twin.path)
    const after = await set.set(id, 'power', 12)
    expect(after.properties.find(({ key }) => key === 'power')?.value).toBe(12)
    expect(set.traffic(id).some((line) => line.endsWith('→ LASER power=12.00'))).toBe(true)
    expect(set.traffic('sim-stage')).toEqual([])
    expect((await set.set('sim-camera', 'exposureMs', 7)).properties[0]?.value).toBe(7)
    await expect(set.set('gone', 'x', 1)).rejects.toMatchObject({ code: 'device.absent' })
  })

  test('tells of changes at most ten times a second, however many there are', async () => {
    await set.connect(twin.path)
    await twin.send({ do: 'temperature', value: 20, perSecond: 3, noise: 1, everyMs: 2 })
    await pause(150)
    let told = 0
    set.onChange(() => (told += 1))
    await pause(1000)
    expect(told).toBeGreaterThan(4)
    expect(told).toBeLessThanOrEqual(11)
  })

  test('makes safe: lights off and motion stopped, the simulated and the real ones', async () => {
    const { id } = await set.connect(twin.path)
    await set.set(id, 'x', -4000)
    await set.makeSafe()
    const { laser, moving } = await twin.send({ do: 'state' })
    expect({ on: laser.on, moving }).toEqual({ on: false, moving: false })
    const laserState = set.list().find(({ id: one }) => one === 'sim-laser')
    expect(laserState?.properties.find(({ key }) => key === 'on')?.value).toBe(false)
  })

  test('says so when an instrument does not confirm that it is safe', async () => {
    await set.connect(twin.path)
    await twin.send({ do: 'silence' })
    await expect(set.makeSafe()).rejects.toMatchObject({ code: 'device.timeout' })
  })

  test('lists ports or nothing, and never fails for want of a program', async () => {
    for (const { path, label } of await set.ports()) {
      expect(path).not.toBe('')
      expect(label).toContain(path)
    }
  })

  test('closing turns the laser off, also while something is still connecting', async () => {
    await set.connect(twin.path)
    const late = set.connect('/dev/ttyNone7').catch((error: unknown) => error)
    await set.close()
    await late
    expect((await twin.send({ do: 'state' })).laser.on).toBe(false)
    expect(set.list().every(({ state }) => state === 'absent')).toBe(true)
  })

  test('tells once when an instrument is lost, and once when it is back (D2)', async () => {
    const { id } = await set.connect(twin.path)
    const told: string[] = []
    set.onNews(({ device, state, text }) => told.push(`${device} ${state}: ${text}`))
    await twin.send({ do: 'garbage', lines: 3 })
    await twin.send({ do: 'unplug' })
    await until('lost', () => told.length === 1)
    await pause(300)
    await twin.send({ do: 'replug' })
    await until('back', () => told.length === 2, 4000)
    await pause(100)
    expect(told).toEqual([
      `${id} lost: The instrument at ${twin.path} was unplugged.`,
      `${id} back: Bench instrument BF0007 is back.`
    ])
  })

  test('several instruments share the keys: the newest that has one tells it, the simulated ones tell the rest', async () => {
    const [stage, box] = await Promise.all(['asi-ms2000', 'scpi-thermometer'].map(startInstrumentTwin))
    if (stage === undefined || box === undefined) throw new Error('no twins')
    const asi = await set.connect(stage.path, 'asi-ms2000')
    expect([...sources()]).toEqual([`${asi.id}/stage`, 'sim-laser', 'sim-thermometer'])
    const scpi = await set.connect(box.path, 'scpi-thermometer')
    expect([...sources()]).toEqual([`${scpi.id}/sensor`, `${asi.id}/stage`, 'sim-laser'])
    const bench = await set.connect(twin.path)
    expect([...sources()].every((source) => source?.startsWith(bench.id))).toBe(true)
    await set.disconnect(bench.id)
    expect([...sources()]).toEqual([`${scpi.id}/sensor`, `${asi.id}/stage`, 'sim-laser'])
    await set.close()
    await Promise.all([stage.close(), box.close()])
  })

  test('a kind that there is not is refused', async () => {
    await expect(set.connect(twin.path, 'toaster')).rejects.toMatchObject({ code: 'argument.invalid' })
  })

  test('a configuration is kept with its folder', () => {
    const entry = { port: 'C:\\my bench.cfg', kind: 'micro-manager', folder: 'C:\\Micro-Manager' }
    expect(readPortEntry(portEntry(entry.port, entry.kind, entry.folder))).toEqual(entry)
  })

  test('what was expected and does not come stays in the list, says why, and goes when it comes or is let go', async () => {
    const gone = `${twin.path}-gone`
    const listed = () => set.list().find(({ port }) => port === gone)
    await expect(set.expect({ port: gone, kind: 'grbl' })).rejects.toMatchObject({ code: 'device.absent' })
    expect(listed()).toMatchObject({ state: 'absent', label: 'GRBL 1.1 stage', properties: [] })
    expect(listed()?.problem).toContain(gone)
    await set.disconnect(listed()?.id ?? '')
    expect(listed()).toBeUndefined()
    await expect(set.expect({ port: gone, kind: 'benchframe-bench' })).rejects.toThrow()
    symlinkSync(twin.path, gone)
    await set.connect(gone)
    expect(listed()?.state).toBe('ready')
    expect(set.list().filter(({ port }) => port === gone).length).toBe(1)
    rmSync(gone)
  })

  test.each(createInstruments().kinds.map(({ id }) => id))(
    'a port of kind %s is the same after it was kept',
    (kind) => {
      for (const port of ['/dev/ttyUSB0', 'COM3', '/tmp/with space']) {
        expect(readPortEntry(portEntry(port, kind))).toEqual({ port, kind })
      }
    }
  )
})
