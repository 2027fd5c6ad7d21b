/** Waits until what was set is there: the read-back of a property, `<property>_read` or else its own value, has come near it (events.md, settled-since). */
import type { DeviceKind, PropertyState } from '../../src-preload/contract/device'
import type { Device } from './device'
import type { PropertyValue } from './limits'

const LIMIT_MS = 2_000
/** A stage has a long way to go. */
const STAGE_LIMIT_MS = 60_000
const LOOK_EVERY_MS = 2

/** How long a device may take. */
export const settleLimitMs = (kinds: readonly DeviceKind[]): number =>
  kinds.includes('stage') ? STAGE_LIMIT_MS : LIMIT_MS

/** True when the read-back is new and near the value, or when there is nothing to wait for; false when it did not come in time. */
export async function settled(
  device: Device,
  property: string,
  value: PropertyValue,
  limitMs = settleLimitMs([device.kind])
): Promise<boolean> {
  const began = performance.now()
  for (;;) {
    const elapsed = performance.now() - began
    const { properties, state } = device.status()
    // On its way a stage may be near already.
    const moves = device.kind === 'stage' && state === 'busy'
    if (!moves && isThere(properties, property, value, elapsed)) return true
    if (elapsed > limitMs) return false
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}

function isThere(
  properties: readonly PropertyState[],
  property: string,
  value: PropertyValue,
  elapsedMs: number
): boolean {
  const find = (key: string): PropertyState | undefined => properties.find((one) => one.key === key)
  const own = find(property)
  const read = find(`${property}_read`)
  if (read === undefined) {
    // What it was set to is all there is to know; a device that does not tell even that can't be waited for.
    if (own === undefined || own.value === null) return true
    return typeof value === 'number' && typeof own.value === 'number'
      ? near(own.value, value, own, 1e-4)
      : own.value === value
  }
  // What is switched off never gets there, and need not.
  if (typeof value !== 'number' || find('on')?.value === false) return true
  const fresh = read.ageMs !== null && read.ageMs <= elapsedMs && !read.stale
  return fresh && typeof read.value === 'number' && near(read.value, value, own)
}

/** Within 1 % of the value or this part of the range, whichever is more: a read-back is measured. */
function near(
  read: number,
  wanted: number,
  { min, max }: Partial<PropertyState> = {},
  part = 0.005
): boolean {
  const range = min === undefined || max === undefined ? 0 : max - min
  return Math.abs(read - wanted) <= Math.max(Math.abs(wanted) * 0.01, range * part)
}
