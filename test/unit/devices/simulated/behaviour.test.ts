/** The behaviour suites on the simulated devices. */
import type { Device } from '../../../../src-main/devices/device'
import {
  createSimulatedMicroscope,
  type SimulatedMicroscope
} from '../../../../src-main/devices/simulated/microscope'
import { cameraSuite } from '../../../suites/devices/camera-suite'
import { deviceSuite } from '../../../suites/devices/device-suite'
import { lightSuite } from '../../../suites/devices/light-suite'
import { pacedSuite } from '../../../suites/devices/paced-suite'
import { sensorSuite } from '../../../suites/devices/sensor-suite'
import { stageSuite } from '../../../suites/devices/stage-suite'
import { pause, type Open, type Subject } from '../../../suites/devices/subject'
import { triggerSuite } from '../../../suites/devices/trigger-suite'

function simulated<D extends Device>(pick: (microscope: SimulatedMicroscope) => D): Open<Subject<D>> {
  return () => {
    const microscope = createSimulatedMicroscope({ width: 64, height: 48, exposureMs: 1 })
    return Promise.resolve({ device: pick(microscope), close: () => microscope.close() })
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

cameraSuite(
  'simulated camera',
  simulated(({ camera }) => camera)
)
pacedSuite(
  'simulated camera',
  simulated(({ camera }) => camera)
)
stageSuite(
  'simulated stage',
  simulated(({ stage }) => stage)
)
sensorSuite(
  'simulated thermometer',
  simulated(({ thermometer }) => thermometer)
)

lightSuite('simulated laser', async () => {
  const subject = await simulated(({ light }) => light)()
  const emits = async (): Promise<number> => {
    await pause(10) // it follows within 5 ms
    return subject.device.powerAt(process.hrtime.bigint())
  }
  return { ...subject, emits }
})

triggerSuite('simulated trigger line', async () => {
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
})
