/** Hears keys for the whole window and lets through only those that are nobody else's. */
import { onBeforeUnmount, onMounted } from 'vue'
import { actionFor, hasOwnUse, isEditable, type Action } from '../model/shortcuts'
import { useApp } from '../stores/app'

export function useShortcuts(perform: (action: Action) => void): void {
  const app = useApp()

  function heard(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || isEditable(event.target)) return
    const action = actionFor(event, app.view)
    if (action === undefined) return
    // A dialog is modal for keys, too; only the one that opened the key table closes it again.
    const dialog = document.querySelector('[role="dialog"], [role="alertdialog"], [role="listbox"]')
    if (dialog !== null && !(action === 'keys' && app.keysOpen)) return
    if (hasOwnUse(event.target, event)) return
    event.preventDefault()
    if (!event.repeat || action === 'previous' || action === 'next') perform(action)
  }

  onMounted(() => window.addEventListener('keydown', heard))
  onBeforeUnmount(() => window.removeEventListener('keydown', heard))
}
