/** Presets on the simulated devices. */
import { createDeviceSet } from '../../../../src-main/devices/device-set'
import { presetSuite } from '../../../suites/devices/preset-suite'

presetSuite('simulated microscope', () => {
  const devices = createDeviceSet({ camera: { width: 64, height: 48 } })
  return Promise.resolve({ devices, light: 'sim-laser', close: () => devices.close() })
})
