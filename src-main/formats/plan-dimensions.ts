/** Rules between the dimensions of an acquisition, and what each becomes: an axis with its unit, scale, channels; y and x; or the positions. */
import type { AxisPlan } from './file-sink'
import type { Channel, Dimension } from './settings'
import { refuse, typeOf } from './settings-check'
import { lengthUnit, timeUnit } from './units'

/** Axes before chunks are decided. */
export type BareAxis = Omit<AxisPlan, 'chunk' | 'shardChunks'>

export interface Dimensions {
  /** In acquisition order, without position, y and x. */
  readonly axes: readonly BareAxis[]
  readonly sources: readonly Dimension[]
  readonly positions: Dimension | null
  readonly positionAxis: number | null
  readonly y: Dimension
  readonly x: Dimension
}

export function readDimensions(dimensions: readonly Dimension[]): Dimensions {
  checkTogether(dimensions)
  const outer = dimensions.slice(0, -2)
  const positionAxis = outer.findIndex((d) => typeOf(d) === 'position')
  const sources = outer.filter((d) => typeOf(d) !== 'position')
  const [y, x] = dimensions.slice(-2)
  if (y === undefined || x === undefined) refuse('dimensions', dimensions.length, '2 to 5 dimensions')
  return {
    axes: sources.map((d) => axisOf(d, dimensions.indexOf(d))),
    sources,
    positions: outer[positionAxis] ?? null,
    positionAxis: positionAxis < 0 ? null : positionAxis,
    y,
    x
  }
}

function checkTogether(dimensions: readonly Dimension[]): void {
  const stored = dimensions.filter((d) => typeOf(d) !== 'position')
  if (stored.length < 2 || stored.length > 5) {
    refuse('dimensions', `${stored.length} without the position`, '2 to 5, the last two y and x')
  }
  if (dimensions.length - stored.length > 1) {
    refuse('dimensions', `${dimensions.length - stored.length} of type position`, 'at most one')
  }
  dimensions.forEach((d, i) => {
    checkOne(d, `dimensions[${i}]`, i)
    const twin = dimensions.findIndex((other) => other.name === d.name)
    if (twin !== i) refuse(`dimensions[${i}].name`, d.name, `a name that dimensions[${twin}] has not`)
    const plane = i >= dimensions.length - 2
    if (plane && typeOf(d) !== 'space')
      refuse(`dimensions[${i}].type`, typeOf(d), 'space for the last two (y, x)')
  })
  checkKinds(stored.slice(0, -2))
}

/** OME-XML and OME-Zarr both have place for one time, one channel (or other) and one more spatial axis. */
function checkKinds(outer: readonly Dimension[]): void {
  const kinds = outer.map((d) => (typeOf(d) === 'other' ? 'channel' : typeOf(d)))
  for (const kind of ['time', 'channel', 'space'] as const) {
    const same = outer.filter((_, i) => kinds[i] === kind).map((d) => d.name)
    const word = kind === 'channel' ? 'channel or other' : kind
    if (same.length > 1)
      refuse('dimensions', `${same.join(' and ')}, all of type ${word}`, `one of type ${word} before y and x`)
  }
}

function checkOne(d: Dimension, where: string, place: number): void {
  if (d.count === null && place !== 0)
    refuse(`${where}.count`, 'null (unbounded)', 'a number; only the first dimension may be unbounded')
  const type = typeOf(d)
  if (d.count === null && type === 'position')
    refuse(`${where}.count`, 'null (unbounded)', 'a number for positions')
  if (d.coords !== undefined && d.coords.length !== d.count) {
    refuse(`${where}.coords`, `${d.coords.length} entries`, `count entries (${d.count ?? 'unbounded: none'})`)
  }
  if (d.unit !== undefined && unitOf(d) === null)
    refuse(`${where}.unit`, d.unit, `a unit of ${type === 'time' ? 'time' : 'length'}`)
}

export function unitOf(d: Dimension): string | null {
  if (d.unit === undefined) return null
  switch (typeOf(d)) {
    case 'time':
      return timeUnit(d.unit)
    case 'space':
      return lengthUnit(d.unit)
    default:
      return d.unit
  }
}

function axisOf(d: Dimension, place: number): BareAxis {
  const type = typeOf(d)
  if (type === 'position') throw new Error('positions are no axis')
  const even = evenSteps(d)
  return {
    name: d.name,
    type,
    count: d.count,
    unit: unitOf(d),
    scale: d.scale ?? even?.scale ?? null,
    translation: d.translation ?? even?.translation ?? null,
    channels: type === 'channel' ? channelsOf(d, `dimensions[${place}]`) : []
  }
}

/** Numbers at even distances say scale and translation. */
function evenSteps(d: Dimension): { scale: number; translation: number } | null {
  const [first, second] = d.coords ?? []
  if (typeof first !== 'number' || typeof second !== 'number' || second <= first) return null
  const scale = second - first
  const even = (d.coords ?? []).every(
    (at, i) => typeof at === 'number' && Math.abs(at - first - i * scale) < scale * 1e-6
  )
  return even ? { scale, translation: first } : null
}

function channelsOf(d: Dimension, where: string): Channel[] {
  const channels = (d.coords ?? []).map((entry): Channel =>
    typeof entry === 'object' ? entry : { name: String(entry) }
  )
  channels.forEach((channel, i) => {
    const twin = channels.findIndex((other) => other.name === channel.name)
    if (twin !== i) refuse(`${where}.coords[${i}].name`, channel.name, `a name that coords[${twin}] has not`)
  })
  return channels
}
