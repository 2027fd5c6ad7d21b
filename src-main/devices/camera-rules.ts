/** What the drivers of cameras say and refuse alike: their region as properties, frames of another size, pixel types they have not. */
import type { PropertyState } from '../../src-preload/contract/device'
import { Failed } from '../../src-preload/contract/failure'
import {
  frameBytes,
  type FrameFormat,
  type SensorArea,
  type SensorSize
} from '../../src-preload/contract/pixels'
import { wholeSensor } from './sensor-area'

/** The region and, where the camera can bin, the binning. */
export function areaProperties(
  sensor: SensorSize,
  { x, y, width, height, binning }: SensorArea,
  stale: boolean
): readonly PropertyState[] {
  const most = wholeSensor(sensor, binning)
  const shown = { ageMs: 0, stale, settable: true }
  const pixels = { unit: 'px', ...shown }
  return [
    { key: 'x', label: 'First column', value: x, ...pixels, min: 0, max: most.width - width },
    { key: 'y', label: 'First row', value: y, ...pixels, min: 0, max: most.height - height },
    { key: 'width', label: 'Width', value: width, ...pixels, min: 1, max: most.width },
    { key: 'height', label: 'Height', value: height, ...pixels, min: 1, max: most.height },
    ...(sensor.binnings.length === 1
      ? []
      : [
          {
            key: 'binning',
            label: 'Binning',
            value: binning,
            ...shown,
            min: 1,
            max: Math.max(...sensor.binnings)
          }
        ])
  ]
}

/** Errors: `frame.mismatch` where the place for a frame has another number of bytes. */
export function checkRoom(label: string, format: FrameFormat, target: Uint8Array): void {
  const bytes = frameBytes(format)
  if (target.byteLength !== bytes)
    throw new Failed(
      'frame.mismatch',
      `A frame of ${label} has ${bytes} bytes, the place for it ${target.byteLength}.`
    )
}

/** Errors: `argument.invalid`. */
export function checkPixelType(label: string, offered: readonly string[], wanted: unknown): void {
  if (!offered.some((type) => type === wanted))
    throw new Failed('argument.invalid', `${label} has no pixel type “${String(wanted)}”.`, {
      next: `Choose one of ${offered.join(', ')}.`
    })
}
