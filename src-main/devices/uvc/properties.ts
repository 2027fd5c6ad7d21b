/** A USB camera's settings as the device list shows them. */
import type { PropertyState } from '../../../src-preload/contract/device'
import { Failed } from '../../../src-preload/contract/failure'
import type { SensorSize } from '../../../src-preload/contract/pixels'
import type { UvcFacts } from '../../../src-preload/contract/uvc'
import { areaProperties } from '../camera-rules'
import type { CameraSettings } from '../device'
import { numberWithin, unknownProperty, type PropertyValue } from '../limits'

/** Who chooses the exposure: the camera, or the user. */
const EXPOSURE_MODES = ['by itself', 'by hand'] as const

/** The exposure to set when who chooses it changes; null: the camera does. The user begins with about what a frame has at most. */
export function exposureOf({ label, exposure, frameMs }: UvcFacts, mode: PropertyValue): number | null {
  switch (mode) {
    case 'by itself':
      return null
    case 'by hand':
      return exposure === null ? frameMs : Math.max(exposure.minMs, Math.min(exposure.maxMs, frameMs))
    default:
      throw new Failed('argument.invalid', `${label} has no exposure “${String(mode)}”.`, {
        next: `Choose one of ${EXPOSURE_MODES.join(', ')}.`
      })
  }
}

/** Whether it is within the limits is the camera's own affair. */
export function asSetting(label: string, property: string, value: PropertyValue): Partial<CameraSettings> {
  switch (property) {
    case 'exposureMs':
    case 'x':
    case 'y':
    case 'width':
    case 'height':
      return { [property]: numberWithin(label, property, value, { min: -Infinity, max: Infinity, unit: '' }) }
    default:
      throw unknownProperty(label, property)
  }
}

export function uvcProperties(
  facts: UvcFacts,
  sensor: SensorSize,
  settings: CameraSettings,
  stale: boolean
): readonly PropertyState[] {
  const read = { ageMs: 0, stale, settable: false }
  return [
    ...exposure(facts, settings.exposureMs, stale),
    { key: 'frameMs', label: 'Frame interval', unit: 'ms', value: facts.frameMs, ...read },
    ...areaProperties(sensor, settings, stale),
    { key: 'pixelType', label: 'Pixel type (brightness only)', value: settings.pixelType, ...read }
  ]
}

function exposure(facts: UvcFacts, value: number, stale: boolean): readonly PropertyState[] {
  const shown = { key: 'exposureMs', unit: 'ms', value, ageMs: 0, stale }
  const atMost = 'Exposure (the camera chooses it: at most the frame interval)'
  if (facts.exposure === null) return [{ ...shown, label: atMost, settable: false }]
  const { minMs, maxMs, valueMs } = facts.exposure
  const mode = {
    key: 'exposureMode',
    label: 'Exposure is chosen',
    value: EXPOSURE_MODES[valueMs === null ? 0 : 1],
    ageMs: 0,
    stale,
    settable: true,
    choices: EXPOSURE_MODES
  }
  const limits = { min: minMs, max: Math.max(maxMs, value) } // while the camera chooses, the value may lie above
  return [{ ...shown, label: valueMs === null ? atMost : 'Exposure', settable: true, ...limits }, mode]
}
