/** The metadata of one frame, and what is known about its keys. Source: ome-writers' event-driven page and the OME 2016-06 schema. */

/** JSON, with integers beyond ±2^53 as BigInt. */
export type Json =
  string | number | boolean | null | bigint | readonly Json[] | { readonly [key: string]: Json }

export type JsonObject = { readonly [key: string]: Json }

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Keys that OME-TIFF stores as Plane attributes: times in s, positions in µm. */
export const PLANE_KEYS = ['delta_t', 'exposure_time', 'position_x', 'position_y', 'position_z'] as const
export type PlaneKey = (typeof PLANE_KEYS)[number]

/** Flat, in the order the keys were given; a plane key holds a number or null. `storage_index` is the writer's own and refused. */
export type FrameRecord = { readonly [key: string]: Json }

/** The value of a key; undefined where the record has none. Keys come from files: `constructor` is one like any other. */
export const recordValue = (record: FrameRecord, key: string): Json | undefined =>
  Object.prototype.hasOwnProperty.call(record, key) ? record[key] : undefined

export type KeyType = 'number' | 'text' | 'boolean' | 'null' | 'json'

/** What is known of one key of the records. */
export interface KeyInfo {
  readonly key: string
  readonly type: KeyType
  /** Unit as shown, e.g. `s`, `µm`, `°C`, `mW`. */
  readonly unit?: string
  /** Where the value comes from: device id, `clock`, `run`, `user`. */
  readonly source?: string
}

/** A cell of the frame table that was changed by hand; null: there is none. */
export interface CellEdit {
  readonly frame: number
  readonly key: string
  readonly before: Json
  readonly after: Json
}

/** A thing that happened in a run: kept in order in the journal and in the finished dataset. */
export interface RunEvent {
  /** Seconds since the start of the run, monotonic clock. */
  readonly time: number
  readonly kind:
    'start' | 'note' | 'mark' | 'trigger' | 'loss' | 'device' | 'clock' | 'pause' | 'resume' | 'stop' | 'edit'
  /** The frame it belongs to, where there is one. */
  readonly frame?: number
  readonly text?: string
  /** Of an `edit`: what was changed by hand, by whom and when (UTC). */
  readonly edits?: { readonly at: string; readonly who: string; readonly cells: readonly CellEdit[] }
  readonly data?: { readonly [key: string]: Json }
}
