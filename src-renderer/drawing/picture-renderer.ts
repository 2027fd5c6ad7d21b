/** What draws a picture, on a GPU or without: all draw the same. */
import type { Picture } from '../../src-preload/contract/pixels'
import type { Layer } from './layers'
import type { Placement, Size } from './viewport'

export interface Drawing {
  readonly placement: Placement
  readonly canvas: Size
  readonly pixelRatio: number
  /** Values shown as the first and last step of the table. */
  readonly from: number
  readonly to: number
  /** RGBA of 256 steps. */
  readonly table: Uint8Array
}

export interface PictureRenderer {
  readonly kind: 'webgl2' | 'canvas'
  /** Null takes the layer away. */
  upload(layer: Layer, picture: Picture | null): void
  draw(drawing: Drawing): void
  dispose(): void
}
