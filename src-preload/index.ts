/** Gives the page its two functions. Names that are not in the contract are refused here, before they reach main. */
import { contextBridge, ipcRenderer } from 'electron'
import { CALL_CHANNEL, EVENT_CHANNEL, type Bridge } from './contract/bridge'
import { isCommand } from './contract/commands'
import { isEvent } from './contract/events'
import { tellDroppedFiles } from './dropped-files'

const bridge: Bridge = {
  call(name, argument) {
    if (!isCommand(name)) {
      return Promise.resolve({
        ok: false,
        failure: { code: 'argument.invalid', message: `There is no command ${String(name)}.` }
      })
    }
    return ipcRenderer.invoke(CALL_CHANNEL, name, argument)
  },
  on(name, listener) {
    if (!isEvent(name)) return () => undefined
    const heard = (_: unknown, event: unknown, value: unknown): void => {
      if (event === name) listener(value as Parameters<typeof listener>[0])
    }
    ipcRenderer.on(EVENT_CHANNEL, heard)
    return () => {
      ipcRenderer.removeListener(EVENT_CHANNEL, heard)
    }
  }
}

contextBridge.exposeInMainWorld('benchframe', bridge)
tellDroppedFiles()
