/** Makes the map of a plate from what a format tells of it. Knows how rows and columns are called that have no names. */
import type { PlateMap, PlateWell } from '../../src-preload/contract/plate'
import { rowName } from '../formats/plan-positions'

export interface ToldPlate {
  readonly name: string
  /** Names, or how many there are; null: not told. */
  readonly rows: readonly string[] | number | null
  readonly columns: readonly string[] | number | null
  /** How those without names are called, as OME's NamingConvention says. */
  readonly rowNaming: 'letter' | 'number'
  readonly columnNaming: 'letter' | 'number'
  readonly wells: readonly Omit<PlateWell, 'frames'>[]
}

/** No plate is larger; a number beyond is damage. */
const MOST = 512

/** Null where nothing can be drawn. */
export function plateMap(told: ToldPlate, imageFrames: readonly number[]): PlateMap | null {
  const wells = told.wells.filter(({ row, column }) => row < MOST && column < MOST)
  const rows = names(told.rows, told.rowNaming, Math.max(-1, ...wells.map(({ row }) => row)) + 1)
  const columns = names(
    told.columns,
    told.columnNaming,
    Math.max(-1, ...wells.map(({ column }) => column)) + 1
  )
  if (rows.length === 0 || columns.length === 0) return null
  const frames = (images: readonly number[]): number =>
    images.reduce((sum, image) => sum + (imageFrames[image] ?? 0), 0)
  return {
    name: told.name,
    rows,
    columns,
    wells: joined(wells).map((well) => ({ ...well, frames: frames(well.images) }))
  }
}

/** A well that is named twice has the fields of both. */
function joined(wells: ToldPlate['wells']): ToldPlate['wells'] {
  const found = new Map<string, Omit<PlateWell, 'frames'>>()
  for (const well of wells) {
    const key = `${well.row}/${well.column}`
    const before = found.get(key)
    found.set(key, before === undefined ? well : { ...well, images: [...before.images, ...well.images] })
  }
  return [...found.values()]
}

/** All that are told, and more where a well lies beyond them. */
function names(told: ToldPlate['rows'], naming: 'letter' | 'number', least: number): string[] {
  const given = Array.isArray(told) ? (told as readonly string[]).slice(0, MOST) : []
  const count = Math.min(MOST, Math.max(least, typeof told === 'number' ? told : given.length))
  return Array.from(
    { length: count },
    (_, at) => given[at] ?? (naming === 'letter' ? rowName(at) : String(at + 1))
  )
}
