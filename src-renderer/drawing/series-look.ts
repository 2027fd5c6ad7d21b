/** How several series look in one chart: in the colours of their channels as far as the theme lets them be seen, and apart without colours, too. */
import type { Settings } from '../../src-preload/contract/settings'

type Theme = Settings['theme']

export interface SeriesLook {
  readonly stroke: string
  readonly dash: number[]
}

/** For channels whose file says no colour, or white. */
const OWN = ['#5fb8f0', '#f0a24a', '#72cf7d', '#e07bd0', '#d8d04e', '#9d8df2']
const DASHES = [[], [7, 3], [2, 3], [9, 3, 2, 3], [12, 4], [4, 4]]

export function seriesLook(color: string | undefined, at: number, theme: Theme, plain: string): SeriesLook {
  const dash = DASHES[at % DASHES.length] ?? []
  // nothing but red light at night
  if (theme === 'red') return { stroke: plain, dash }
  const [, ...parts] = /^#(..)(..)(..)$/.exec(color ?? '') ?? []
  const rgb = parts.map((part) => parseInt(part, 16))
  const grey = rgb.length < 3 || Math.max(...rgb) - Math.min(...rgb) < 24
  const own = OWN[at % OWN.length] ?? plain
  const stroke = grey ? own : bright(rgb)
  return { stroke: theme === 'light' ? darker(stroke) : stroke, dash }
}

const hex = (rgb: readonly number[]): string =>
  `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`

/** A deep blue can't be seen on black. */
const bright = (rgb: readonly number[]): string => hex(rgb.map((part) => 90 + (part * 165) / 255))

const darker = (colour: string): string =>
  hex([1, 3, 5].map((from) => parseInt(colour.slice(from, from + 2), 16) * 0.58))
