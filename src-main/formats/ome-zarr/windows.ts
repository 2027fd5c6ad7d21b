/** The range of pixel values seen in each channel of each image, from a sample of pixels: the display window that viewers start with. */
import { pixelView, type PixelType } from '../../../src-preload/contract/pixels'
import type { Window } from './image-attributes'

/** Of the first frames all are looked at, later every 16th, 4096 pixels of each: less than 10 µs a frame. */
const ALL_UNTIL = 16
const THEN_EVERY = 16
const PIXELS_LOOKED_AT = 4096

type Numbers = ArrayLike<number | bigint>

const view = (type: PixelType, bytes: Uint8Array): Numbers =>
  type === 'float16' ? halves(pixelView(bytes, type)) : pixelView(bytes, type)

/** IEEE 754 half precision; only the sampled ones are worked out. */
function halves(bits: Uint16Array): Numbers {
  const value = (half: number): number => {
    const sign = half >> 15 === 0 ? 1 : -1
    const exponent = (half >> 10) & 31
    const fraction = half & 1023
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
    return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
  }
  return new Proxy([] as number[], {
    get: (_, key) => (key === 'length' ? bits.length : value(bits[Number(key)] ?? 0))
  })
}

interface Range {
  least: number
  greatest: number
  frames: number
}

export class Windows {
  /** By image, then channel. */
  private readonly seen: Range[][] = []

  constructor(private readonly type: PixelType) {}

  /** Looks at a frame in memory; `offset` must be a multiple of the pixel's size. */
  look(image: number, channel: number, buffer: ArrayBufferLike, offset: number, bytes: number): void {
    const range = this.range(image, channel)
    if (range.frames++ >= ALL_UNTIL && range.frames % THEN_EVERY !== 0) return
    const values = view(this.type, new Uint8Array(buffer, offset, bytes))
    const step = Math.max(1, Math.floor(values.length / PIXELS_LOOKED_AT)) | 1 // odd, or it would look at a few columns alone
    for (let at = 0; at < values.length; at += step) {
      const value = Number(values[at])
      if (value < range.least && value !== -Infinity) range.least = value
      if (value > range.greatest && value !== Infinity) range.greatest = value
    }
  }

  of(image: number, channel: number): Window | null {
    const range = this.seen[image]?.[channel]
    return range === undefined || range.least > range.greatest ? null : range
  }

  private range(image: number, channel: number): Range {
    const ofImage = (this.seen[image] ??= [])
    return (ofImage[channel] ??= { least: Infinity, greatest: -Infinity, frames: 0 })
  }
}
