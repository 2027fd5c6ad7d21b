/** Draws without a GPU: pixel values through the table into an image, which the canvas then scales. */
import type { Picture } from '../../src-preload/contract/pixels'
import type { PictureRenderer } from './picture-renderer'

/** Colours `data` into `into` (RGBA). One pass, no allocation: it runs for every frame. */
export function colour(
  data: Picture['data'],
  from: number,
  to: number,
  table: Uint32Array,
  into: Uint32Array
): void {
  const gain = 255 / Math.max(to - from, 1e-30)
  for (let i = 0; i < into.length; i++) {
    const value = data[i] ?? NaN
    const step = (value - from) * gain
    // NaN fails both comparisons and stays transparent.
    into[i] =
      step <= 0
        ? (table[0] ?? 0)
        : step >= 255
          ? (table[255] ?? 0)
          : step > 0
            ? (table[(step + 0.5) | 0] ?? 0)
            : 0
  }
}

/** Red, green and blue by turns into `into` (RGBA); the window holds for all three. */
export function mixColours(data: Picture['data'], from: number, to: number, into: Uint8ClampedArray): void {
  const gain = 255 / Math.max(to - from, 1e-30)
  for (let i = 0, at = 0; i < into.length; i += 4, at += 3) {
    const red = ((data[at] ?? NaN) - from) * gain
    into[i] = red
    into[i + 1] = ((data[at + 1] ?? NaN) - from) * gain
    into[i + 2] = ((data[at + 2] ?? NaN) - from) * gain
    into[i + 3] = Number.isNaN(red) ? 0 : 255
  }
}

export function createCanvasRenderer(canvas: HTMLCanvasElement): PictureRenderer {
  const context = canvas.getContext('2d')
  const sheet = document.createElement('canvas')
  const sheetContext = sheet.getContext('2d')
  let picture: Picture | null = null
  let image: ImageData | null = null

  return {
    kind: 'canvas',
    upload(next) {
      picture = next
      if (image === null || image.width !== next.width || image.height !== next.height) {
        sheet.width = next.width
        sheet.height = next.height
        image = sheetContext?.createImageData(next.width, next.height) ?? null
      }
    },
    draw({ placement, canvas: room, pixelRatio, from, to, table }) {
      if (context === null) return
      const width = Math.max(1, Math.round(room.width * pixelRatio))
      const height = Math.max(1, Math.round(room.height * pixelRatio))
      if (canvas.width !== width) canvas.width = width
      if (canvas.height !== height) canvas.height = height
      context.clearRect(0, 0, width, height)
      if (picture === null || image === null) return
      const steps = new Uint32Array(table.buffer, table.byteOffset, 256)
      if (picture.samples === 3) mixColours(picture.data, from, to, image.data)
      else colour(picture.data, from, to, steps, new Uint32Array(image.data.buffer))
      sheetContext?.putImageData(image, 0, 0)
      const scale = placement.scale * pixelRatio
      context.imageSmoothingEnabled = scale * picture.step < 1
      context.drawImage(
        sheet,
        placement.x * pixelRatio,
        placement.y * pixelRatio,
        picture.width * picture.step * scale,
        picture.height * picture.step * scale
      )
    },
    dispose() {
      picture = null
      image = null
    }
  }
}
