/** A picture as it is exported: whole, with the contrast and colours of the screen, and with a scale bar and values burnt in. */
import type { Picture } from '../../src-preload/contract/pixels'
import { createCanvasRenderer } from './canvas-renderer'
import { bent, lut, type LutName } from './luts'
import { scaleBar } from './viewport'

export interface SheetStyle {
  readonly from: number
  readonly to: number
  readonly lut: LutName
  readonly tint: string | undefined
  readonly gamma: number
  readonly pixelSizeUm: number | null
  readonly withScaleBar: boolean
  /** Lines in the upper left corner. */
  readonly lines: readonly string[]
}

/** Small frames grow by a whole number, so that text can be read beside them. */
const LEAST = 640
/** JPEG and canvases end at 16 bit. */
const MOST = 16_384

/** Large frames shrink to what a canvas can hold. */
export function sheetScale({ full }: Picture): number {
  const longest = Math.max(full.width, full.height)
  return longest > MOST
    ? MOST / 2 / longest
    : Math.min(Math.ceil(LEAST / longest), Math.floor(MOST / longest))
}

export function pictureSheet(picture: Picture, style: SheetStyle): HTMLCanvasElement {
  const scale = sheetScale(picture)
  const size = {
    width: Math.max(1, Math.round(picture.full.width * scale)),
    height: Math.max(1, Math.round(picture.full.height * scale))
  }
  const plain = document.createElement('canvas')
  const renderer = createCanvasRenderer(plain)
  renderer.upload('whole', picture)
  const { from, to } = style
  renderer.draw({
    placement: { scale, x: 0, y: 0 },
    canvas: size,
    pixelRatio: 1,
    from,
    to,
    table: bent(lut(style.lut, style.tint), style.gamma)
  })
  const sheet = document.createElement('canvas')
  sheet.width = size.width
  sheet.height = size.height
  const context = sheet.getContext('2d')
  if (context === null) return sheet
  context.fillStyle = '#000'
  context.fillRect(0, 0, size.width, size.height)
  context.drawImage(plain, 0, 0)
  renderer.dispose()
  burnIn(context, size, scale, style)
  return sheet
}

function burnIn(
  context: CanvasRenderingContext2D,
  { width, height }: { readonly width: number; readonly height: number },
  scale: number,
  { pixelSizeUm, withScaleBar, lines }: SheetStyle
): void {
  const letter = Math.round(Math.max(13, Math.min(width, height) / 36))
  context.font = `600 ${letter}px Inter, sans-serif`
  context.lineJoin = 'round'
  context.lineWidth = letter / 5
  context.strokeStyle = '#000c'
  context.fillStyle = '#fff'
  const write = (text: string, x: number, y: number): void => {
    context.strokeText(text, x, y)
    context.fillText(text, x, y)
  }
  lines.forEach((line, i) => write(line, letter, letter * (1.6 + i * 1.35)))
  if (!withScaleBar) return
  const bar = scaleBar(scale, pixelSizeUm, width / 4)
  const thick = Math.max(3, Math.round(letter / 4))
  const [x, y] = [width - letter - bar.widthPx, height - letter - thick]
  context.strokeRect(x, y, bar.widthPx, thick)
  context.fillRect(x, y, bar.widthPx, thick)
  context.textAlign = 'right'
  write(bar.text, width - letter, y - letter * 0.5)
  context.textAlign = 'left'
}
