/** How the live picture of a camera is shown, as it is kept between starts. It says nothing about the data. */
import { filledText, list, nullable, number, oneOf, shape, text, truth, type Checked } from './check'
import { PIXEL_TYPES } from './pixels'

/** once: fixed after being found · each: found again for every frame · manual: set by hand. */
export const CONTRAST_MODES = ['once', 'each', 'manual'] as const
export type ContrastMode = (typeof CONTRAST_MODES)[number]

const level = number(-1e308, 1e308)

const keptDisplayCheck = shape({
  camera: filledText(500),
  mode: oneOf(...CONTRAST_MODES),
  /** Values shown as black and white, of pixels of this type; null where each frame finds its own. */
  window: nullable(shape({ from: level, to: level, pixelType: oneOf(...PIXEL_TYPES) })),
  lut: text(40),
  logarithmic: truth,
  gamma: number(0.1, 10)
})
export type KeptDisplay = Checked<typeof keptDisplayCheck>

/** One for each camera, the one used last first. */
export const keptDisplaysCheck = list(keptDisplayCheck, 100)

/** What is drawn over pictures. */
export const overlaysCheck = shape({
  crossHair: truth,
  scaleBar: truth,
  /** Channels of a Multi-D run over each other. */
  channels: truth
})
