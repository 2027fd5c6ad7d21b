/** Which part of the sensor a camera reads: one set of rules for every driver. */
import { Failed } from '../../src-preload/contract/failure'
import { AREA_PARTS, type SensorArea, type SensorSize } from '../../src-preload/contract/pixels'
import { numberWithin } from './limits'

/** All of the sensor at this binning. */
export function wholeSensor(sensor: SensorSize, binning = 1): SensorArea {
  return { x: 0, y: 0, width: most(sensor.width, binning), height: most(sensor.height, binning), binning }
}

/** Whether a change is about the area. */
export const changesArea = (wanted: Partial<SensorArea>): boolean =>
  AREA_PARTS.some((part) => wanted[part] !== undefined)

/**
 * The area after a change. Another binning alone keeps the field of view; a size without a place lies in the middle of the sensor, where the axis of
 * the microscope is. Errors: `argument.invalid` for what does not fit on the sensor.
 */
export function changedArea(
  device: string,
  sensor: SensorSize,
  now: SensorArea,
  wanted: Partial<SensorArea>
): SensorArea {
  const binning = wanted.binning ?? now.binning
  if (!sensor.binnings.includes(binning)) {
    throw new Failed('argument.invalid', `${device} has no binning of ${binning}.`, {
      next: `Choose one of ${sensor.binnings.join(', ')}.`
    })
  }
  const scale = now.binning / binning
  const side = (
    first: 'x' | 'y',
    size: 'width' | 'height'
  ): { readonly first: number; readonly size: number } => {
    const limit = most(sensor[size], binning)
    const long = whole(
      device,
      size,
      wanted[size] ?? Math.min(limit, Math.max(1, Math.floor(now[size] * scale))),
      1,
      limit
    )
    const middle = Math.floor((limit - long) / 2)
    const kept = Math.min(limit - long, Math.floor(now[first] * scale))
    const start = wanted[first] ?? (wanted[size] === undefined ? kept : middle)
    return { first: whole(device, first, start, 0, limit - long), size: long }
  }
  const across = side('x', 'width')
  const down = side('y', 'height')
  return { x: across.first, y: down.first, width: across.size, height: down.size, binning }
}

const most = (sensorSide: number, binning: number): number => Math.max(1, Math.floor(sensorSide / binning))

function whole(device: string, name: string, value: number, min: number, max: number): number {
  if (!Number.isInteger(numberWithin(device, name, value, { min, max, unit: 'pixels' })))
    throw new Failed('argument.invalid', `${device}: ${name} ${value} is not a whole number.`)
  return value
}
