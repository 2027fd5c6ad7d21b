/** Every behaviour suite, run on the simulated devices and on the serial instrument over a pty. */
import {
  connectBenchInstrument,
  type BenchInstrument
} from '../../../src-main/devices/bench-instrument/instrument'
import type { Device } from '../../../src-main/devices/device'
import {
  createSimulatedMicroscope,
  type SimulatedMicroscope
} from '../../../src-main/devices/simulated/microscope'
import { cameraSuite } from '../../suites/devices/camera-suite'
import { deviceSuite } from '../../suites/devices/device-suite'
import { lightSuite, type LightSubject } from '../../suites/devices/light-suite'
import { sensorSuite } from '../../suites/devices/sensor-suite'
import { stageSuite } from '../../suites/devices/stage-suite'
import type { Open, Subject } from '../../suites/devices/subject'
import { triggerSuite, type TriggerSubject } from '../../suites/devices/trigger-suite'
import { startTwin, type Twin } from '../../twins/start-twin'
import { afterAll, beforeAll, beforeEach } from 'vitest'

function simulated<D extends Device>(pick: (microscope: SimulatedMicroscope) => D): Open<Subject<D>> {
  return () => {
    const microscope = createSimulatedMicroscope({ width: 64, height: 48, exposureMs: 1 })
    return Promise.resolve({ device: pick(microscope), close: () => microscope.close() })
  }
}

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
  'simulated camera',
  simulated(({ camera }) => camera)
)
deviceSuite(
  'simulated stage',
  simulated(({ stage }) => stage)
)
deviceSuite(
  'simulated laser',
  simulated(({ light }) => light)
)
deviceSuite(
  'simulated thermometer',
  simulated(({ thermometer }) => thermometer)
)
deviceSuite(
  'simulated trigger line',
  simulated(({ trigger }) => trigger)
)
deviceSuite(
  'bench instrument',
  serial((instrument) => instrument)
)
deviceSuite(
  'bench stage',
  serial(({ stage }) => stage)
)
deviceSuite(
  'bench laser',
  serial(({ light }) => light)
)
deviceSuite(
  'bench thermometer',
  serial(({ thermometer }) => thermometer)
)
deviceSuite(
  'bench trigger line',
  serial(({ trigger }) => trigger)
)

cameraSuite(
  'simulated camera',
  simulated(({ camera }) => camera)
)

stageSuite(
  'simulated stage',
  simulated(({ stage }) => stage)
)
stageSuite(
  'bench stage',
  serial(({ stage }) => stage)
)

sensorSuite(
  'simulated thermometer',
  simulated(({ thermometer }) => thermometer)
)
sensorSuite(
  'bench thermometer',
  serial(({ thermometer }) => thermometer)
)

const simulatedLight: Open<LightSubject> = async () => {
  const subject = await simulated(({ light }) => light)()
  const emits = async (): Promise<number> => {
    await new Promise((resolve) => setTimeout(resolve, 10)) // it follows within 5 ms
    return subject.device.powerAt(process.hrtime.bigint())
  }
  return { ...subject, emits }
}
lightSuite('simulated laser', simulatedLight)

const benchLight: Open<LightSubject> = async () => {
  const subject = await serial(({ light }) => light)()
  const emits = async (): Promise<number> => {
    const { laser } = await twin.send({ do: 'state' })
    return laser.on ? laser.set : 0
  }
  return { ...subject, emits }
}
lightSuite('bench laser', benchLight)

const simulatedTrigger: Open<TriggerSubject> = async () => {
  const subject = await simulated(({ trigger }) => trigger)()
  let toLose = 0
  return {
    ...subject,
    async fire(count, everyMs) {
      subject.device.pulse(toLose)
      toLose = 0
      let left = count - 1
      const timer = setInterval(() => (left-- > 0 ? subject.device.pulse() : clearInterval(timer)), everyMs)
      return Promise.resolve()
    },
    lose: (count) => Promise.resolve(void (toLose += count))
  }
}
triggerSuite('simulated trigger line', simulatedTrigger)

const benchTrigger: Open<TriggerSubject> = async () => {
  const subject = await serial(({ trigger }) => trigger)()
  return {
    ...subject,
    fire: async (count, everyMs) => void (await twin.send({ do: 'trigger', count, everyMs })),
    lose: async (count) => void (await twin.send({ do: 'loseEdges', count }))
  }
}
triggerSuite('bench trigger line', benchTrigger)
