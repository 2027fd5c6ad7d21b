/** The simulated camera's sensor, and where the axis of the microscope meets a frame of it. */
import type { FrameFormat, SensorArea, SensorSize } from '../../../src-preload/contract/pixels'

export const SENSOR: SensorSize = { width: 2048, height: 2048, binnings: [1, 2, 4, 8] }
/** Size of a sensor pixel in the sample. */
export const PIXEL_SIZE_UM = 0.325

export type View = FrameFormat & SensorArea

/** What a frame of a view shows: the axis stands at this column and row (0.5: middle of the first pixel), and a pixel is so large in the sample. */
export interface Field {
  readonly column: number
  readonly row: number
  readonly pixelUm: number
  readonly binning: number
}

export function fieldOf({ x, y, binning }: SensorArea): Field {
  return {
    column: SENSOR.width / binning / 2 - x,
    row: SENSOR.height / binning / 2 - y,
    pixelUm: PIXEL_SIZE_UM * binning,
    binning
  }
}
