/** The picture of a plane that was read. */
import type { Picture } from '../../src-preload/contract/pixels'
import { pictureOf } from '../picture'
import type { Plane } from './dataset'

/** Saturation is left open: how many bits of a stored pixel carry signal is not known here. */
export function picturePlane(plane: Plane, frame: number, side: number): Picture {
  return pictureOf(plane.data, plane, { frame, side, saturation: null })
}
