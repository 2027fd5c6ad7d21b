/** Draws without a GPU: pixel values through the table into an image, which the canvas then scales. */
import { areaOf, type Picture } from '../../src-preload/contract/pixels'
import { LAYERS, type Layer } from './layers'
import type { Drawing, PictureRenderer } from './picture-renderer'

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

interface Sheet {
  readonly picture: Picture
  readonly canvas: HTMLCanvasElement
  readonly context: CanvasRenderingContext2D | null
  readonly image: ImageData | null
}

/** A sheet for a picture; the one before it where the size is the same. */
function sheetFor(picture: Picture, before: Sheet | undefined): Sheet {
  const { width, height } = picture
  if (before !== undefined && before.canvas.width === width && before.canvas.height === height)
    return { ...before, picture }
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d')
  return { picture, canvas, context, image: context?.createImageData(width, height) ?? null }
}

export function createCanvasRenderer(canvas: HTMLCanvasElement): PictureRenderer {
  const context = canvas.getContext('2d')
  const sheets = new Map<Layer, Sheet>()

  function drawSheet({ picture, canvas: sheet, context: onSheet, image }: Sheet, drawing: Drawing): void {
    if (context === null || image === null) return
    const { placement, pixelRatio, from, to, table } = drawing
    const steps = new Uint32Array(table.buffer, table.byteOffset, 256)
    if (picture.samples === 3) mixColours(picture.data, from, to, image.data)
    else colour(picture.data, from, to, steps, new Uint32Array(image.data.buffer))
    onSheet?.putImageData(image, 0, 0)
    const scale = placement.scale * pixelRatio
    const area = areaOf(picture)
    const left = placement.x * pixelRatio + area.x * scale
    const top = placement.y * pixelRatio + area.y * scale
    context.imageSmoothingEnabled = scale * (area.width / picture.width) < 1
    // what is missing in a finer part is not filled from a coarser one
    context.clearRect(left, top, area.width * scale, area.height * scale)
    context.drawImage(sheet, left, top, area.width * scale, area.height * scale)
  }

  return {
    kind: 'canvas',
    upload(layer, picture) {
      if (picture === null) sheets.delete(layer)
      else sheets.set(layer, sheetFor(picture, sheets.get(layer)))
    },
    draw(drawing) {
      if (context === null) return
      const width = Math.max(1, Math.round(drawing.canvas.width * drawing.pixelRatio))
      const height = Math.max(1, Math.round(drawing.canvas.height * drawing.pixelRatio))
      if (canvas.width !== width) canvas.width = width
      if (canvas.height !== height) canvas.height = height
      context.clearRect(0, 0, width, height)
      for (const layer of LAYERS) {
        const sheet = sheets.get(layer)
        if (sheet !== undefined) drawSheet(sheet, drawing)
      }
    },
    dispose: () => sheets.clear()
  }
}
