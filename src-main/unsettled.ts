/** Says which values of devices were not reached, by their names on the screen. */
import type { DeviceSetting } from '../src-preload/contract/device-preset'
import type { DeviceStatus } from '../src-preload/contract/device'
import { Failed } from '../src-preload/contract/failure'
import { settleLimitMs } from './devices/settle'

const spoken = (value: number | string | boolean | null | undefined, unit = ''): string =>
  value === null || value === undefined ? 'nothing' : `${String(value)}${unit === '' ? '' : ` ${unit}`}`

export function unsettled(
  preset: string,
  late: readonly DeviceSetting[],
  devices: readonly DeviceStatus[]
): Failed {
  const lines = late.map(({ device, property, value }) => {
    const status = devices.find(({ id }) => id === device)
    const find = (key: string): DeviceStatus['properties'][number] | undefined =>
      status?.properties.find((one) => one.key === key)
    const { label = property, unit } = find(property) ?? {}
    const reads = (find(`${property}_read`) ?? find(property))?.value
    return `${label} of ${status?.label ?? device} did not get to ${spoken(value, unit)} within ${settleLimitMs(status?.kinds ?? []) / 1000} s; it reads ${spoken(reads, unit)}.`
  })
  const [first = '', ...others] = lines
  return new Failed('device.timeout', `Preset “${preset}”: ${first}`, {
    next: 'Look at the device, and set the preset again.',
    ...(others.length === 0 ? {} : { detail: others.join('\n') })
  })
}
