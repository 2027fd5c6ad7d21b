/** The texts of a plate's map; part of strings.ts, which is the one place to look for them. */
import { counted } from './model/format'

export const plate = {
  tab: 'Plate',
  map: (name: string) => (name === '' ? 'Plate' : `Plate ${name}`),
  choose: 'Plate',
  well: (row: string, column: string) => `${row}${column}`,
  holds: (fields: number, frames: number) => `${counted(fields, 'field')}, ${counted(frames, 'frame')}`,
  empty: 'not acquired',
  gone: 'named in the plate, but its images are missing',
  acquired: (wells: number, all: number) => `${wells} of ${counted(all, 'well')} acquired`,
  field: 'Field',
  fieldOf: (field: number, fields: number) => `Field ${field} of ${fields}`,
  previousField: 'Previous field',
  nextField: 'Next field',
  hint: 'Click a well or use the arrow keys.'
}
