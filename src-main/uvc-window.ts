/** USB cameras by Chromium: a hidden, sandboxed window for each camera that is open, which sends its frames over a port. It lives as long as the camera is open. */
import { BrowserWindow, MessageChannelMain, systemPreferences, type WebContents } from 'electron'
import { Failed } from '../src-preload/contract/failure'
import {
  UVC_CHANNEL,
  type FoundUvcCamera,
  type FromUvcPage,
  type ToUvcPage,
  type UvcFacts
} from '../src-preload/contract/uvc'
import type { UvcEvents, UvcHost, UvcStream } from './devices/uvc/host'
import { APP_ORIGIN } from './ipc'

type Question =
  | { readonly kind: 'list' }
  | { readonly kind: 'open'; readonly device: string }
  | { readonly kind: 'expose'; readonly exposureMs: number | null }
type Answer = Exclude<FromUvcPage, { kind: 'failed' | 'frame' | 'ended' }>

interface Waiting {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Failed) => void
  readonly timer: NodeJS.Timeout
}

/** The system may ask the user whether the camera may be used; after this long nobody answers any more. */
const LONGEST_MS = 60_000

interface Page {
  ask(question: Question): Promise<Answer>
  tell(message: ToUvcPage): void
  /** Whatever is still awaited fails. */
  close(): void
}

const windows = new Set<WebContents>()

/** Whether a page is one of ours that may use a camera. */
export const isCameraWindow = (contents: WebContents | null): boolean =>
  contents !== null && windows.has(contents)

const nobody: UvcEvents = { onFrame: () => undefined, onEnd: () => undefined }

async function openPage(preload: string, { onFrame, onEnd }: UvcEvents): Promise<Page> {
  const window = new BrowserWindow({
    show: false,
    width: 100,
    height: 100,
    title: 'Benchframe camera',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      spellcheck: false,
      backgroundThrottling: false // a hidden page would get few frames
    }
  })
  const { webContents } = window
  const { port1: port, port2 } = new MessageChannelMain()
  const waiting = new Map<number, Waiting>()
  let calls = 0
  let open = true
  windows.add(webContents)
  webContents.on('will-navigate', (event) => event.preventDefault())
  webContents.on('will-attach-webview', (event) => event.preventDefault())
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }))

  function settle(call: number): Waiting | undefined {
    const found = waiting.get(call)
    waiting.delete(call)
    if (found !== undefined) clearTimeout(found.timer)
    return found
  }
  function end(why: string): void {
    if (!open) return
    open = false
    port.close()
    windows.delete(webContents)
    for (const { reject, timer } of waiting.values()) {
      clearTimeout(timer)
      reject(
        new Failed('device.lost', `The window of the USB camera ended: ${why}.`, {
          next: 'Connect it again.'
        })
      )
    }
    waiting.clear()
    if (!window.isDestroyed()) window.destroy()
  }
  function gone(why: string): void {
    if (!open) return
    end(why)
    onEnd(why)
  }
  webContents.on('render-process-gone', (_, { reason }) => gone(`its process ended (${reason})`))
  window.on('closed', () => gone('its window was closed'))
  port.on('message', ({ data }) => {
    const message = data as FromUvcPage
    if (message.kind === 'frame') return open && onFrame(message.frame)
    if (message.kind === 'ended') return gone(message.why)
    const asked = settle(message.call)
    if (message.kind === 'failed') asked?.reject(inWords(message.name, message.message))
    else asked?.resolve(message)
  })
  port.start()
  try {
    await window.loadURL(`${APP_ORIGIN}/uvc.html`)
  } catch (error) {
    end(String(error))
    throw error
  }
  webContents.postMessage(UVC_CHANNEL, null, [port2])
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        calls += 1
        const call = calls
        const late = (): void =>
          settle(call)?.reject(
            new Failed('device.timeout', 'The USB camera did not answer.', {
              next: 'Unplug it and plug it in again.'
            })
          )
        waiting.set(call, { resolve, reject, timer: setTimeout(late, LONGEST_MS) })
        port.postMessage({ ...question, call })
      }),
    tell: (message) => {
      if (open) port.postMessage(message)
    },
    close: () => end('it was closed')
  }
}

export function createUvcHost(preload: string): UvcHost {
  let listing: Promise<readonly FoundUvcCamera[]> | null = null
  async function look(): Promise<readonly FoundUvcCamera[]> {
    const page = await openPage(preload, nobody)
    try {
      return await camerasOf(page)
    } finally {
      page.close()
    }
  }
  return {
    list: () => (listing ??= look().finally(() => (listing = null))),
    async open(choose, events) {
      await askSystem()
      const page = await openPage(preload, events)
      try {
        const device = choose(await camerasOf(page))
        const facts = factsOf(await page.ask({ kind: 'open', device }))
        return streamOf(page, facts)
      } catch (error) {
        page.close()
        throw error
      }
    }
  }
}

function streamOf(page: Page, facts: UvcFacts): UvcStream {
  return {
    facts,
    pixels: (on) => page.tell({ kind: 'pixels', on }),
    setExposure: async (exposureMs) => factsOf(await page.ask({ kind: 'expose', exposureMs })),
    close: page.close
  }
}

async function camerasOf(page: Page): Promise<readonly FoundUvcCamera[]> {
  const answer = await page.ask({ kind: 'list' })
  return answer.kind === 'cameras' ? answer.cameras : []
}

function factsOf(answer: Answer): UvcFacts {
  if (answer.kind === 'facts') return answer.facts
  throw new Failed('internal', `The window of the USB camera answered “${answer.kind}”.`)
}

/** macOS asks the user once for each program. */
async function askSystem(): Promise<void> {
  if (process.platform !== 'darwin' || (await systemPreferences.askForMediaAccess('camera'))) return
  throw denied('macOS')
}

const denied = (detail: string): Failed =>
  new Failed('device.denied', 'The system does not let Benchframe use the camera.', {
    next: 'Allow it in the privacy settings of the system.',
    detail
  })

/** What getUserMedia says, by the names of its errors (Media Capture and Streams, 10.6). */
function inWords(name: string, detail: string): Failed {
  switch (name) {
    case 'NotFoundError':
    case 'OverconstrainedError':
      return new Failed('device.absent', 'The USB camera is not there any more.', {
        next: 'Look at its cable.',
        detail
      })
    case 'NotReadableError':
    case 'AbortError':
      return new Failed('device.busy', 'The USB camera could not be started; another program may use it.', {
        next: 'Close that program, and connect the camera again.',
        detail
      })
    case 'NotAllowedError':
      return denied(detail)
    default:
      return new Failed('device.refused', `The USB camera refused: ${detail || name}.`, { detail: name })
  }
}
