/** Colour tables: 256 steps of display brightness to RGBA. They colour the picture on the screen and never the data. */
import {
  interpolateCividis,
  interpolateInferno,
  interpolateMagma,
  interpolatePlasma,
  interpolateTurbo,
  interpolateViridis
} from 'd3-scale-chromatic'

export const LUTS = [
  'gray',
  'inverted',
  'green',
  'red',
  'blue',
  'cyan',
  'magenta',
  'yellow',
  'viridis',
  'magma',
  'inferno',
  'plasma',
  'cividis',
  'turbo'
] as const

/** `difference` is for signed values alone, and is not offered for pictures. */
export type LutName = (typeof LUTS)[number] | 'difference'

type Rgb = readonly [number, number, number]

function parse(colour: string): Rgb {
  const hex = /^#(..)(..)(..)$/.exec(colour)
  const parts = hex
    ? hex.slice(1).map((part) => parseInt(part, 16))
    : (colour.match(/\d+/g) ?? []).map(Number)
  return [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0]
}

const toward =
  (r: number, g: number, b: number) =>
  (t: number): Rgb => [t * r, t * g, t * b]

/** Blue below, orange above, grey where nothing differs; seen in red light alone it goes from dark to bright. */
function diverging(t: number): Rgb {
  const part = Math.abs(2 * t - 1)
  const [r, g, b]: Rgb = t < 0.5 ? [0, 116, 255] : [255, 150, 0]
  return [88 + (r - 88) * part, 88 + (g - 88) * part, 88 + (b - 88) * part]
}

const colourOf: Readonly<Record<LutName, (t: number) => Rgb>> = {
  gray: toward(255, 255, 255),
  inverted: (t) => toward(255, 255, 255)(1 - t),
  green: toward(70, 255, 90),
  red: toward(255, 70, 60),
  blue: toward(80, 130, 255),
  cyan: toward(60, 235, 255),
  magenta: toward(255, 80, 235),
  yellow: toward(255, 235, 60),
  viridis: (t) => parse(interpolateViridis(t)),
  magma: (t) => parse(interpolateMagma(t)),
  inferno: (t) => parse(interpolateInferno(t)),
  plasma: (t) => parse(interpolatePlasma(t)),
  cividis: (t) => parse(interpolateCividis(t)),
  turbo: (t) => parse(interpolateTurbo(t)),
  difference: diverging
}

const made = new Map<string, Uint8Array>()

/** RGBA of 256 steps. `tint` is a colour of a channel in the file, which takes the place of the name. */
export function lut(name: LutName, tint?: string): Uint8Array {
  const id = tint ?? name
  const known = made.get(id)
  if (known !== undefined) return known
  const colour = tint === undefined ? colourOf[name] : toward(...parse(tint))
  const table = new Uint8Array(1024)
  for (let i = 0; i < 256; i++) {
    table.set([...colour(i / 255).map(Math.round), 255], i * 4)
  }
  made.set(id, table)
  return table
}

/** The table with its steps bent: brightness to the power of gamma, so that below 1 dark structures come out. */
export function bent(table: Uint8Array, gamma: number): Uint8Array {
  if (gamma === 1) return table
  const made = new Uint8Array(table.length)
  for (let i = 0; i < 256; i++) {
    const from = Math.round((i / 255) ** gamma * 255) * 4
    made.set(table.subarray(from, from + 4), i * 4)
  }
  return made
}

/** The table as a CSS gradient, for the strip beside its name. */
export function lutGradient(name: LutName): string {
  const table = lut(name)
  const stops = Array.from({ length: 9 }, (_, i) => {
    const at = Math.round((i / 8) * 255) * 4
    return `rgb(${table[at] ?? 0} ${table[at + 1] ?? 0} ${table[at + 2] ?? 0})`
  })
  return `linear-gradient(to right, ${stops.join(', ')})`
}
