/** Positions and plates: which images there will be, what they are called, and in which group of an OME-Zarr each lies. */
import type { ImagePlan } from './file-sink'
import type { Dimension, Plate, Position } from './settings'
import { refuse } from './settings-check'

export function imagesOf(positions: Dimension | null, place: number, plate: Plate | null): ImagePlan[] {
  if (plate !== null) checkPlate(plate)
  if (positions === null) {
    if (plate !== null) refuse('plate', 'given', 'nothing without a dimension of type position')
    return [{ index: 0, name: '0', part: '', position: null }]
  }
  const where = `dimensions[${place}].coords`
  const all = Array.from({ length: positions.count ?? 0 }, (_, i) => positionAt(positions, i))
  all.forEach((position, i) => {
    checkPosition(position, `${where}[${i}]`, plate)
  })
  checkNames(all, where)
  const parts = plate === null ? groupNames(all) : fieldNames(all)
  parts.forEach((part, i) => {
    const twin = parts.findIndex((other) => other.toLowerCase() === part.toLowerCase())
    if (twin !== i)
      refuse(
        `${where}[${i}].name`,
        all[i]?.name,
        `a name that does not share the group ${JSON.stringify(part)} with coords[${twin}]`
      )
  })
  return all.map((position, index) => ({ index, name: position.name, part: parts[index] ?? '', position }))
}

function positionAt(dimension: Dimension, i: number): Position {
  const entry = dimension.coords?.[i]
  if (entry === undefined || typeof entry !== 'object') return { name: String(entry ?? i) }
  return entry
}

function checkPosition(position: Position, where: string, plate: Plate | null): void {
  const { plateRow, plateColumn, gridRow, gridColumn } = position
  if ((plateRow === undefined) !== (plateColumn === undefined))
    refuse(`${where}.plateRow and plateColumn`, 'one of the two', 'both or neither')
  if ((gridRow === undefined) !== (gridColumn === undefined))
    refuse(`${where}.gridRow and gridColumn`, 'one of the two', 'both or neither')
  if (plate === null) {
    if (plateRow !== undefined) refuse(`${where}.plateRow`, plateRow, 'nothing without a plate')
    return
  }
  if (plateRow === undefined || !plate.rowNames.includes(plateRow))
    refuse(`${where}.plateRow`, plateRow, plate.rowNames.join(', '))
  if (plateColumn === undefined || !plate.columnNames.includes(plateColumn)) {
    refuse(`${where}.plateColumn`, plateColumn, plate.columnNames.join(', '))
  }
}

/** Names are unique inside one well and grid cell. */
function checkNames(positions: readonly Position[], where: string): void {
  const seen = new Map<string, number>()
  positions.forEach((p, i) => {
    const key = JSON.stringify([p.plateRow, p.plateColumn, p.gridRow, p.gridColumn, p.name])
    const twin = seen.get(key)
    if (twin !== undefined)
      refuse(
        `${where}[${i}].name`,
        p.name,
        `a name that coords[${twin}] of the same well and grid cell has not`
      )
    seen.set(key, i)
  })
}

/** Plate row and column names are path parts (NGFF 0.5, plate: alphanumeric). */
function checkPlate(plate: Plate): void {
  for (const [field, names] of Object.entries({ rowNames: plate.rowNames, columnNames: plate.columnNames })) {
    if (names.length === 0) refuse(`plate.${field}`, 'empty', 'at least one name')
    names.forEach((name, i) => {
      if (!/^[A-Za-z0-9]+$/.test(name)) refuse(`plate.${field}[${i}]`, name, 'letters and digits')
      if (names.indexOf(name) !== i) refuse(`plate.${field}[${i}]`, name, 'a name that comes once')
    })
  }
}

/** Fields of a well are numbered in the order in which they come. */
function fieldNames(positions: readonly Position[]): string[] {
  const fields = new Map<string, number>()
  return positions.map((p) => {
    const well = `${p.plateRow ?? ''}/${p.plateColumn ?? ''}`
    const field = fields.get(well) ?? 0
    fields.set(well, field + 1)
    return `${well}/${field}`
  })
}

const groupNames = (positions: readonly Position[]): string[] =>
  positions.map((p) =>
    safeName(p.gridRow === undefined ? p.name : `${p.name}_r${p.gridRow}_c${p.gridColumn ?? 0}`)
  )

/** Names that a file system or the layout has taken: Windows devices, and the group of METADATA.ome.xml. */
const TAKEN = /^(con|prn|aux|nul|com\d|lpt\d|ome)(\.|$)/i

/** User text as a name of a group: letters, digits, `.`, `_`, `-`; neither hidden, reserved nor a step up (Zarr v3, node names). */
export function safeName(text: string): string {
  const safe = text
    .normalize('NFC')
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/\.+$/, '')
  return safe === '' || /^(\.|__|zarr\.json$)/i.test(safe) || TAKEN.test(safe)
    ? `p_${safe.replace(/^\.+/, '')}`
    : safe
}

/** Rows and columns of the standard plates. */
const STANDARD_PLATES: Readonly<Record<number, readonly [rows: number, columns: number]>> = {
  6: [2, 3],
  12: [3, 4],
  24: [4, 6],
  48: [6, 8],
  96: [8, 12],
  384: [16, 24],
  1536: [32, 48]
}

/** A standard plate by its number of wells. */
export function standardPlate(wells: number, name?: string): Plate {
  const size = STANDARD_PLATES[wells]
  if (size === undefined) refuse('plate wells', wells, Object.keys(STANDARD_PLATES).join(', '))
  return {
    rowNames: Array.from({ length: size[0] }, (_, row) => rowName(row)),
    columnNames: Array.from({ length: size[1] }, (_, column) => String(column + 1)),
    ...(name === undefined ? {} : { name })
  }
}

/** A … Z, AA … AF. */
export const rowName = (row: number): string =>
  (row >= 26 ? String.fromCharCode(64 + Math.floor(row / 26)) : '') + String.fromCharCode(65 + (row % 26))
