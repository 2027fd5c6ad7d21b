/** What a picture is drawn with: a GPU where there is one, the CPU where not. Both draw the same. */
import type { Picture } from '../../src-preload/contract/pixels'
import { createCanvasRenderer } from './canvas-renderer'
import { createGlRenderer } from './gl-renderer'
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

export function createRenderer(canvas: HTMLCanvasElement, lost: () => void): PictureRenderer {
  return createGlRenderer(canvas, lost) ?? createCanvasRenderer(canvas)
}
