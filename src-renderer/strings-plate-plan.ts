/** The texts of plates and wells in the Multi-D plan; part of strings.ts, which is the one place to look for them. */
import { counted } from './model/format'

export const platePlan = {
  from: 'Kind of positions',
  sources: { list: 'Position list', plate: 'Plate' },
  format: 'Plate',
  formats: {
    '6': '6 wells',
    '12': '12 wells',
    '24': '24 wells',
    '48': '48 wells',
    '96': '96 wells',
    '384': '384 wells',
    own: 'Own…'
  },
  rows: 'Rows',
  columns: 'Columns',
  pitchX: 'Distance of columns',
  pitchY: 'Distance of rows',
  wells: 'Wells',
  wellsHelp:
    'Click or drag; Shift for a rectangle; a letter or number for its whole row or column. Keys: arrows and Space, Shift+Space for a row, Ctrl+Space for a column, Ctrl+A for all.',
  everyWell: 'All wells',
  row: (name: string) => `Row ${name}`,
  column: (name: string) => `Column ${name}`,
  chosen: (wells: number, fields: number) =>
    fields === 1 ? counted(wells, 'well') : `${counted(wells, 'well')} × ${fields} fields`,
  fields: 'Fields per well',
  fieldColumns: 'Columns of fields',
  fieldRows: 'Rows of fields',
  stepX: 'Step in x',
  stepY: 'Step in y',
  sideBySide: 'Side by side',
  sideBySideTip: 'Steps as wide as the camera’s frame',
  place: 'Where it lies',
  a1Unknown: 'Move the stage to the centre of A1, then take it.',
  takeA1: 'Centre of A1 is here',
  goTo: (well: string) => `Go to ${well}`,
  at: (x: string, y: string, z: string | null) => `x ${x}, y ${y}${z === null ? '' : `, z ${z}`} µm`,
  turned: 'Turned or mirrored',
  second: 'Second well',
  takeSecond: (well: string) => `Centre of ${well} is here`,
  noSecond: 'Its centre tells how the plate is turned.',
  turn: (degrees: string) => `turned by ${degrees}`,
  forget: (well: string) => `Forget ${well}`,
  mirrorX: 'Columns run against x of the stage',
  mirrorY: 'Rows run against y of the stage'
}
