/** Which values a picture has at a pixel of the full frame. */
import { areaOf, type Picture } from '../../src-preload/contract/pixels'

/** Null where the picture does not reach. */
export function pixelAt(picture: Picture, x: number, y: number): readonly number[] | null {
  const { width, height, samples, data } = picture
  const area = areaOf(picture)
  // the middle of the pixel, so that no rounding of the area's size leads to its neighbour
  const column = Math.floor(((x + 0.5 - area.x) / area.width) * width)
  const row = Math.floor(((y + 0.5 - area.y) / area.height) * height)
  if (column < 0 || row < 0 || column >= width || row >= height) return null
  const first = (row * width + column) * samples
  return [...data.subarray(first, first + samples)]
}
