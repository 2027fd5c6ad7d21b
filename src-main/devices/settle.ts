/** Waits until what was set is there: the read-back of a property, `<property>_read`, has come near it (events.md, settled-since). */
import type { PropertyState } from '../../src-preload/contract/device'
import type { Device } from './device'

const LIMIT_MS = 2_000
const LOOK_EVERY_MS = 2

/** True when the read-back is new and near the value, or when there is nothing to wait for; false when it did not come within 2 s. */
export async function settled(
  device: Device,
  property: string,
  value: number | string | boolean,
  limitMs = LIMIT_MS
): Promise<boolean> {
  if (typeof value !== 'number') return true
  const began = performance.now()
  for (;;) {
    const { properties } = device.status()
    const find = (key: string): PropertyState | undefined => properties.find((one) => one.key === key)
    const read = find(`${property}_read`)
    // What is switched off never gets there, and need not.
    if (read === undefined || find('on')?.value === false) return true
    const elapsed = performance.now() - began
    const fresh = read.ageMs !== null && read.ageMs <= elapsed && !read.stale
    if (fresh && typeof read.value === 'number' && near(read.value, value, find(property))) return true
    if (elapsed > limitMs) return false
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}

/** Within 1 % of the value or half a percent of the range, whichever is more. */
function near(read: number, wanted: number, { min, max }: Partial<PropertyState> = {}): boolean {
  const range = min === undefined || max === undefined ? 0 : max - min
  return Math.abs(read - wanted) <= Math.max(Math.abs(wanted) * 0.01, range * 0.005)
}
