/** The Multi-D plan in the settings, and the stage that its positions belong to. */
import { computed } from 'vue'
import { usualMultiD, type MultiD, type MultiDAxis } from '../../src-preload/contract/multi-d'
import { usualPlate, type PlatePlan } from '../../src-preload/contract/plate-plan'
import { useApp } from '../stores/app'
import { useDevices, type Reading } from '../stores/devices'
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

  const plate = computed<PlatePlan>(() => plan.value.positions.plate ?? usualPlate())
  const changePlate = (patch: Partial<PlatePlan>): void =>
    change({ positions: { ...plan.value.positions, plate: { ...plate.value, ...patch } } })

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

  /** As main has it: the instrument that was connected last, else the simulated stage. */
  const along = (axis: 'x' | 'y' | 'z'): Reading | undefined => {
    const all = devices.readings.filter(({ property }) => property.recordKey === `position_${axis}`)
    const real = all.filter(({ device }) => device.proof !== 'simulated' && device.state !== 'absent')
    return real[real.length - 1] ?? all[0]
  }
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
  return { plan, change, plate, changePlate, move, here, goTo }
}
