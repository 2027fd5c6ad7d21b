/** A word to whichever component is there to hear it: what concerns one view's inside and no store. */
import { onActivated, onBeforeUnmount, onDeactivated, onMounted } from 'vue'

export type LocalCommand = 'note' | 'fit' | 'play'

const listeners = new Map<LocalCommand, Set<() => void>>()

export function useCommands(): { send: (command: LocalCommand) => void } {
  return { send: (command) => listeners.get(command)?.forEach((listener) => listener()) }
}

/** Listens while the component is in the open view. */
export function useCommand(command: LocalCommand, listener: () => void): void {
  const add = (): void => {
    listeners.set(command, (listeners.get(command) ?? new Set()).add(listener))
  }
  const remove = (): void => {
    listeners.get(command)?.delete(listener)
  }
  onMounted(add)
  onActivated(add)
  onDeactivated(remove)
  onBeforeUnmount(remove)
}
