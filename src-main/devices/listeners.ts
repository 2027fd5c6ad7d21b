/** Who wants to hear of a change. A listener that throws is a bug of its own and stops neither the device nor the other listeners. */
import type { Undo } from './device'

export interface Listeners<T> {
  add(listener: (value: T) => void): Undo
  tell(value: T): void
  clear(): void
}

export function createListeners<T>(): Listeners<T> {
  const all = new Set<(value: T) => void>()
  return {
    add(listener) {
      const own = (value: T): void => listener(value) // the same function may be added twice
      all.add(own)
      return () => all.delete(own)
    },
    tell(value) {
      for (const listener of [...all]) {
        try {
          listener(value)
        } catch (error) {
          // Surfaces as an uncaught exception of its own, after the device has done its work.
          queueMicrotask(() => {
            throw error
          })
        }
      }
    },
    clear: () => all.clear()
  }
}
