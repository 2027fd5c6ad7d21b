// Pictures too large for memory, made in a moment: a sparse OME-Zarr pyramid and sparse tiled TIFFs with and without one.
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  truncateSync,
  writeFileSync,
  writeSync
} from 'node:fs'
import { dirname, join } from 'node:path'
import { deflateSync } from 'node:zlib'

/** The value of a pixel of the full picture; a smaller copy has every `factor`-th of them. */
export const bigValue = (x: number, y: number): number =>
  1000 + (((x >> 3) * 7 + (y >> 3) * 13 + (x & 7)) % 40_000)

export interface BigZarr {
  readonly side: number
  readonly chunk: number
  /** Pixels around which the finer levels have chunks; the coarser ones have all. */
  readonly spot: { readonly x: number; readonly y: number }
  /** Chunks on each side of the spot. */
  readonly around: number
  readonly smaller: number
}

/** Writes one; answers the number of bytes written. */
export function writeBigZarr(path: string, { side, chunk, spot, around, smaller }: BigZarr): number {
  const factors = Array.from({ length: smaller + 1 }, (_, level) => 2 ** level)
  const group = {
    zarr_format: 3,
    node_type: 'group',
    attributes: {
      ome: {
        version: '0.5',
        multiscales: [
          {
            name: 'big',
            axes: ['y', 'x'].map((name) => ({ name, type: 'space', unit: 'micrometer' })),
            datasets: factors.map((factor, level) => ({
              path: String(level),
              coordinateTransformations: [{ type: 'scale', scale: [0.5 * factor, 0.5 * factor] }]
            }))
          }
        ]
      }
    }
  }
  let bytes = put(join(path, 'zarr.json'), JSON.stringify(group))
  factors.forEach((factor, level) => {
    const size = Math.ceil(side / factor)
    bytes += put(join(path, String(level), 'zarr.json'), JSON.stringify(arrayDocument(size, chunk)))
    const chunks = Math.ceil(size / chunk)
    const near = (at: number, middle: number): boolean =>
      chunks <= 16 || Math.abs(at - Math.floor(middle / factor / chunk)) <= around
    for (let row = 0; row < chunks; row++) {
      if (!near(row, spot.y)) continue
      for (let column = 0; column < chunks; column++) {
        if (!near(column, spot.x)) continue
        const data = block(column * chunk, row * chunk, chunk, factor)
        bytes += put(join(path, String(level), 'c', String(row), String(column)), data)
      }
    }
  })
  return bytes
}

const arrayDocument = (size: number, chunk: number): object => ({
  zarr_format: 3,
  node_type: 'array',
  shape: [size, size],
  data_type: 'uint16',
  chunk_grid: { name: 'regular', configuration: { chunk_shape: [chunk, chunk] } },
  chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
  fill_value: 0,
  codecs: [{ name: 'bytes', configuration: { endian: 'little' } }],
  dimension_names: ['y', 'x'],
  attributes: {}
})

function put(path: string, data: string | Uint8Array): number {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, data)
  return data.length
}

/** A square of the copy by `factor`, from this pixel of it on. */
function block(left: number, top: number, side: number, factor: number): Uint8Array {
  const data = new Uint16Array(side * side)
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) data[y * side + x] = bigValue((left + x) * factor, (top + y) * factor)
  return new Uint8Array(data.buffer)
}

export interface BigTiff {
  readonly side: number
  readonly tile: number
  readonly factors: readonly number[]
  readonly compressed: boolean
  /** Tiles of the full picture that are written, by row and column; the others are left out. null: all. */
  readonly tiles: ((row: number, column: number) => boolean) | null
}

/** A BigTIFF of one tiled page, its smaller copies in SubIFDs. */
export function writeBigTiff(path: string, { side, tile, factors, compressed, tiles }: BigTiff): void {
  mkdirSync(dirname(path), { recursive: true })
  const file = openSync(path, 'w')
  let end = 16
  const append = (data: Uint8Array): number => {
    const at = end
    writeSync(file, data, 0, data.length, at)
    end += data.length + (data.length % 2)
    return at
  }
  const page = (factor: number, subs: readonly number[]): number => {
    const size = Math.ceil(side / factor)
    const across = Math.ceil(size / tile)
    const places = Array.from({ length: across * across }, (_, number) => {
      const [row, column] = [Math.floor(number / across), number % across]
      if (factor === 1 && tiles !== null && !tiles(row, column)) return { at: 0, length: 0 }
      const plain = block(column * tile, row * tile, tile, factor)
      const data = compressed ? deflateSync(plain, { level: 1 }) : plain
      return { at: append(data), length: data.length }
    })
    return append(
      directory(append, [
        [254, 4, [factor === 1 ? 0 : 1]],
        [256, 4, [size]],
        [257, 4, [size]],
        [258, 3, [16]],
        [259, 3, [compressed ? 8 : 1]],
        [262, 3, [1]],
        [277, 3, [1]],
        [322, 4, [tile]],
        [323, 4, [tile]],
        [324, 16, places.map(({ at }) => at)],
        [325, 16, places.map(({ length }) => length)],
        ...(subs.length > 0 ? [[330, 18, subs] as Field] : [])
      ])
    )
  }
  const subs = factors.map((factor) => page(factor, []))
  const header = Buffer.alloc(16)
  header.write('II')
  header.writeUInt16LE(43, 2)
  header.writeUInt16LE(8, 4)
  header.writeBigUInt64LE(BigInt(page(1, subs)), 8)
  writeSync(file, header, 0, 16, 0)
  ftruncateSync(file, end)
  closeSync(file)
}

type Field = readonly [tag: number, type: 3 | 4 | 16 | 18, values: readonly number[]]

function directory(append: (data: Uint8Array) => number, fields: readonly Field[]): Uint8Array {
  const bytes = Buffer.alloc(8 + fields.length * 20 + 8)
  bytes.writeBigUInt64LE(BigInt(fields.length), 0)
  fields.forEach(([tag, type, values], i) => {
    const at = 8 + i * 20
    const size = type === 3 ? 2 : type === 4 ? 4 : 8
    const data = Buffer.alloc(Math.max(8, values.length * size))
    values.forEach((value, n) => {
      if (size === 8) data.writeBigUInt64LE(BigInt(value), n * 8)
      else if (size === 4) data.writeUInt32LE(value, n * 4)
      else data.writeUInt16LE(value, n * 2)
    })
    bytes.writeUInt16LE(tag, at)
    bytes.writeUInt16LE(type, at + 2)
    bytes.writeBigUInt64LE(BigInt(values.length), at + 4)
    if (values.length * size <= 8) data.copy(bytes, at + 12, 0, 8)
    else bytes.writeBigUInt64LE(BigInt(append(data)), at + 12)
  })
  return bytes
}

/** A BigTIFF of one uncompressed page, 64 rows a strip, all zero but for one pixel; on disk it takes almost nothing. */
export function writeBigStrips(
  path: string,
  side: number,
  at = { x: 123_457, y: 98_765 }
): { x: number; y: number } {
  const rows = 64
  const strips = Math.ceil(side / rows)
  const lengthOf = (strip: number): number => Math.min(rows, side - strip * rows) * side * 2
  const table = 16
  const data = table + strips * 16
  const fields: [number, number, number, number][] = [
    [256, 4, 1, side],
    [257, 4, 1, side],
    [258, 3, 1, 16],
    [259, 3, 1, 1],
    [262, 3, 1, 1],
    [273, 16, strips, table],
    [277, 3, 1, 1],
    [278, 4, 1, rows],
    [279, 16, strips, table + strips * 8]
  ]
  const head = Buffer.alloc(data + 8 + fields.length * 20 + 8)
  const ifd = data
  head.write('II')
  head.writeUInt16LE(43, 2)
  head.writeUInt16LE(8, 4)
  head.writeBigUInt64LE(BigInt(ifd), 8)
  const first = head.length
  for (let strip = 0; strip < strips; strip++) {
    head.writeBigUInt64LE(BigInt(first + strip * rows * side * 2), table + strip * 8)
    head.writeBigUInt64LE(BigInt(lengthOf(strip)), table + strips * 8 + strip * 8)
  }
  head.writeBigUInt64LE(BigInt(fields.length), ifd)
  fields.forEach(([tag, type, count, value], i) => {
    const at = ifd + 8 + i * 20
    head.writeUInt16LE(tag, at)
    head.writeUInt16LE(type, at + 2)
    head.writeBigUInt64LE(BigInt(count), at + 4)
    head.writeBigUInt64LE(BigInt(value), at + 12)
  })
  writeFileSync(path, head)
  truncateSync(path, first + side * side * 2)
  const pixel = Buffer.from(Uint16Array.of(4711).buffer)
  writeAt(path, pixel, first + (at.y * side + at.x) * 2)
  return at
}

function writeAt(path: string, bytes: Uint8Array, position: number): void {
  const file = openSync(path, 'r+')
  writeSync(file, bytes, 0, bytes.length, position)
  closeSync(file)
}
