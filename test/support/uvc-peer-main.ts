/** Runs inside Electron: the app's own holder of USB cameras, told by messages of the test process what to do. Started by uvc-peer.ts. */
import { app } from 'electron'
import { join } from 'node:path'
import { toFailure } from '../../src-preload/contract/failure'
import type { UvcStream } from '../../src-main/devices/uvc/host'
import { createUvcHost, isCameraWindow } from '../../src-main/uvc-window'
import { refusePermissions, registerScheme, servePage } from '../../src-main/window'
import type { FromPeer, ToPeer } from './uvc-peer'

const out = process.env['BENCHFRAME_TEST_OUT'] ?? ''
const say = (message: FromPeer): void => void process.send?.(message)
const streams = new Map<number, UvcStream>()

async function answer(message: ToPeer): Promise<unknown> {
  const stream = streams.get(message.stream)
  switch (message.kind) {
    case 'list':
      return host.list()
    case 'open': {
      const { stream: id, device } = message
      const opened = await host.open(() => device, {
        onFrame: (frame) => say({ kind: 'frame', stream: id, frame }),
        onEnd: (why) => say({ kind: 'end', stream: id, why })
      })
      streams.set(id, opened)
      return opened.facts
    }
    case 'expose':
      return stream?.setExposure(message.exposureMs)
    case 'pixels':
      return stream?.pixels(message.on)
    case 'close':
      streams.delete(message.stream)
      return stream?.close()
    case 'kill':
      return killPages()
  }
}

/** As a crash does: the processes of all pages, by their ids. */
async function killPages(): Promise<number> {
  const { webContents } = await import('electron')
  const pages = webContents.getAllWebContents().filter((page) => isCameraWindow(page))
  for (const page of pages) process.kill(page.getOSProcessId(), 'SIGKILL')
  return pages.length
}

registerScheme()
const host = createUvcHost(join(out, 'preload', 'uvc.cjs'))
app.on('window-all-closed', () => undefined) // between two cameras there is none
process.on('disconnect', () => app.exit(0))
void app.whenReady().then(() => {
  servePage(join(out, 'renderer'))
  refusePermissions(isCameraWindow)
  process.on('message', (message: ToPeer) => {
    answer(message).then(
      (value) => say({ kind: 'answer', call: message.call, value: value ?? null }),
      (error: unknown) => say({ kind: 'failed', call: message.call, failure: toFailure(error) })
    )
  })
  say({ kind: 'ready' })
})
