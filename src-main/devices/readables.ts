/** Several devices may measure the same thing: for the records each key has one source, the first device that has it. */
import type { Readable } from './device'

export function clearReadables(inOrder: readonly Readable[]): readonly Readable[] {
  const claimed = new Set<string>()
  const chosen: Readable[] = []
  for (const device of inOrder) {
    const keys = device.status().properties.flatMap(({ recordKey }) => recordKey ?? [])
    const own = new Set(keys.filter((key) => !claimed.has(key)))
    if (own.size === 0) continue
    own.forEach((key) => claimed.add(key))
    chosen.push(own.size === keys.length ? device : only(device, own))
  }
  return chosen
}

/** The same device, silent about what others tell. */
function only(device: Readable, keys: ReadonlySet<string>): Readable {
  return { ...device, readings: () => device.readings().filter(({ key }) => keys.has(key.key)) }
}
