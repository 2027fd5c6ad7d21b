/** What presets and the devices' values have to do with each other: taking the one from the other, and saying what a preset does. */
import type { DevicePreset, DeviceSetting } from '../../src-preload/contract/device-preset'
import type { DeviceStatus, PropertyState } from '../../src-preload/contract/device'
import { devicePresets } from '../strings-device-presets'
import { cell } from './format'

export type Devices = readonly DeviceStatus[]

export const settingKey = ({ device, property }: Pick<DeviceSetting, 'device' | 'property'>): string =>
  `${device}\n${property}`

const find = (devices: Devices, { device, property }: DeviceSetting): PropertyState | undefined =>
  devices.find(({ id }) => id === device)?.properties.find(({ key }) => key === property)

/** The values of now of these properties; what has none is left out. */
export function settingsNow(devices: Devices, keys: ReadonlySet<string>): readonly DeviceSetting[] {
  return devices.flatMap(({ id, properties }) =>
    properties.flatMap(({ key, value, settable }) =>
      settable && value !== null && keys.has(settingKey({ device: id, property: key }))
        ? [{ device: id, property: key, value }]
        : []
    )
  )
}

/** The same preset with the values of now; what is away keeps its old ones. */
export const updated = (preset: DevicePreset, devices: Devices): DevicePreset => ({
  ...preset,
  settings: preset.settings.map((setting) => ({
    ...setting,
    value: find(devices, setting)?.value ?? setting.value
  }))
})

/** Whether every value is as the preset says. */
export const holds = ({ settings }: DevicePreset, devices: Devices): boolean =>
  settings.length > 0 && settings.every((setting) => find(devices, setting)?.value === setting.value)

/** As people say it: a switch is on or off. */
export function spoken(value: DeviceSetting['value'] | null, unit = ''): string {
  if (typeof value === 'boolean') return value ? devicePresets.on : devicePresets.off
  return `${value === null ? '–' : cell(value)} ${unit}`.trim()
}

/** One line for each value, such as “Laser: Power 5 mW”. */
export const linesOf = ({ settings }: DevicePreset, devices: Devices, away: string): readonly string[] =>
  settings.map((setting) => {
    const device = devices.find(({ id }) => id === setting.device)
    const property = find(devices, setting)
    const said = `${device?.label ?? setting.device}: ${property?.label ?? setting.property} ${spoken(setting.value, property?.unit)}`
    return property === undefined ? `${said} (${away})` : said
  })
