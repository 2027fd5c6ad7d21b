/** Presets on a light that is driven by a profile, beside the simulated stage. */
import { createDeviceSet } from '../../src-main/devices/device-set'
import { presetSuite } from '../suites/devices/preset-suite'
import { startInstrumentTwin } from '../twins/start-twin'

presetSuite('PEER obis', async () => {
  const peer = await startInstrumentTwin('coherent-obis')
  const devices = createDeviceSet({ camera: { width: 64, height: 48 } })
  const { id } = await devices.connect(peer.path, 'coherent-obis')
  const light = devices
    .list()
    .find(({ id: one, partOf, kinds }) => (one === id || partOf === id) && kinds.includes('light'))?.id
  return {
    devices,
    light: light ?? id,
    close: async () => {
      await devices.close()
      await peer.close()
    }
  }
})
