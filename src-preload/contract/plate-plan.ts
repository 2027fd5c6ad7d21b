/** Wells of a plate in a Multi-D plan: which are visited, the fields in each, and where they lie under the stage. */
import {
  dictionary,
  integer,
  list,
  nullable,
  number,
  oneOf,
  optional,
  shape,
  text,
  truth,
  type Checked
} from './check'

/** Wells and their distance. 96 and 384: ANSI SLAS 4-2004; the others are what most makers have. */
export const PLATE_FORMATS = {
  '6': { rows: 2, columns: 3, pitchUm: 39_120 },
  '12': { rows: 3, columns: 4, pitchUm: 26_010 },
  '24': { rows: 4, columns: 6, pitchUm: 19_300 },
  '48': { rows: 6, columns: 8, pitchUm: 13_080 },
  '96': { rows: 8, columns: 12, pitchUm: 9_000 },
  '384': { rows: 16, columns: 24, pitchUm: 4_500 }
} as const
export type PlateFormat = keyof typeof PLATE_FORMATS | 'own'
export const PLATE_CHOICES = [
  '6',
  '12',
  '24',
  '48',
  '96',
  '384',
  'own'
] as const satisfies readonly PlateFormat[]

export const MOST_ROWS = 52
export const MOST_COLUMNS = 99
export const MOST_FIELDS_ALONG = 30
/** More positions than this are no plan, but a slip of the hand. */
export const MOST_POSITIONS = 10_000

const micrometers = number(-1e6, 1e6)
const distance = number(1, 1e6)

export const plateCheck = shape({
  format: oneOf(...PLATE_CHOICES),
  rows: integer(1, MOST_ROWS),
  columns: integer(1, MOST_COLUMNS),
  /** From the centre of a well to that of the next. */
  pitchXUm: distance,
  pitchYUm: distance,
  /** Names such as B12, in any order: they are visited row by row, there and back. */
  wells: list(text(8), MOST_ROWS * MOST_COLUMNS),
  fields: shape({
    rows: integer(1, MOST_FIELDS_ALONG),
    columns: integer(1, MOST_FIELDS_ALONG),
    stepXUm: number(0, 1e5),
    stepYUm: number(0, 1e5)
  }),
  /** Where the stage stands when the centre of A1 is in the middle; null: not known yet. z null: it stays where it is. */
  a1: nullable(shape({ x: micrometers, y: micrometers, z: nullable(micrometers) })),
  /** The centre of a second well, from which the turn of the plate is found. */
  second: nullable(shape({ well: text(8), x: micrometers, y: micrometers })),
  /** Columns count against x of the stage, rows against y. */
  mirrored: shape({ x: truth, y: truth }),
  /** µm, by the name of the position. */
  focusOffsets: optional(dictionary(micrometers, MOST_POSITIONS))
})
export type PlatePlan = Checked<typeof plateCheck>

export const usualPlate = (): PlatePlan => ({
  format: '96',
  rows: 8,
  columns: 12,
  pitchXUm: 9_000,
  pitchYUm: 9_000,
  wells: [],
  fields: { rows: 1, columns: 1, stepXUm: 500, stepYUm: 500 },
  a1: null,
  second: null,
  mirrored: { x: false, y: false }
})

export interface Well {
  readonly name: string
  /** From 0. */
  readonly row: number
  readonly column: number
}

/** A … Z, AA … AZ. */
export const rowName = (row: number): string =>
  (row >= 26 ? String.fromCharCode(64 + Math.floor(row / 26)) : '') + String.fromCharCode(65 + (row % 26))
export const columnName = (column: number): string => String(column + 1)
export const wellName = (row: number, column: number): string => `${rowName(row)}${columnName(column)}`

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)
/** There and back by turns, so that the stage never runs back empty. */
const serpentine = (rows: number, columns: number): readonly { row: number; column: number }[] =>
  upTo(rows).flatMap((row) => {
    const along = upTo(columns).map((column) => ({ row, column }))
    return row % 2 === 0 ? along : along.reverse()
  })

/** The chosen wells that the plate has, in the order they are visited: rows that have none are no turn. */
export function wellsInOrder({ rows, columns, wells }: PlatePlan): readonly Well[] {
  const chosen = new Set(wells)
  const byRow = upTo(rows)
    .map((row) =>
      upTo(columns)
        .map((column) => ({ name: wellName(row, column), row, column }))
        .filter(({ name }) => chosen.has(name))
    )
    .filter((row) => row.length > 0)
  return byRow.flatMap((row, i) => (i % 2 === 0 ? row : row.reverse()))
}

export const fieldCount = ({ fields }: PlatePlan): number => fields.rows * fields.columns

export interface PlatePosition {
  readonly name: string
  readonly x: number
  readonly y: number
  readonly z: number | null
  readonly focusOffset?: number
  readonly well: Well
}

/** Fields of all chosen wells, in order. While A1 is not known they lie around 0. */
export function platePositions(plate: PlatePlan): readonly PlatePosition[] {
  const { a1, fields, mirrored, focusOffsets = {} } = plate
  const origin = a1 ?? { x: 0, y: 0, z: null }
  const turn = turnOf(plate)
  const grid = serpentine(fields.rows, fields.columns)
  const way = { x: mirrored.x ? -1 : 1, y: mirrored.y ? -1 : 1 }
  return wellsInOrder(plate).flatMap((well) =>
    grid.map(({ row, column }, i) => {
      const dx = well.column * plate.pitchXUm + (column - (fields.columns - 1) / 2) * fields.stepXUm
      const dy = well.row * plate.pitchYUm + (row - (fields.rows - 1) / 2) * fields.stepYUm
      const at = turned({ x: dx * way.x, y: dy * way.y }, turn)
      const name = grid.length === 1 ? well.name : `${well.name}-${i + 1}`
      const offset = focusOffsets[name]
      return {
        name,
        x: rounded(origin.x + at.x),
        y: rounded(origin.y + at.y),
        z: origin.z,
        ...(offset === undefined ? {} : { focusOffset: offset }),
        well
      }
    })
  )
}

interface Point {
  readonly x: number
  readonly y: number
}

/** What the second well says: the turn in radians, and how far it lies from A1 beside what the format says. */
export interface Measured {
  readonly turn: number
  readonly distanceUm: number
  readonly nominalUm: number
}

export function measured(plate: PlatePlan): Measured | null {
  const { a1, second, mirrored, pitchXUm, pitchYUm } = plate
  const well = second === null ? null : wellOf(second.well, plate)
  if (a1 === null || second === null || well === null || (well.row === 0 && well.column === 0)) return null
  const nominal = {
    x: well.column * pitchXUm * (mirrored.x ? -1 : 1),
    y: well.row * pitchYUm * (mirrored.y ? -1 : 1)
  }
  const found = { x: second.x - a1.x, y: second.y - a1.y }
  const turn = Math.atan2(found.y, found.x) - Math.atan2(nominal.y, nominal.x)
  return {
    turn: turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI)),
    distanceUm: Math.hypot(found.x, found.y),
    nominalUm: Math.hypot(nominal.x, nominal.y)
  }
}

const turnOf = (plate: PlatePlan): number => measured(plate)?.turn ?? 0

const turned = ({ x, y }: Point, angle: number): Point => ({
  x: x * Math.cos(angle) - y * Math.sin(angle),
  y: x * Math.sin(angle) + y * Math.cos(angle)
})
/** To a nanometer. */
const rounded = (um: number): number => Math.round(um * 1000) / 1000

function wellOf(name: string, { rows, columns }: PlatePlan): Well | null {
  for (const row of upTo(rows)) {
    for (const column of upTo(columns)) if (wellName(row, column) === name) return { name, row, column }
  }
  return null
}

/** Distances that are this far from the format's are told: it is the wrong format, or the wrong well. */
const TOLERANCE = 0.02
const MOST_TURN = (10 * Math.PI) / 180

/** Why the plate can't be visited, in one sentence; null: it can. */
export function plateProblem(plate: PlatePlan): string | null {
  if (wellsInOrder(plate).length === 0) return 'No well is chosen.'
  if (plate.a1 === null) return 'It is not known where the plate lies: go to the centre of A1 and take it.'
  const positions = wellsInOrder(plate).length * fieldCount(plate)
  if (positions > MOST_POSITIONS) return `${positions} fields are too many; ${MOST_POSITIONS} are possible.`
  const found = measured(plate)
  if (plate.second !== null && found === null) return `The plate has no second well ${plate.second.well}.`
  if (found === null) return null
  const off = Math.abs(found.distanceUm - found.nominalUm) / found.nominalUm
  if (off > TOLERANCE)
    return `${plate.second?.well ?? ''} was found ${millimeters(found.distanceUm)} from A1; with this format it is ${millimeters(found.nominalUm)}.`
  return Math.abs(found.turn) > MOST_TURN
    ? `By A1 and ${plate.second?.well ?? ''} the plate is turned by ${degrees(found.turn)}; check both, and which way columns and rows run.`
    : null
}

const millimeters = (um: number): string => `${(um / 1000).toFixed(2)} mm`
export const degrees = (radians: number): string => `${((radians * 180) / Math.PI).toFixed(2)}°`
