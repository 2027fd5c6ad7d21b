/** Finding one's way on a plate: which well an image belongs to, and which acquired well comes next in a direction. */
import type { PlateMap, PlateWell } from '../../src-preload/contract/plate'

export type Direction = 'up' | 'down' | 'left' | 'right'

export const isAcquired = ({ images }: PlateWell): boolean => images.length > 0

export interface WellAt {
  /** Number of the plate. */
  readonly plate: number
  readonly well: PlateWell
  /** Which field of the well, from 0. */
  readonly field: number
}

/** The well and field of an image; null where it is on no plate. */
export function wellOf(plates: readonly PlateMap[], image: number): WellAt | null {
  for (const [plate, { wells }] of plates.entries())
    for (const well of wells) {
      const field = well.images.indexOf(image)
      if (field >= 0) return { plate, well, field }
    }
  return null
}

/** The next acquired well in a direction: first along the line, else the nearest of the lines beyond; null at the end. */
export function nextWell({ wells }: PlateMap, from: PlateWell, direction: Direction): PlateWell | null {
  const upright = direction === 'up' || direction === 'down'
  const sign = direction === 'down' || direction === 'right' ? 1 : -1
  let best: PlateWell | null = null
  let least = Infinity
  for (const well of wells) {
    if (!isAcquired(well)) continue
    const down = well.row - from.row
    const right = well.column - from.column
    const [along, across] = upright ? [down, right] : [right, down]
    if (along * sign <= 0) continue
    // any well of the same line comes before all others
    const cost = across === 0 ? along * sign : 1000 + Math.abs(along) + 1000 * Math.abs(across)
    if (cost < least) [best, least] = [well, cost]
  }
  return best
}
