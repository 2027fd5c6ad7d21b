/** `attributes.ome` of an image group: multiscales and omero of OME-NGFF 0.5. */
import type { PixelType } from '../../../src-preload/contract/pixels'
import type { StreamPlan } from '../file-sink'
import type { Grid } from './grid'
import type { Loose } from './json'
import { levelPlans } from './pyramid'

export const NGFF_VERSION = '0.5'

/** Least and greatest pixel value seen in a channel; null before there was one. */
export interface Window {
  readonly least: number
  readonly greatest: number
}

interface Axis {
  readonly name: string
  readonly type: string
  readonly unit: string | null
  readonly scale: number | null
  readonly translation: number | null
}

const axesOf = (plan: StreamPlan, grid: Grid): Axis[] => [
  ...grid.axes.map((axis) => axis.plan),
  { name: 'y', type: 'space', ...plan.y },
  { name: 'x', type: 'space', ...plan.x }
]

export function multiscales(plan: StreamPlan, grid: Grid, name: string): Loose {
  return [
    {
      name,
      axes: axesOf(plan, grid).map(({ name, type, unit }) => ({ name, type, unit: unit ?? undefined })),
      datasets: levelPlans(plan).map((level, number) => ({
        path: String(number),
        coordinateTransformations: transformations(axesOf(level, grid))
      }))
    }
  ]
}

function transformations(axes: readonly Axis[]): Loose {
  const scale = { type: 'scale', scale: axes.map((axis) => axis.scale ?? 1) }
  const translation = { type: 'translation', translation: axes.map((axis) => axis.translation ?? 0) }
  return axes.some((axis) => axis.translation !== null) ? [scale, translation] : [scale]
}

/** Colours for channels that have none, told apart also by the colour-blind (Okabe and Ito). */
const COLORS = ['0072B2', 'E69F00', '009E73', 'CC79A7', '56B4E9', 'D55E00', 'F0E442']

/** `full` is the range of the pixel type, or of its significant bits; floats have none. */
export function omero(
  plan: StreamPlan,
  grid: Grid,
  windows: readonly (Window | null)[],
  typedName: (c: number, count: number) => string | undefined = () => undefined
): Loose {
  const axis = grid.axes.find(({ plan }) => plan.type === 'channel')?.plan
  const count = axis?.count ?? 1
  const full = fullRange(plan.frame.pixelType, plan.significantBits)
  const depth = grid.axes.find(({ plan }) => plan.name === 'z')?.plan.count ?? 1
  return {
    channels: Array.from({ length: count }, (_, c) => ({
      label: axis?.channels[c]?.name ?? typedName(c, count) ?? `Channel ${c}`,
      color:
        axis?.channels[c]?.color?.replace('#', '').slice(0, 6).toUpperCase() ??
        (count === 1 ? 'FFFFFF' : COLORS[c % COLORS.length]),
      active: true,
      coefficient: 1,
      family: 'linear',
      inverted: false,
      window: windowOf(windows[c] ?? null, full)
    })),
    rdefs: { defaultT: 0, defaultZ: Math.floor(depth / 2), model: count === 1 ? 'greyscale' : 'color' }
  }
}

function windowOf(seen: Window | null, full: Window | null): Loose {
  const range = full ?? seen ?? { least: 0, greatest: 1 }
  const shown = seen !== null && seen.least < seen.greatest ? seen : range
  return { min: range.least, max: range.greatest, start: shown.least, end: shown.greatest }
}

function fullRange(type: PixelType, significantBits: number | null): Window | null {
  if (type.startsWith('float')) return null
  const bits = Number(type.replace(/\D/g, ''))
  if (type.startsWith('u')) return { least: 0, greatest: 2 ** (significantBits ?? bits) - 1 }
  return { least: -(2 ** (bits - 1)), greatest: 2 ** (bits - 1) - 1 }
}
