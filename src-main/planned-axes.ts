/** A Multi-D plan as the dimensions of a stream, in the order in which its frames come. */
import {
  axesInUse,
  plateOf,
  positionsOf,
  zOffsets,
  type MultiD,
  type MultiDAxis,
  type PlannedPosition
} from '../src-preload/contract/multi-d'
import { columnName, rowName } from '../src-preload/contract/plate-plan'
import type { Dimension, Plate, Position } from './formats/settings'

export const plannedAxes = (plan: MultiD): Dimension[] => axesInUse(plan).map((axis) => dimension(plan, axis))

/** The plate whose wells the positions of the plan are; null: they are a list. */
export function plannedPlate(plan: MultiD): Plate | null {
  const plate = plateOf(plan)
  if (plate === null) return null
  return {
    rowNames: Array.from({ length: plate.rows }, (_, row) => rowName(row)),
    columnNames: Array.from({ length: plate.columns }, (_, column) => columnName(column))
  }
}

const coordinatesOf = ({ name, x, y, z, well }: PlannedPosition): Position => ({
  name,
  xCoord: x,
  yCoord: y,
  ...(z === null ? {} : { zCoord: z }),
  ...(well === undefined ? {} : { plateRow: rowName(well.row), plateColumn: columnName(well.column) })
})

function dimension(plan: MultiD, axis: MultiDAxis): Dimension {
  const { time, channels, z } = plan
  switch (axis) {
    case 't': {
      const step = time.everyMs > 0 ? { unit: 'second', scale: time.everyMs / 1000 } : {}
      return { name: 't', type: 'time', count: time.count, ...step }
    }
    case 'p': {
      const positions = positionsOf(plan) ?? []
      return { name: 'p', type: 'position', count: positions.length, coords: positions.map(coordinatesOf) }
    }
    case 'c':
      return {
        name: 'c',
        type: 'channel',
        count: channels.list.length,
        coords: channels.list.map(({ name, color }) => ({ name, ...(color === null ? {} : { color }) }))
      }
    case 'z': {
      const offsets = zOffsets(z)
      return { name: 'z', type: 'space', count: offsets.length, unit: 'micrometer', scale: z.step }
    }
  }
}
