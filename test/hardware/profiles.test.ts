/** The behaviour suites on every shipped profile over its protocol twin, and what a profile adds to them. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Light, Sensor, Stage, TriggerInput } from '../../src-main/devices/device'
import { connectByProfile, type ProfileDevice } from '../../src-main/devices/profiles/profile-instrument'
import type { Profile } from '../../src-main/devices/profiles/profile'
import { shippedProfiles } from '../../src-main/devices/profiles/shipped'
import { deviceSuite } from '../suites/devices/device-suite'
import { lightSuite } from '../suites/devices/light-suite'
import { sensorSuite } from '../suites/devices/sensor-suite'
import { stageSuite } from '../suites/devices/stage-suite'
import { pause, until } from '../suites/devices/subject'
import { triggerSuite } from '../suites/devices/trigger-suite'
import { startInstrumentTwin, type Twin } from '../twins/start-twin'

const profileOf = (id: string): Profile => {
  const profile = shippedProfiles.find((one) => one.id === id)
  if (profile === undefined) throw new Error(`no profile ${id}`)
  return profile
}

describe.each(shippedProfiles.map((profile) => [profile.id, profile] as const))('PEER %s', (id, profile) => {
  let twin: Twin
  beforeAll(async () => {
    twin = await startInstrumentTwin(id)
  })
  afterAll(() => twin.close())
  beforeEach(async () => {
    await twin.send({ do: 'restart' })
  })

  const open =
    <D>(pick: (device: ProfileDevice) => D) =>
    async (): Promise<{ device: D; close: () => Promise<void> }> => {
      const device = await connectByProfile(twin.path, profile)
      return { device: pick(device), close: () => device.close() }
    }

  deviceSuite(
    id,
    open((device) => device)
  )

  if (profile.stage !== undefined)
    stageSuite(
      id,
      open((device) => device.stage as Stage)
    )
  if (profile.sensor !== undefined)
    sensorSuite(
      id,
      open((device) => device.sensor as Sensor)
    )
  if (profile.light !== undefined) {
    const emits = async (): Promise<number> => {
      const { laser } = await twin.send({ do: 'state' })
      return laser.on ? laser.set : 0
    }
    lightSuite(id, async () => ({ ...(await open((device) => device.light as Light)()), emits }))
  }
  if (profile.trigger === true) {
    triggerSuite(id, async () => ({
      ...(await open((device) => device.trigger as TriggerInput)()),
      fire: async (count, everyMs) => void (await twin.send({ do: 'trigger', count, everyMs })),
      lose: async (count) => void (await twin.send({ do: 'loseEdges', count }))
    }))
  }

  test('is lost when it is unplugged and ready within a second of plugging in (D2)', async () => {
    const device = await connectByProfile(twin.path, profile)
    await twin.send({ do: 'unplug' })
    await until('lost', () => device.status().state === 'lost')
    await twin.send({ do: 'replug' })
    const before = performance.now()
    await until('back', () => device.status().state === 'ready')
    expect(performance.now() - before).toBeLessThan(1000)
    await device.close()
  })
})

// One that is asked, and one that only speaks.
test.each(['grbl', 'arduino-json'])(
  'PEER %s: is lost within 2 s when it says nothing more, and comes back (D2)',
  async (id) => {
    const twin = await startInstrumentTwin(id)
    const profile = profileOf(id)
    const device = await connectByProfile(twin.path, {
      ...profile,
      port: { ...profile.port, timeoutMs: 300 }
    })
    await twin.send({ do: 'silence' })
    const before = performance.now()
    await until('lost', () => device.status().state === 'lost', 4000)
    expect(performance.now() - before).toBeLessThan(2000)
    await twin.send({ do: 'silence', on: false })
    await until('back', () => device.status().state === 'ready', 5000)
    await device.close()
    await twin.close()
  }
)

// What holds for any device is the engine's doing, so one profile with settable properties stands for all.
describe('PEER coherent-obis', () => {
  let twin: Twin
  beforeAll(async () => {
    twin = await startInstrumentTwin('coherent-obis')
  })
  afterAll(() => twin.close())
  deviceSuite('coherent-obis', async () => {
    const device = await connectByProfile(twin.path, profileOf('coherent-obis'))
    return { device, close: () => device.close() }
  })
})

describe('PEER profiles', () => {
  const withTwin = async (
    id: string,
    run: (device: ProfileDevice, twin: Twin) => Promise<void>
  ): Promise<void> => {
    const twin = await startInstrumentTwin(id)
    const device = await connectByProfile(twin.path, profileOf(id))
    try {
      await run(device, twin)
    } finally {
      await device.close()
      await twin.close()
    }
  }

  test('does not take one instrument for another', async () => {
    const twin = await startInstrumentTwin('sangaboard')
    const failure: unknown = await connectByProfile(twin.path, profileOf('asi-ms2000')).catch(
      (error: unknown) => error
    )
    expect(['device.protocol', 'device.timeout']).toContain((failure as { code: string }).code)
    await twin.close()
  })

  test('tells a refusal in words from its table of errors', () =>
    withTwin('asi-ms2000', async (device, twin) => {
      await twin.send({ do: 'refuse', text: ':N-2' })
      await expect(device.stage?.moveTo({ x: 1 })).rejects.toMatchObject({
        code: 'device.refused',
        message: 'ASI MS-2000 stage refused “M X=10”: there is no such axis.'
      })
      await device.stage?.moveTo({ x: 120 })
    }))

  test('holds limits before a byte leaves', () =>
    withTwin('grbl', async (device, twin) => {
      const before = twin.log().filter(({ text }) => text.startsWith('$J')).length
      await expect(device.stage?.moveTo({ x: 6000 })).rejects.toMatchObject({ code: 'argument.invalid' })
      await pause(50)
      expect(twin.log().filter(({ text }) => text.startsWith('$J')).length).toBe(before)
    }))

  test('a move ends as lost when the instrument starts anew in the middle of it, and the settings are sent again', () =>
    withTwin('grbl', async (device, twin) => {
      const move = device.stage?.moveTo({ x: -4000 })
      const outcome = expect(move).rejects.toMatchObject({ code: 'device.lost' })
      await pause(100)
      const before = twin.log().length
      await twin.send({ do: 'raw', text: "\r\nGrbl 1.1h ['$' for help]\r\n" })
      await outcome
      await until('set up again', () =>
        twin
          .log()
          .slice(before)
          .some(({ dir, text }) => dir === 'in' && text === 'G90')
      )
    }))

  test('a stage that stops short of its target says so', () =>
    withTwin('sangaboard', async (device, twin) => {
      await twin.send({ do: 'stick' })
      await expect(device.stage?.moveTo({ z: 60 })).rejects.toMatchObject({
        code: 'device.refused',
        message: expect.stringContaining('z 50 µm instead of') as string
      })
      expect(device.stage?.status().state).toBe('ready')
    }))

  test('polling waits for whoever asks for something (D3)', () =>
    withTwin('coherent-obis', async (device) => {
      const started = performance.now()
      for (let i = 1; i <= 100; i++) await device.light?.set('power', i)
      expect(performance.now() - started).toBeLessThan(5000)
      expect(device.status().properties.find(({ key }) => key === 'power')?.value).toBe(100)
      expect(device.traffic().some((line) => line.includes('sign of life;'))).toBe(false)
    }))
})
