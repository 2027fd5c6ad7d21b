/**
 * The mark in the upper left corner of a simulated frame: which frame it is and where the stage stood when it was exposed, so that a
 * test can prove what landed where.
 *
 * Layout: 16 pixels wide, 4 rows high; each row is one 16-bit number, most significant bit left, a bright pixel for 1 and a dark one
 * (value 0) for 0. Row 0: the camera's frame number modulo 65536. Rows 1, 2, 3: stage x, y, z in tenths of a µm plus 32768, limited to
 * 0…65535 (±3276.8 µm). A frame lower than 4 rows carries row 0 only; one narrower than 16 pixels carries no mark.
 */
import type { PixelType } from '../../../src-preload/contract/pixels'

export const MARK_WIDTH = 16
export const MARK_HEIGHT = 4

export interface PositionUm {
  readonly x: number
  readonly y: number
  readonly z: number
}

export interface FrameMark {
  /** The camera's frame number modulo 65536. */
  readonly frame: number
  /** To a tenth of a µm; null in frames of less than 4 rows. */
  readonly positionUm: PositionUm | null
}

export type Pixels = { readonly length: number; [index: number]: number }
type AnyPixels = { readonly length: number; readonly [index: number]: number | bigint }

/** Value of a bright pixel in the generator's own two depths; all other types are converted from 16 bits. */
export const markBright = (depth: 8 | 16): number => (depth === 8 ? 200 : 4000)

export function writeFrameMark(
  pixels: Pixels,
  width: number,
  bright: number,
  frame: number,
  position: PositionUm
): void {
  if (width < MARK_WIDTH) return
  const rows = [frame & 0xffff, encoded(position.x), encoded(position.y), encoded(position.z)]
  const height = Math.floor(pixels.length / width)
  const shown = height < MARK_HEIGHT ? 1 : MARK_HEIGHT
  for (let y = 0; y < shown; y++) {
    const value = rows[y] as number
    for (let bit = 0; bit < MARK_WIDTH; bit++) {
      pixels[y * width + bit] = (value >> (MARK_WIDTH - 1 - bit)) & 1 ? bright : 0
    }
  }
}

/** Reads the mark; null where there is none or where a pixel is neither bright nor dark. `pixels` holds one whole frame. */
export function readFrameMark(pixels: AnyPixels, width: number, pixelType: PixelType): FrameMark | null {
  if (width < MARK_WIDTH || pixels.length < width) return null
  const bright = brightOf(pixelType)
  const height = Math.floor(pixels.length / width)
  const rows: number[] = []
  for (let y = 0; y < (height < MARK_HEIGHT ? 1 : MARK_HEIGHT); y++) {
    let value = 0
    for (let bit = 0; bit < MARK_WIDTH; bit++) {
      const pixel = Number(pixels[y * width + bit])
      if (pixel !== 0 && pixel !== bright) return null
      value = value * 2 + (pixel === bright ? 1 : 0)
    }
    rows.push(value)
  }
  const [frame, x, y, z] = rows
  if (frame === undefined) return null
  if (x === undefined || y === undefined || z === undefined) return { frame, positionUm: null }
  return { frame, positionUm: { x: decoded(x), y: decoded(y), z: decoded(z) } }
}

const encoded = (um: number): number => Math.min(65_535, Math.max(0, Math.round(um * 10) + 32_768))
const decoded = (value: number): number => (value - 32_768) / 10

function brightOf(pixelType: PixelType): number {
  switch (pixelType) {
    case 'uint8':
      return markBright(8)
    case 'int8':
      return markBright(8) >> 1
    default:
      return markBright(16)
  }
}
