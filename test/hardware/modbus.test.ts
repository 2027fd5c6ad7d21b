/** Modbus RTU by a register map, against pymodbus's own server. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Sensor } from '../../src-main/devices/device'
import { connectByProfile, type ProfileDevice } from '../../src-main/devices/profiles/profile-instrument'
import { readProfile, type Profile } from '../../src-main/devices/profiles/profile'
import { shippedProfiles } from '../../src-main/devices/profiles/shipped'
import eurotherm from '../../src-main/devices/profiles/shipped/eurotherm-3200.json'
import { deviceSuite } from '../suites/devices/device-suite'
import { sensorSuite } from '../suites/devices/sensor-suite'
import { pause, until } from '../suites/devices/subject'
import { peersPython } from '../support/micro-manager'
import { startModbusPeer, type Twin } from '../twins/start-twin'

const profile = shippedProfiles.find(({ id }) => id === 'eurotherm-3200') as Profile
/** With registers that the controller does not have. */
const odd = readProfile(
  {
    ...eurotherm,
    modbus: {
      ...eurotherm.modbus,
      registers: {
        ...eurotherm.modbus.registers,
        nowhere: { table: 'holding', address: 999, number: 'i16be', write: true },
        wide: { table: 'input', address: 1, number: 'u16be' }
      }
    }
  },
  'odd'
)

let peer: Twin
beforeAll(async () => {
  peer = await startModbusPeer(peersPython)
})
afterAll(() => peer.close())
beforeEach(() => peer.send({ do: 'restart' }))

const opened: ProfileDevice[] = []
afterEach(async () => {
  for (const device of opened.splice(0)) await device.close()
})
async function connect(by = profile): Promise<ProfileDevice> {
  const device = await connectByProfile(peer.path, by)
  opened.push(device)
  return device
}

const shown = (device: ProfileDevice, key: string): unknown =>
  device.status().properties.find((one) => one.key === key)?.value
const target = async (): Promise<number> =>
  ((await peer.send({ do: 'state' })) as unknown as { target: number }).target
const frames = (): string[] =>
  peer
    .log()
    .filter(({ dir }) => dir === 'in')
    .map(({ text }) => text)

describe('PEER pymodbus', () => {
  deviceSuite('controller', async () => {
    const device = await connect()
    return { device, close: () => device.close() }
  })
  sensorSuite('controller', async () => {
    const device = await connect()
    return { device: device.sensor as Sensor, close: () => device.close() }
  })

  test('its set point is set, read back, and refused beyond its limits before a byte leaves', async () => {
    const device = await connect()
    expect(shown(device, 'target')).toBe(37)
    await device.set('target', 38.4)
    expect(shown(device, 'target')).toBe(38.4)
    expect(await target()).toBe(38.4)
    for (const wrong of [100.1, -0.1]) {
      await expect(device.set('target', wrong)).rejects.toMatchObject({ code: 'argument.invalid' })
    }
    expect(await target()).toBe(38.4)
    expect(frames().filter((frame) => frame.startsWith('0106')).length).toBe(1)
  })

  test('negative temperatures are negative', async () => {
    const device = await connect()
    await peer.send({ do: 'temperature', value: -12.5 })
    await until('cold', () => Math.abs((shown(device, 'temperature') as number) + 12.5) < 1.2)
  })

  test('what it refuses is told in words, and the next request is answered', async () => {
    const device = await connect(odd)
    const ask = (line: string) => device.tryOut?.(line)
    expect((await ask('\\x01\\x03\\x03\\xe7\\x00\\x01'))?.answer).toEqual(['\\x01\\x83\\x02'])
    expect((await ask('\\x01\\x03\\x00\\x02\\x00\\x01'))?.values).toEqual({ target: 37 })
    const withNowhere = readProfile(
      {
        ...eurotherm,
        modbus: odd.modbus,
        sensor: {
          properties: [
            { key: 'nowhere', label: 'Nowhere', value: 'nowhere', set: 'write nowhere', read: 'read nowhere' }
          ]
        }
      },
      'nowhere'
    )
    await device.close()
    const other = await connect(withNowhere)
    await expect(other.set('nowhere', 3)).rejects.toMatchObject({
      code: 'device.refused',
      message: expect.stringContaining('it has no such register') as unknown
    })
    expect(other.status().state).toBe('ready')
  })

  test('bytes before an answer are counted as garbage, and the answer is taken', async () => {
    const device = await connect()
    const before = device.status().garbage ?? 0
    await peer.send({ do: 'before', hex: '00ff0103' })
    await device.set('target', 40)
    expect(shown(device, 'target')).toBe(40)
    expect(device.status().garbage).toBeGreaterThan(before)
  })

  test('an answer with a wrong bit is no answer, and nothing is believed before a sign of life', async () => {
    const device = await connect()
    await pause(50)
    await peer.send({ do: 'damage' })
    await until('no answer', () =>
      device.traffic().some((line) => line.includes('asking for a sign of life'))
    )
    await until('back', () => device.status().state === 'ready')
    await peer.send({ do: 'temperature', value: 50 })
    await until('measuring', () => Math.abs((shown(device, 'temperature') as number) - 50) < 1.2, 4000)
  })

  test('a late answer is never taken for that of another register', async () => {
    const device = await connect()
    await device.set('target', 60)
    // Both are answered by 16 bits: the temperature is 37, so that a swap would show.
    for (let i = 0; i < 4; i++) {
      await peer.send({ do: 'slow', ms: 520 + 40 * i })
      await device.set('target', 60).catch(() => undefined)
      await until('ready', () => device.status().state === 'ready')
      await pause(250)
      expect(shown(device, 'target')).toBe(60)
      expect(Math.abs((shown(device, 'temperature') as number) - 37)).toBeLessThan(2)
    }
  })

  test('is lost when it is unplugged or silent, and ready within a second of coming back; nothing is sent later (D2)', async () => {
    const device = await connect()
    await peer.send({ do: 'unplug' })
    await until('lost', () => device.status().state === 'lost')
    await expect(device.set('target', 90)).rejects.toMatchObject({ code: 'device.lost' })
    expect(device.sensor?.readings().every(({ stale }) => stale)).toBe(true)
    await peer.send({ do: 'replug' })
    const before = performance.now()
    await until('back', () => device.status().state === 'ready')
    expect(performance.now() - before).toBeLessThan(1000)
    expect(await target()).toBe(37)
    await peer.send({ do: 'silence', on: true })
    await until('silent', () => device.status().state === 'lost', 6000)
    await peer.send({ do: 'silence', on: false })
    await until('back', () => device.status().state === 'ready', 6000)
  })

  test('one request at a time, with silence between frames, whatever is asked at once', async () => {
    const device = await connect()
    await Promise.all([41, 42, 43, 44, 45].map((value) => device.set('target', value)))
    expect(await target()).toBe(45)
    // Frames that ran together would have been read as one.
    expect(
      frames()
        .filter((frame) => frame.startsWith('0106'))
        .every((frame) => frame.length === 16)
    ).toBe(true)
    expect(device.status().garbage ?? 0).toBe(0)
  })

  test('another unit on the line is not answered for', async () => {
    const far = readProfile({ ...eurotherm, modbus: { ...eurotherm.modbus, unit: 9 } }, 'far')
    await expect(connectByProfile(peer.path, far)).rejects.toMatchObject({ code: 'device.timeout' })
  })
})
