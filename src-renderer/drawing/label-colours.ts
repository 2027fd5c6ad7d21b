/** Colours of label values: those of the file, else colours that neighbours in number do not share. 0 is no object and transparent. */
import type { LabelInfo, LabelPicture } from '../../src-preload/contract/label'

/** Turns of the golden angle lie far apart, however many there are. */
const GOLDEN_TURN = 0.618_033_988_75

/** Red, green, blue and opacity in the byte order of ImageData. */
export type LabelColour = (value: number) => number

const packed = (red: number, green: number, blue: number, alpha: number): number =>
  ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0

export function labelColours({ colours }: Pick<LabelInfo, 'colours'>): LabelColour {
  const told = new Map(
    colours.map(({ value, colour, opacity }) => {
      const at = (from: number): number => Number.parseInt(colour.slice(from, from + 2), 16)
      return [value, packed(at(1), at(3), at(5), Math.round(opacity * 255))]
    })
  )
  const made = new Map<number, number>()
  return (value) => {
    if (value === 0) return 0
    const known = told.get(value) ?? made.get(value)
    if (known !== undefined) return known
    const colour = byNumber(value)
    made.set(value, colour)
    return colour
  }
}

/** A hue by the number of turns; lightness changes, too, so that near hues differ. */
function byNumber(value: number): number {
  const hue = (((value * GOLDEN_TURN) % 1) + 1) % 1
  const light = [0.6, 0.48, 0.7][Math.abs(value) % 3] ?? 0.6
  const part = (shift: number): number => {
    const at = (hue * 12 + shift) % 12
    const strength = 0.85 * Math.min(light, 1 - light)
    return Math.round(255 * (light - strength * Math.max(-1, Math.min(at - 3, 9 - at, 1))))
  }
  return packed(part(0), part(8), part(4), 255)
}

/** All values of a picture as colours; runs of one value are looked up once. */
export function colourLabels(values: LabelPicture['values'], colour: LabelColour, into: Uint32Array): void {
  let last = 0
  let found = 0
  for (let i = 0; i < into.length; i++) {
    const value = values[i] ?? 0
    if (value !== last) {
      last = value
      found = colour(value)
    }
    into[i] = found
  }
}

/** The value at a pixel of the full frame; null where the picture does not reach. */
export function labelAt({ area, width, height, values }: LabelPicture, x: number, y: number): number | null {
  const column = Math.floor(((x + 0.5 - area.x) / area.width) * width)
  const row = Math.floor(((y + 0.5 - area.y) / area.height) * height)
  const inside = column >= 0 && row >= 0 && column < width && row < height
  return inside ? (values[row * width + column] ?? null) : null
}
