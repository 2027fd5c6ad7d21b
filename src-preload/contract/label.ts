/** Labels of an image (OME-NGFF `image-label`): pictures whose values are numbers of objects, shown over it. */
import type { Area } from './pixels'

export interface LabelColour {
  readonly value: number
  /** `#rrggbb`. */
  readonly colour: string
  /** 0 to 1. */
  readonly opacity: number
}

export interface LabelInfo {
  readonly name: string
  /** Colours that the file gives to single values. */
  readonly colours: readonly LabelColour[]
  /** Why it can't be laid over the image, in a sentence; null where it can. */
  readonly reason: string | null
}

/** The values of a label in a part of the frame: never means, but single pixels. */
export interface LabelPicture {
  readonly area: Area
  readonly width: number
  readonly height: number
  readonly values: Uint32Array | Float64Array
  /** Pixels of the frame that one value stands for, along the longer side; 1 or less: every value is there. */
  readonly step: number
  /** Some parts are missing or damaged and left transparent; says in a sentence why. */
  readonly holes?: string
}
