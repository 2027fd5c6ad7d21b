/**
 * Tells main the path of what is dropped on the window. Done here and not in the page: only a file that the user really dropped has a path, and
 * the page must not be able to name one.
 */
import * as electron from 'electron'
import { DROP_CHANNEL } from './contract/bridge'

/** The little of the page's world that is needed here; main, which is compiled with this file, must not see the rest. */
type DroppedFile = object & { readonly path?: string }
interface Drag {
  readonly dataTransfer: {
    readonly types: readonly string[]
    readonly files: ArrayLike<DroppedFile>
    dropEffect: string
  } | null
  preventDefault(): void
}
declare const window: { addEventListener(type: 'dragover' | 'drop', listener: (event: Drag) => void): void }

/** Electron 29 and newer; before, the file itself knew. */
interface WebUtils {
  readonly webUtils?: { getPathForFile(file: DroppedFile): string }
}

const pathOf = (file: DroppedFile): string =>
  (electron as WebUtils).webUtils?.getPathForFile(file) ?? file.path ?? ''

export function tellDroppedFiles(): void {
  window.addEventListener('dragover', (event) => {
    if (event.dataTransfer === null || !event.dataTransfer.types.includes('Files')) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'copy'
  })
  window.addEventListener('drop', (event) => {
    const file = event.dataTransfer?.files[0]
    if (file === undefined) return
    event.preventDefault()
    const path = pathOf(file)
    if (path !== '') electron.ipcRenderer.send(DROP_CHANNEL, path)
  })
}
