/** Hands the hidden page of a USB camera the port to main; the page gets nothing else. */
import { ipcRenderer } from 'electron'
import { UVC_CHANNEL } from './contract/uvc'

/** The little of the page's world that is needed here; main, which is compiled with this file, must not see the rest. */
declare const window: { postMessage(message: string, origin: string, ports: readonly unknown[]): void }
declare const location: { readonly origin: string }

ipcRenderer.on(UVC_CHANNEL, (event) => window.postMessage(UVC_CHANNEL, location.origin, event.ports))
