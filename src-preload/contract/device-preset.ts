/** A device preset: values of several devices under a name, set at once. Plain data, kept in the settings and exported with the other presets. */
import { filledText, list, scalar, shape, type Checked } from './check'

export const deviceSettingCheck = shape({ device: filledText(500), property: filledText(200), value: scalar })

export const devicePresetCheck = shape({
  id: filledText(100),
  name: filledText(100),
  settings: list(deviceSettingCheck, 200)
})
export const devicePresetsCheck = list(devicePresetCheck, 200)

export type DeviceSetting = Checked<typeof deviceSettingCheck>
export type DevicePreset = Checked<typeof devicePresetCheck>
