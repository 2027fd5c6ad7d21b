/** Chooses what a picture is drawn with: a GPU where there is one, the CPU where not. */
import { createCanvasRenderer } from './canvas-renderer'
import { createGlRenderer } from './gl-renderer'
import type { PictureRenderer } from './picture-renderer'

export function createRenderer(canvas: HTMLCanvasElement, lost: () => void): PictureRenderer {
  return createGlRenderer(canvas, lost) ?? createCanvasRenderer(canvas)
}
