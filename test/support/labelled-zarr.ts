// A small OME-Zarr image with labels: one as fine as the image with colours of its own, one half as fine, one that is no label.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const LABELLED = { width: 96, height: 64 } as const

/** Object 1 on the left, object 7 on the right, nothing between them. */
export const cellAt = (x: number, y: number): number =>
  y >= 16 && y < 48 ? (x >= 8 && x < 40 ? 1 : x >= 56 && x < 88 ? 7 : 0) : 0
export const RED = { value: 1, colour: '#ff2000', opacity: 1 } as const

interface Part {
  readonly width: number
  readonly height: number
  readonly type: 'uint16' | 'uint32' | 'float32'
  readonly value: (x: number, y: number) => number
}

const ARRAYS = { uint16: Uint16Array, uint32: Uint32Array, float32: Float32Array }

function put(path: string, data: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, data)
}

const group = (path: string, ome: object): void =>
  put(
    join(path, 'zarr.json'),
    JSON.stringify({ zarr_format: 3, node_type: 'group', attributes: { ome: { version: '0.5', ...ome } } })
  )

function image(path: string, { width, height, type, value }: Part, more: object = {}): void {
  const scale = LABELLED.width / width
  group(path, {
    multiscales: [
      {
        name: 'image',
        axes: ['y', 'x'].map((name) => ({ name, type: 'space', unit: 'micrometer' })),
        datasets: [{ path: '0', coordinateTransformations: [{ type: 'scale', scale: [scale, scale] }] }]
      }
    ],
    ...more
  })
  put(
    join(path, '0', 'zarr.json'),
    JSON.stringify({
      zarr_format: 3,
      node_type: 'array',
      shape: [height, width],
      data_type: type,
      chunk_grid: { name: 'regular', configuration: { chunk_shape: [height, width] } },
      chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
      fill_value: 0,
      codecs: [{ name: 'bytes', configuration: { endian: 'little' } }],
      dimension_names: ['y', 'x'],
      attributes: {}
    })
  )
  const data = new ARRAYS[type](width * height)
  for (let i = 0; i < data.length; i++) data[i] = value(i % width, Math.floor(i / width))
  put(join(path, '0', 'c', '0', '0'), new Uint8Array(data.buffer))
}

export function writeLabelledZarr(path: string): void {
  const { width, height } = LABELLED
  image(path, { width, height, type: 'uint16', value: (x, y) => 100 + x + y })
  group(join(path, 'labels'), { labels: ['cells', 'coarse', 'heights', '../outside'] })
  const rgba = [255, 32, 0, 255]
  const colors = [{ 'label-value': RED.value, rgba }, { 'label-value': 'junk' }]
  image(
    join(path, 'labels', 'cells'),
    { width, height, type: 'uint32', value: cellAt },
    { 'image-label': { colors } }
  )
  image(
    join(path, 'labels', 'coarse'),
    { width: width / 2, height: height / 2, type: 'uint16', value: (x, y) => cellAt(2 * x, 2 * y) },
    { 'image-label': {} }
  )
  image(join(path, 'labels', 'heights'), { width, height, type: 'float32', value: () => 0.5 })
}
