/** What OME-NGFF attributes say, 0.1 to 0.5 and the drafts after it: images, plates, wells, series, channels. */
import type { AxisInfo, ChannelInfo } from '../../../src-preload/contract/dataset'
import { isJsonObject, type Json } from '../../../src-preload/contract/record'
import type { ZarrNode } from './node'
import { safeKey } from './store'

export type Attributes = { readonly [key: string]: Json }

/** The attributes of OME: below `ome` since 0.5, at the top before. */
export function omeAttributes(node: ZarrNode): Attributes {
  const inside = node.attributes['ome']
  return isJsonObject(inside) ? inside : node.attributes
}

const list = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : []
const text = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null)

/** True where a group says that it is something of OME. */
export function isOmeGroup(node: ZarrNode): boolean {
  const ome = omeAttributes(node)
  return ['multiscales', 'plate', 'well'].some((key) => ome[key] !== undefined) || isSeries(node)
}

export const isSeries = (node: ZarrNode): boolean =>
  omeAttributes(node)['bioformats2raw.layout'] !== undefined

export interface Multiscale {
  readonly name: string | null
  readonly version: string | null
  /** Paths of the resolutions, largest first. */
  readonly paths: readonly string[]
  readonly axes: readonly AxisInfo[] | null
  /** Scale of each resolution along its axes, as its own transformation says. */
  readonly scales: readonly (readonly number[] | null)[]
  /** Scale of the largest resolution along its axes. */
  readonly scale: readonly number[] | null
  /** Where its first pixel lies along its axes. */
  readonly translation: readonly number[] | null
}

/** Null where the group has no image. */
export function multiscaleOf(node: ZarrNode): Multiscale | null {
  const ome = omeAttributes(node)
  const [first] = list(ome['multiscales'])
  if (!isJsonObject(first)) return null
  const datasets = list(first['datasets']).filter(isJsonObject)
  const resolutions = datasets.flatMap((dataset) => {
    const safe = typeof dataset['path'] === 'string' ? safeKey(dataset['path']) : null
    return safe === null ? [] : [{ path: safe, scale: transformOf(dataset, 'scale') }]
  })
  return {
    name: text(first['name']),
    version: text(ome['version']) ?? text(first['version']),
    paths: resolutions.map(({ path }) => path),
    scales: resolutions.map(({ scale }) => scale),
    axes: axesOf(first),
    scale: product(transformOf(datasets[0], 'scale'), transformOf(first, 'scale')),
    translation: transformOf(datasets[0], 'translation')
  }
}

function axesOf(multiscale: Attributes): AxisInfo[] | null {
  const systems = list(multiscale['coordinateSystems']).filter(isJsonObject)
  const axes = Array.isArray(multiscale['axes']) ? list(multiscale['axes']) : list(systems[0]?.['axes'])
  if (axes.length === 0) return null
  return axes.map((axis, number) => {
    if (typeof axis === 'string') return { name: axis, size: 0 }
    const name = isJsonObject(axis) ? text(axis['name']) : null
    const unit = isJsonObject(axis) ? text(axis['unit']) : null
    return { name: name ?? `axis${number}`, size: 0, ...(unit === null ? {} : { unit: SHORT[unit] ?? unit }) }
  })
}

/** NGFF writes units out; people read them short. */
const SHORT: Readonly<Record<string, string>> = {
  micrometer: 'µm',
  nanometer: 'nm',
  millimeter: 'mm',
  centimeter: 'cm',
  meter: 'm',
  angstrom: 'Å',
  second: 's',
  millisecond: 'ms',
  microsecond: 'µs',
  minute: 'min',
  hour: 'h',
  day: 'd'
}

function transformOf(value: Attributes | undefined, kind: 'scale' | 'translation'): number[] | null {
  const transforms = list(value?.['coordinateTransformations']).filter(isJsonObject)
  const found = transforms.find(({ type }) => type === kind)
  const numbers = list(found?.[kind])
  return numbers.length > 0 && numbers.every((each): each is number => typeof each === 'number')
    ? [...numbers]
    : null
}

function product(a: number[] | null, b: number[] | null): number[] | null {
  if (a === null || b === null) return a ?? b
  return a.map((value, axis) => value * (b[axis] ?? 1))
}

/** Labels, colours and windows of omero. */
export function channelsOf(node: ZarrNode): ChannelInfo[] {
  const omero = omeAttributes(node)['omero']
  if (!isJsonObject(omero)) return []
  return list(omero['channels']).map((channel, number): ChannelInfo => {
    const told = isJsonObject(channel) ? channel : {}
    const window = isJsonObject(told['window']) ? told['window'] : {}
    const color = text(told['color'])
    const { start, end } = window
    return {
      name: text(told['label']) ?? `Channel ${number}`,
      ...(color !== null && /^#?[0-9a-f]{6}/i.test(color)
        ? { color: `#${color.replace('#', '').slice(0, 6).toLowerCase()}` }
        : {}),
      ...(typeof start === 'number' && typeof end === 'number' && end > start
        ? { window: { from: start, to: end } }
        : {})
    }
  })
}

const pathsOf = (value: Json | undefined): string[] =>
  list(value).flatMap((item) => {
    const path = isJsonObject(item) ? item['path'] : item
    const safe = typeof path === 'string' ? safeKey(path) : null
    return safe === null || safe === '' ? [] : [safe]
  })

/** What a group says of a plate; `wells` are paths with their places. Before 0.4 a well's path alone tells its place. */
export function plateOf(node: ZarrNode): {
  readonly name: string
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  readonly wells: readonly { readonly path: string; readonly row: number; readonly column: number }[]
} | null {
  const plate = omeAttributes(node)['plate']
  if (!isJsonObject(plate)) return null
  const told = list(plate['wells'])
  const paths = told.map((well) => pathsOf([well])[0]?.split('/') ?? [])
  const named = (value: Json | undefined, at: 0 | 1): string[] => {
    const names = list(value).map((item) => (isJsonObject(item) ? String(item['name']) : String(item)))
    return names.length > 0 ? names : [...new Set(paths.flatMap((path) => path[at] ?? []))].sort()
  }
  const [rows, columns] = [named(plate['rows'], 0), named(plate['columns'], 1)]
  const place = (value: Json | undefined, name: string | undefined, names: readonly string[]): number =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : names.indexOf(name ?? '')
  return {
    name: text(plate['name']) ?? '',
    rows,
    columns,
    wells: told.flatMap((well, i) => {
      const [first, second] = paths[i] ?? []
      if (first === undefined || second === undefined) return []
      const { rowIndex, columnIndex } = isJsonObject(well) ? well : {}
      const row = place(rowIndex, first, rows)
      const column = place(columnIndex, second, columns)
      return row < 0 || column < 0 ? [] : [{ path: `${first}/${second}`, row, column }]
    })
  }
}

/** Paths of a plate's wells; null where the group is no plate. */
export function wellsOf(node: ZarrNode): string[] | null {
  const plate = omeAttributes(node)['plate']
  return isJsonObject(plate) ? pathsOf(plate['wells']) : null
}

/** Paths of a well's fields; null where the group is no well. */
export function fieldsOf(node: ZarrNode): string[] | null {
  const well = omeAttributes(node)['well']
  return isJsonObject(well) ? pathsOf(well['images']) : null
}

export const seriesOf = (node: ZarrNode): string[] => pathsOf(omeAttributes(node)['series'])
