/** The behaviour suites on every shipped profile over its protocol twin, and what a profile adds to them. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Light, Sensor, Stage, TriggerEdge, TriggerInput } from '../../src-main/devices/device'
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

/** By what its peer is called in the report; the others by the first word of their id. */
const peers: Readonly<Record<string, string>> = { 'coherent-obis': 'obis', 'thorlabs-apt': 'apt' }
const peerOf = (id: string): string => peers[id] ?? id.replace(/-(?!box).*/, '')

/** The suites move both ways; a travel that begins at 0 is that of one stage model. */
const withSuiteTravel = (profile: Profile): Profile =>
  profile.id === 'thorlabs-apt' && profile.stage !== undefined
    ? { ...profile, stage: { ...profile.stage, axes: { x: { value: 'x', min: -5000, max: 5000 } } } }
    : profile

/** What speaks Modbus has a peer of its own, in modbus.test.ts. */
const spoken = shippedProfiles.filter(({ modbus }) => modbus === undefined)

describe.each(spoken.map((profile) => [peerOf(profile.id), profile.id, withSuiteTravel(profile)] as const))(
  'PEER %s',
  (_, id, profile) => {
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
        open((device) => device.stage as Stage),
        (['x', 'y', 'z'] as const).filter((axis) => profile.stage?.axes[axis] !== undefined)
      )
    if (profile.sensor?.properties.some(({ recordKey }) => recordKey === 'temperature') === true)
      sensorSuite(
        id,
        open((device) => device.sensor as Sensor)
      )
    if (profile.light?.properties.some(({ recordKey }) => recordKey === 'laser_power') === true) {
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
  }
)

// One that is asked, and one that only speaks.
test.each(['grbl', 'arduino-json', 'arduino-aotf', 'thorlabs-apt', 'ludl'])(
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
describe('PEER obis', () => {
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

  test('answers to several signs of life that come late together are not taken for later ones', () =>
    withTwin('asi-ms2000', async (device, twin) => {
      for (const ms of [700, 1150, 1300]) {
        await twin.send({ do: 'slow', ms })
        await expect(device.stage?.refresh()).rejects.toMatchObject({ code: 'device.timeout' })
        // “:A Version …” would do as an answer to this, and the next answers would all be one off.
        await device.stage?.moveTo({ x: ms })
        expect(device.stage?.readings()[0]?.value).toBe(ms)
      }
      expect(device.status().garbage).toBe(0)
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

// Instruments that answer in bytes, or can't be asked.
const openWithTwin = async (
  id: string
): Promise<{ device: ProfileDevice; twin: Twin; close: () => Promise<void> }> => {
  const twin = await startInstrumentTwin(id)
  const device = await connectByProfile(twin.path, profileOf(id))
  const close = async (): Promise<void> => {
    await device.close()
    await twin.close()
  }
  return { device, twin, close }
}
const shown = (device: ProfileDevice, key: string): unknown =>
  device.status().properties.find((one) => one.key === key)?.value

test('PEER arduino: sets its outputs and reads them back, all 64 patterns, and reads an analog input', async () => {
  const { device, twin, close } = await openWithTwin('arduino-aotf')
  for (let pattern = 0; pattern < 64; pattern++) {
    await device.light?.set('pattern', pattern)
    expect(shown(device, 'pattern')).toBe(pattern)
  }
  expect(await twin.send({ do: 'state' })).toMatchObject({ pattern: 63 })
  for (const value of [0, 10, 13, 256, 1023]) {
    await twin.send({ do: 'analog', value })
    await until(`analog ${value}`, () => shown(device, 'analog_0') === value)
  }
  expect(device.status().garbage).toBe(0)
  await device.makeSafe()
  expect(await twin.send({ do: 'state' })).toMatchObject({ pattern: 0 })
  await close()
})

test('PEER arduino: a byte that comes late is not taken for the answer to the next question', async () => {
  const { device, twin, close } = await openWithTwin('arduino-aotf')
  for (const [i, ms] of [900, 1700, 2000].entries()) {
    await twin.send({ do: 'slow', ms })
    await expect(device.light?.set('pattern', 20 + i)).rejects.toMatchObject({ code: 'device.timeout' })
    await device.light?.set('pattern', 40 + i)
    expect(shown(device, 'pattern')).toBe(40 + i)
  }
  await close()
}, 20_000)

test('PEER apt: tells its serial number and is found by it again; a late frame is not taken for a new one', async () => {
  const { device, twin, close } = await openWithTwin('thorlabs-apt')
  expect(device.status().identity).toContain('KBD101, no. 28000123')
  await twin.send({ do: 'slow', ms: 700 })
  await expect(device.stage?.refresh()).rejects.toMatchObject({ code: 'device.timeout' })
  await device.stage?.moveTo({ x: 340.05 })
  expect(device.stage?.readings()[0]?.value).toBe(340.05)
  await close()
})

test('PEER coolled: sets channels and the light, and shows what the hand pod changed', async () => {
  const { device, twin, close } = await openWithTwin('coolled-pe4000')
  await device.light?.set('b_on', true)
  await device.light?.set('b_intensity', 73)
  await device.light?.set('on', false)
  expect(['on', 'a_on', 'b_on', 'b_intensity', 'c_on'].map((key) => shown(device, key))).toEqual([
    false,
    true,
    true,
    73,
    false
  ])
  await device.light?.set('on', true)
  await twin.send({ do: 'pod', percent: 12 })
  await until('12 %', () => shown(device, 'a_intensity') === 12)
  await device.light?.allOff()
  expect(await twin.send({ do: 'state' })).toMatchObject({ on: false })
  expect(device.status().garbage).toBe(0)
  await close()
})

test('PEER triggerscope: every line is off at first and at the end, and shows what was accepted last', async () => {
  const { device, twin, close } = await openWithTwin('triggerscope')
  expect([shown(device, 'ttl_1'), shown(device, 'dac_1')]).toEqual([false, 0])
  await device.light?.set('ttl_2', true)
  await device.light?.set('dac_1', 32768)
  expect(await twin.send({ do: 'state' })).toMatchObject({ lines: { TTL2: 1, DAC1: 32768 } })
  expect([shown(device, 'ttl_2'), shown(device, 'dac_1')]).toEqual([true, 32768])
  await twin.send({ do: 'refuse', text: 'ERROR: DAC' })
  await expect(device.light?.set('dac_1', 5)).rejects.toMatchObject({ code: 'device.refused' })
  expect(shown(device, 'dac_1')).toBe(32768)
  await device.close()
  expect(await twin.send({ do: 'state' })).toMatchObject({ lines: { TTL2: 0, DAC1: 0 } })
  await close()
})

test('PEER asi: a line by hand is sent as it is, and its answer is read by the profile', async () => {
  const { device, close } = await openWithTwin('asi-ms2000')
  expect(await device.tryOut?.('W X Y Z')).toMatchObject({
    answer: [':A 1000 2000 500'],
    values: { x: 100, y: 200, z: 50 }
  })
  expect(await device.tryOut?.('NONSENSE')).toMatchObject({ answer: [':N-1'], values: {} })
  await close()
})

test('PEER arduino: bytes by hand are written as \\xNN, and answered where the profile knows how', async () => {
  const { device, close } = await openWithTwin('arduino-aotf')
  expect(await device.tryOut?.('\\x1e')).toMatchObject({ answer: ['MM-Ard\\x0d\\x0a'] })
  expect(await device.tryOut?.('\\x02')).toMatchObject({ answer: ['\\x02\\x05'], values: { pattern: 5 } })
  expect(await device.tryOut?.('\\x01\\x09')).toMatchObject({ answer: null })
  await until('pattern 9', () => shown(device, 'pattern') === 9)
  await expect(device.tryOut?.('Ω')).rejects.toMatchObject({ code: 'argument.invalid' })
  await close()
})

describe('PEER avr8js', () => {
  const box = shippedProfiles.find(({ id }) => id === 'trigger-box') as Profile
  let twin: Twin
  beforeAll(async () => {
    twin = await startInstrumentTwin('trigger-box-avr')
  })
  afterAll(() => twin.close())
  beforeEach(async () => {
    await twin.send({ do: 'restart' })
  })

  const edgesOf = (device: ProfileDevice): TriggerEdge[] => {
    const edges: TriggerEdge[] = []
    device.trigger?.onEdge((edge) => edges.push(edge))
    return edges
  }
  /** When the edges truly were, by the emulated clock, since the newest power-up. */
  const truth = (from: number): number[] =>
    twin
      .log()
      .slice(from)
      .flatMap(({ text }) => /^\{"edge": ([\d.]+)\}$/.exec(text)?.[1] ?? [])
      .map(Number)

  test('the firmware times every edge to the microsecond, whatever the host does (D2, T5)', async () => {
    const device = await connectByProfile(twin.path, box)
    const edges = edgesOf(device)
    const from = twin.log().length
    await twin.send({ do: 'trigger', count: 100, everyMs: 11.3 })
    await until('100 edges', () => edges.length === 100, 15_000)
    const errors = edges.map(({ sourceUs }, i) => (sourceUs ?? NaN) - (truth(from)[i] ?? NaN))
    expect(edges.map(({ sequence }) => sequence)).toEqual(errors.map((_, i) => i + 1))
    expect(Math.max(...errors) - Math.min(...errors)).toBeLessThan(2)
    await device.close()
  })

  test('edges that come faster than the line can tell are counted as lost, none is unaccounted for', async () => {
    const device = await connectByProfile(twin.path, box)
    const edges = edgesOf(device)
    await twin.send({ do: 'burst', count: 200 })
    await pause(500)
    await twin.send({ do: 'trigger', count: 1, everyMs: 1 })
    await until('the last edge', () => edges.at(-1)?.sequence === 201, 10_000)
    const lost = edges.reduce((sum, { lostBefore }) => sum + lostBefore, 0)
    expect(lost).toBeGreaterThan(50)
    expect(edges.length + lost).toBe(201)
    await device.close()
  })

  test('the hex is of the source beside it', () => {
    const folder = resolve('resources/trigger-box')
    const source = createHash('sha256')
      .update(readFileSync(join(folder, 'trigger-box.c')))
      .digest('hex')
    const { sha256 } = JSON.parse(readFileSync(join(folder, 'built-from.json'), 'utf8')) as { sha256: string }
    expect(sha256).toBe(source)
  })
})
