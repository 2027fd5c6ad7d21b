/** The camera's settings, as they are asked for, kept between starts and written into datasets. */
import { integer, number, oneOf, optional, shape, type Checked } from './check'
import { PIXEL_TYPES } from './pixels'

const offset = optional(integer(0, 65_535))
const side = integer(1, 16_384)
const exposureMs = number(0.01, 600_000)
const pixelType = oneOf(...PIXEL_TYPES)
const place = { x: offset, y: offset, binning: optional(integer(1, 64)) }

/** Settings of older versions have no place on the sensor: such a frame lay in its middle. */
export const cameraCheck = shape({ ...place, width: side, height: side, pixelType, exposureMs })
export type KeptCamera = Checked<typeof cameraCheck>

/** A change; what is left out stays. */
export const cameraChangeCheck = shape({
  ...place,
  width: optional(side),
  height: optional(side),
  pixelType: optional(pixelType),
  exposureMs: optional(exposureMs)
})
export type CameraChange = Checked<typeof cameraChangeCheck>
