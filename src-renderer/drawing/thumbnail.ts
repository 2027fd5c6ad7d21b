/** A small picture of what is seen, as text that can be kept with a position. It is for the eye: its values are the screen's. */
import type { Picture } from '../../src-preload/contract/pixels'
import type { DisplayState } from '../composables/display'
import { createCanvasRenderer } from './canvas-renderer'
import { bent, lut } from './luts'

const MOST_SIDE = 64
/** What a kept position may hold, in characters; finer JPEG first. */
const MOST_CHARS = 8_000
const QUALITIES = [0.8, 0.5, 0.2]

/** A data URL; null where even the coarsest is too large. */
export function thumbnailOf(
  picture: Picture,
  { from, to, lut: name, tint, gamma }: DisplayState
): string | null {
  const { full } = picture
  const scale = MOST_SIDE / Math.max(full.width, full.height)
  const canvas = document.createElement('canvas')
  const renderer = createCanvasRenderer(canvas)
  renderer.upload('whole', picture)
  renderer.draw({
    placement: { scale, x: 0, y: 0 },
    canvas: { width: Math.max(1, full.width * scale), height: Math.max(1, full.height * scale) },
    pixelRatio: 1,
    from,
    to,
    table: bent(lut(name, tint), gamma)
  })
  renderer.dispose()
  const made = QUALITIES.map((quality) => canvas.toDataURL('image/jpeg', quality))
  return made.find((url) => url.length <= MOST_CHARS) ?? null
}
