/** The fields of the settings, one by one: names, types and ranges. What fields mean together is judged in plan*.ts. */
import {
  filledText,
  integer,
  list,
  nullable,
  number,
  oneOf,
  optional,
  shape,
  text,
  truth,
  type Check
} from '../../src-preload/contract/check'
import { Failed } from '../../src-preload/contract/failure'
import { PIXEL_TYPES } from '../../src-preload/contract/pixels'
import type { AcquisitionSettings, Channel, Compression, Dimension, Plate, Position } from './settings'

export const COMPRESSIONS = ['none', 'lzw', 'deflate', 'zstd', 'blosc-zstd', 'blosc-lz4', 'gzip'] as const

/** The one form of a wrong setting: the field, what was found, what is allowed. */
export function refuse(field: string, found: unknown, allowed: string): never {
  const shown = typeof found === 'string' ? JSON.stringify(found.slice(0, 80)) : String(found)
  throw new Failed('argument.invalid', `${field} is ${shown}; allowed is ${allowed}.`)
}

const greaterThanZero: Check<number> = (value, name) => {
  const checked = number()(value, name)
  return checked > 0 ? checked : refuse(name, value, 'a number greater than 0')
}

/** TIFF 6.0 section 15. */
const tileSide: Check<number> = (value, name) => {
  const checked = integer(16, 65_520)(value, name)
  return checked % 16 === 0 ? checked : refuse(name, value, 'a multiple of 16')
}

const color: Check<string> = (value, name) =>
  typeof value === 'string' && /^#[0-9a-fA-F]{6}$/.test(value)
    ? value.toLowerCase()
    : refuse(name, value, '#rrggbb')

const channel: Check<Channel> = shape({
  name: filledText(500),
  excitationWavelengthNm: optional(greaterThanZero),
  emissionWavelengthNm: optional(greaterThanZero),
  fluorophore: optional(text(500)),
  color: optional(color)
})

const position: Check<Position> = shape({
  name: filledText(500),
  plateRow: optional(filledText(50)),
  plateColumn: optional(filledText(50)),
  gridRow: optional(integer(0)),
  gridColumn: optional(integer(0)),
  xCoord: optional(number()),
  yCoord: optional(number()),
  zCoord: optional(number())
})

/** Channels and positions are told apart by the type of their dimension. */
function coordinate(type: string | undefined): Check<string | number | Channel | Position> {
  return (value, name) => {
    if (typeof value === 'string') return filledText(500)(value, name)
    if (typeof value === 'number') return number()(value, name)
    return type === 'position' ? position(value, name) : channel(value, name)
  }
}

const STANDARD_TYPES: Readonly<Record<string, NonNullable<Dimension['type']>>> = {
  t: 'time',
  c: 'channel',
  z: 'space',
  y: 'space',
  x: 'space',
  p: 'position'
}

export const typeOf = (dimension: Pick<Dimension, 'name' | 'type'>): NonNullable<Dimension['type']> =>
  dimension.type ?? STANDARD_TYPES[dimension.name] ?? 'other'

const dimension: Check<Dimension> = (value, name) => {
  const { type, name: own } = (value ?? {}) as { type?: string; name?: string }
  return shape({
    name: filledText(100),
    count: nullable(integer(1, 2 ** 31 - 1)),
    type: optional(oneOf('space', 'time', 'channel', 'position', 'other')),
    chunkSize: optional(integer(1)),
    shardSizeChunks: optional(integer(1)),
    unit: optional(filledText(50)),
    scale: optional(greaterThanZero),
    translation: optional(number()),
    coords: optional(list(coordinate(type ?? STANDARD_TYPES[own ?? '']), 1_000_000))
  })(value, name)
}

const plate: Check<Plate> = shape({
  rowNames: list(filledText(50)),
  columnNames: list(filledText(50)),
  name: optional(filledText(500))
})

const storageOrder: Check<NonNullable<AcquisitionSettings['storageOrder']>> = (value, name) =>
  typeof value === 'string'
    ? oneOf('acquisition', 'ome')(value, name)
    : list(filledText(100), 10)(value, name)

export const checkSettings: Check<AcquisitionSettings> = shape({
  rootPath: filledText(4_000),
  dimensions: list(dimension, 20),
  dtype: oneOf(...PIXEL_TYPES),
  format: optional(oneOf('ome-tiff', 'ome-zarr', 'both')),
  compression: optional(oneOf(...COMPRESSIONS)) satisfies { optional: Check<Compression> },
  storageOrder: optional(storageOrder),
  plate: optional(plate),
  overwrite: optional(truth),
  tiffMetadata: optional(oneOf('redundant', 'master', 'companion')),
  shardIndex: optional(oneOf('end', 'start')),
  significantBits: optional(integer(1, 64)),
  pyramidLevels: optional(integer(0, 10)),
  tileSize: optional(tileSide)
})
