/** The records of a Zarr image: `attributes.ome_writers.frame_metadata`, as ome-writers and Benchframe write it. */
import type { Json } from '../../../src-preload/contract/record'
import type { ImageFrames } from '../records/frame-table'
import { rowStore } from '../records/row-store'
import { ravel, unravel } from '../tiff/tiff-image'
import { isObject } from './array-meta'
import type { ZarrNode } from './node'

export interface RecordedFrames extends ImageFrames {
  /** Whether a frame was recorded at this index. */
  has(index: readonly number[]): boolean
}

const PLACE = 'storage_index'

/** Null where the image has no records. */
export function frameMetadata(node: ZarrNode, outer: readonly number[], warnings: string[]): RecordedFrames | null {
  const own = node.attributes['ome_writers']
  const list = isObject(own) ? own['frame_metadata'] : undefined
  if (!Array.isArray(list) || (list.length === 0 && outer.some((size) => size > 0))) return null
  const rows = rowStore()
  const places = new Float64Array(list.length)
  const at = new Set<number>()
  let misplaced = 0
  ;(list as readonly Json[]).forEach((item, number) => {
    const record = isObject(item) ? item : {}
    const keys = Object.keys(record).filter((key) => key !== PLACE)
    rows.addValues(
      keys,
      keys.map((key) => record[key] as Json)
    )
    const place = ravel(numbers(record[PLACE]), outer)
    if (place === null) misplaced++
    places[number] = place ?? number
    at.add(place ?? number)
  })
  if (misplaced > 0) warnings.push(`${misplaced} of ${list.length} records have no usable storage_index; they are taken in order.`)
  const timed = (row: number): number | null => {
    const cell = rows.cell(row, 'delta_t')
    return cell !== null && 'value' in cell && typeof cell.value === 'number' ? cell.value : null
  }
  return {
    count: list.length,
    storageIndex: (frame) => unravel(places[frame] as number, outer),
    record: (frame) =>
      Object.fromEntries(
        rows.keysOf(frame).flatMap((key) => {
          const cell = rows.cell(frame, key)
          return cell !== null && 'value' in cell ? [[key, cell.value]] : []
        })
      ),
    order: timed,
    has: (index) => at.has(ravel(index, outer) ?? -1)
  }
}

const numbers = (value: Json | undefined): number[] =>
  Array.isArray(value) ? (value as readonly Json[]).map((item) => (typeof item === 'number' ? item : -1)) : []
