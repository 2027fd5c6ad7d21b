/** The records of a Zarr image: `attributes.ome_writers.frame_metadata`, as ome-writers and Benchframe write it. */
import { isJsonObject, type Json } from '../../../src-preload/contract/record'
import type { ImageFrames } from '../records/frame-table'
import { rowStore } from '../records/row-store'
import { ravel, unravel } from '../tiff/tiff-image'
import type { LongRecords } from './long-records'
import type { ZarrNode } from './node'

export interface RecordedFrames extends ImageFrames {
  /** Whether a frame was recorded at this index. */
  has(index: readonly number[]): boolean
}

/** Number of records at once, the records when they are wanted. */
export interface LazyRecorded {
  readonly count: number
  load(signal?: AbortSignal): Promise<RecordedFrames>
}

const PLACE = 'storage_index'

/** Null where the image has no records. */
export function frameMetadata(
  node: ZarrNode,
  outer: readonly number[],
  warnings: string[]
): LazyRecorded | null {
  const source = node.longRecords ?? inDocument(node)
  if (source === null || (source.count === 0 && outer.some((size) => size > 0))) return null
  let loaded: Promise<RecordedFrames> | null = null
  return {
    count: source.count,
    load(signal) {
      loaded ??= recorded(source, outer, warnings, signal).catch((error: unknown) => {
        loaded = null
        throw error
      })
      return loaded
    }
  }
}

function inDocument(node: ZarrNode): LongRecords | null {
  const own = node.attributes['ome_writers']
  const list = isJsonObject(own) ? own['frame_metadata'] : undefined
  if (!Array.isArray(list)) return null
  return {
    count: list.length,
    async *pieces() {
      yield list as readonly Json[]
    }
  }
}

async function recorded(
  source: LongRecords,
  outer: readonly number[],
  warnings: string[],
  signal?: AbortSignal
): Promise<RecordedFrames> {
  const rows = rowStore()
  const places = new Float64Array(source.count)
  const at = new Set<number>()
  let misplaced = 0
  for await (const piece of source.pieces(signal)) {
    for (const item of piece) {
      const record = isJsonObject(item) ? item : {}
      const keys = Object.keys(record).filter((key) => key !== PLACE)
      const row = rows.addValues(
        keys,
        keys.map((key) => record[key] as Json)
      )
      const place = ravel(numbers(record[PLACE]), outer)
      if (place === null) misplaced++
      places[row] = place ?? row
      at.add(place ?? row)
    }
  }
  if (misplaced > 0)
    warnings.push(
      `${misplaced} of ${rows.length} records have no usable storage_index; they are taken in order.`
    )
  return {
    count: rows.length,
    storageIndex: (frame) => unravel(places[frame] as number, outer),
    record: (frame) =>
      Object.fromEntries(
        rows.keysOf(frame).flatMap((key) => {
          const cell = rows.cell(frame, key)
          return cell !== null && 'value' in cell ? [[key, cell.value]] : []
        })
      ),
    order(frame) {
      const cell = rows.cell(frame, 'delta_t')
      return cell !== null && 'value' in cell && typeof cell.value === 'number' ? cell.value : null
    },
    has: (index) => at.has(ravel(index, outer) ?? -1)
  }
}

const numbers = (value: Json | undefined): number[] =>
  Array.isArray(value) ? (value as readonly Json[]).map((item) => (typeof item === 'number' ? item : -1)) : []
