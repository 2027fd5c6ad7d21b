/** The keys of a dataset: those that its records use, with what the file says of them, and those that only its schema names. */
import type { FrameRecord, Json, KeyInfo, KeyType } from '../../../src-preload/contract/record'
import type { FrameTable } from './frame-table'
import type { KeySchema } from './key-schema'

/** So many records are looked at, spread over all. */
const LOOKED_AT = 2_000

/** Units of the keys that OME's Plane has attributes for. */
const UNITS: Readonly<Record<string, string>> = {
  delta_t: 's',
  exposure_time: 's',
  position_x: 'µm',
  position_y: 'µm',
  position_z: 'µm'
}

export function keysOf(table: FrameTable, schema: KeySchema): KeyInfo[] {
  const found = new Map<string, KeyInfo>()
  const step = Math.max(1, Math.floor(table.frames / LOOKED_AT))
  for (let frame = 0; frame < table.frames; frame += step) see(table.row(frame).record, schema, found)
  return [...found.values(), ...schema.keys.filter(({ key }) => !found.has(key))]
}

function see(record: FrameRecord, schema: KeySchema, found: Map<string, KeyInfo>): void {
  for (const [key, value] of Object.entries(record)) {
    const before = found.get(key)
    if (before !== undefined && before.type !== 'null') continue
    const unit = UNITS[key]
    found.set(key, {
      key,
      type: typeOf(value),
      ...(unit === undefined ? {} : { unit }),
      ...schema.byKey.get(key)
    })
  }
}

function typeOf(value: Json): KeyType {
  if (value === null) return 'null'
  if (typeof value === 'number' || typeof value === 'bigint') return 'number'
  if (typeof value === 'string') return 'text'
  return typeof value === 'boolean' ? 'boolean' : 'json'
}
