/** A Multi-D plan as the dimensions of a stream, in the order in which its frames come. */
import { axesInUse, zOffsets, type MultiD, type MultiDAxis } from '../src-preload/contract/multi-d'
import type { Dimension } from './formats/settings'

export const plannedAxes = (plan: MultiD): Dimension[] => axesInUse(plan).map((axis) => dimension(plan, axis))

function dimension({ time, positions, channels, z }: MultiD, axis: MultiDAxis): Dimension {
  switch (axis) {
    case 't': {
      const step = time.everyMs > 0 ? { unit: 'second', scale: time.everyMs / 1000 } : {}
      return { name: 't', type: 'time', count: time.count, ...step }
    }
    case 'p':
      return {
        name: 'p',
        type: 'position',
        count: positions.list.length,
        coords: positions.list.map(({ name, x, y, z: zCoord }) => ({
          name,
          xCoord: x,
          yCoord: y,
          ...(zCoord === null ? {} : { zCoord })
        }))
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
