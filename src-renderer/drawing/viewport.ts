/** Where a picture lies on the canvas. Picture units are pixels of the full frame, screen units are CSS pixels. */
import type { Area } from '../../src-preload/contract/pixels'

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

/** Screen = picture × scale + offset. */
export interface Placement {
  readonly scale: number
  readonly x: number
  readonly y: number
}

/** null: fit the picture into the canvas, whatever its size becomes. */
export type Zoom = Placement | null

const MARGIN = 0
const MOST = 64

export function fit(picture: Size, canvas: Size): Placement {
  const room = { width: Math.max(1, canvas.width - MARGIN), height: Math.max(1, canvas.height - MARGIN) }
  const scale = Math.min(room.width / picture.width, room.height / picture.height)
  return {
    scale,
    x: (canvas.width - picture.width * scale) / 2,
    y: (canvas.height - picture.height * scale) / 2
  }
}

export const placed = (zoom: Zoom, picture: Size, canvas: Size): Placement => zoom ?? fit(picture, canvas)

export const toPicture = ({ scale, x, y }: Placement, at: Point): Point => ({
  x: (at.x - x) / scale,
  y: (at.y - y) / scale
})

/** What of the frame is on the screen, and how many device pixels one of its pixels takes. */
export interface View {
  readonly area: Area
  readonly scale: number
}

export function viewed(at: Placement, picture: Size, canvas: Size, pixelRatio: number): View {
  const from = toPicture(at, { x: 0, y: 0 })
  const to = toPicture(at, { x: canvas.width, y: canvas.height })
  const x = Math.max(0, from.x)
  const y = Math.max(0, from.y)
  return {
    area: {
      x,
      y,
      width: Math.max(0, Math.min(picture.width, to.x) - x),
      height: Math.max(0, Math.min(picture.height, to.y) - y)
    },
    scale: at.scale * pixelRatio
  }
}

/** Keeps a part of the picture in sight, and centres it where it is smaller than the canvas. */
function bounded(next: Placement, picture: Size, canvas: Size): Placement {
  const within = (offset: number, length: number, room: number): number =>
    length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, offset))
  return {
    scale: next.scale,
    x: within(next.x, picture.width * next.scale, canvas.width),
    y: within(next.y, picture.height * next.scale, canvas.height)
  }
}

/** Zooms by a factor and keeps the point under the pointer in its place; back to fit when it would get smaller than that. */
export function zoomedAt(zoom: Zoom, factor: number, at: Point, picture: Size, canvas: Size): Zoom {
  const now = placed(zoom, picture, canvas)
  const least = fit(picture, canvas).scale
  const scale = Math.min(MOST, now.scale * factor)
  if (scale <= least) return null
  const fixed = toPicture(now, at)
  return bounded({ scale, x: at.x - fixed.x * scale, y: at.y - fixed.y * scale }, picture, canvas)
}

export function panned(zoom: Zoom, by: Point, picture: Size, canvas: Size): Zoom {
  if (zoom === null) return null
  return bounded({ scale: zoom.scale, x: zoom.x + by.x, y: zoom.y + by.y }, picture, canvas)
}

/** One pixel of the picture on one device pixel, around the middle of the canvas. */
export function actualSize(zoom: Zoom, pixelRatio: number, picture: Size, canvas: Size): Zoom {
  const now = placed(zoom, picture, canvas)
  const middle = { x: canvas.width / 2, y: canvas.height / 2 }
  return zoomedAt(zoom, 1 / pixelRatio / now.scale, middle, picture, canvas)
}

/** A round length for a scale bar that is at most `most` units long. */
export function niceLength(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most))
  const step = most / power
  return (step >= 5 ? 5 : step >= 2 ? 2 : 1) * power
}

export interface ScaleBar {
  readonly widthPx: number
  readonly text: string
}

/** In µm where the pixel size is known, else honestly in px (acceptance R12). */
export function scaleBar(scale: number, pixelSizeUm: number | null, mostPx: number): ScaleBar {
  const size = pixelSizeUm ?? 1
  const length = niceLength((mostPx / scale) * size)
  const text =
    pixelSizeUm === null
      ? `${Number(length.toPrecision(3))} px`
      : length >= 1000
        ? `${Number((length / 1000).toPrecision(3))} mm`
        : length < 1
          ? `${Number((length * 1000).toPrecision(3))} nm`
          : `${Number(length.toPrecision(3))} µm`
  return { widthPx: (length / size) * scale, text }
}
