/** The behaviour suites on the bench instrument, over a pty. */
import { afterAll, beforeAll, beforeEach, describe } from 'vitest'
import {
  connectBenchInstrument,
  type BenchInstrument
} from '../../src-main/devices/bench-instrument/instrument'
import type { Device } from '../../src-main/devices/device'
import { deviceSuite } from '../suites/devices/device-suite'
import { lightSuite } from '../suites/devices/light-suite'
import { sensorSuite } from '../suites/devices/sensor-suite'
import { stageSuite } from '../suites/devices/stage-suite'
import type { Open, Subject } from '../suites/devices/subject'
import { triggerSuite } from '../suites/devices/trigger-suite'
import { startTwin, type Twin } from '../twins/start-twin'

describe('PEER bench', () => {
  // One twin for all, put back to its start before each test: a new Python for every test would take most of the time.
  let twin: Twin
  beforeAll(async () => {
    twin = await startTwin({ serial: 'BF0042' })
  })
  afterAll(() => twin.close())
  beforeEach(async () => {
    await twin.send({ do: 'stopTrigger' })
    await twin.send({ do: 'restart', laser: true })
  })

  function serial<D extends Device>(pick: (instrument: BenchInstrument) => D): Open<Subject<D>> {
    return async () => {
      const instrument = await connectBenchInstrument(twin.path)
      return { device: pick(instrument), close: () => instrument.close() }
    }
  }

  deviceSuite(
    'instrument',
    serial((instrument) => instrument)
  )
  deviceSuite(
    'stage',
    serial(({ stage }) => stage)
  )
  deviceSuite(
    'laser',
    serial(({ light }) => light)
  )
  deviceSuite(
    'thermometer',
    serial(({ thermometer }) => thermometer)
  )
  deviceSuite(
    'trigger line',
    serial(({ trigger }) => trigger)
  )

  stageSuite(
    'stage',
    serial(({ stage }) => stage)
  )
  sensorSuite(
    'thermometer',
    serial(({ thermometer }) => thermometer)
  )
  lightSuite('laser', async () => {
    const subject = await serial(({ light }) => light)()
    const emits = async (): Promise<number> => {
      const { laser } = await twin.send({ do: 'state' })
      return laser.on ? laser.set : 0
    }
    return { ...subject, emits }
  })
  triggerSuite('trigger line', async () => ({
    ...(await serial(({ trigger }) => trigger)()),
    fire: async (count, everyMs) => void (await twin.send({ do: 'trigger', count, everyMs })),
    lose: async (count) => void (await twin.send({ do: 'loseEdges', count }))
  }))
})
