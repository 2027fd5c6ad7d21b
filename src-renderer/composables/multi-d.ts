/** The Multi-D plan in the settings, and the stage that its positions belong to. */
import { computed } from 'vue'
import { usualMultiD, type MultiD, type MultiDAxis } from '../../src-preload/contract/multi-d'
import { useApp } from '../stores/app'
import { useDevices } from '../stores/devices'
import { useSettings } from '../stores/settings'

export interface Place {
  readonly x: number
  readonly y: number
  readonly z: number | null
}

export function useMultiD() {
  const app = useApp()
  const settings = useSettings()
  const devices = useDevices()

  const plan = computed<MultiD>(() => settings.all?.multiD ?? usualMultiD())
  const change = (patch: Partial<MultiD>): void => settings.change({ multiD: { ...plan.value, ...patch } })

  /** Moves an axis one step outwards (-1) or inwards (1). */
  function move(axis: MultiDAxis, by: -1 | 1): void {
    const order = [...plan.value.order]
    const at = order.indexOf(axis)
    const other = order[at + by]
    if (other === undefined) return
    order[at + by] = axis
    order[at] = other
    change({ order })
  }

  const along = (axis: 'x' | 'y' | 'z') =>
    devices.readings.find(({ property }) => property.recordKey === `position_${axis}`)
  const value = (axis: 'x' | 'y' | 'z'): number | null => {
    const found = along(axis)?.property.value
    return typeof found === 'number' ? Math.round(found * 1000) / 1000 : null
  }
  /** Where the stage stands; null: there is none. */
  const here = computed<Place | null>(() => {
    const [x, y] = [value('x'), value('y')]
    return x === null || y === null ? null : { x, y, z: value('z') }
  })

  async function goTo({ x, y, z }: Place): Promise<void> {
    for (const [axis, to] of [
      ['x', x],
      ['y', y],
      ['z', z]
    ] as const) {
      const found = along(axis)
      if (found === undefined || to === null) continue
      await app.attempt(() => devices.set(found.device.id, found.property.key, to))
    }
  }
  return { plan, change, move, here, goTo }
}
