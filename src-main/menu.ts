/** The desktop's menu. Keys are shown here and handled by the page, which knows whether someone is typing (acceptance U2). */
import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { MenuAction } from '../src-preload/contract/events'
import type { RecentDataset } from '../src-preload/contract/dataset'

const MOST_RECENTS = 10

export interface MenuHands {
  tell(action: MenuAction, path?: string): void
  showRecordings(): void
}

/** Made anew when the recent datasets change. */
export function setMenu(recents: readonly RecentDataset[], hands: MenuHands): void {
  const item = (label: string, action: MenuAction, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => hands.tell(action),
    ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false })
  })
  const between: MenuItemConstructorOptions = { type: 'separator' }
  const recent = recents.slice(0, MOST_RECENTS).map(({ name, path }): MenuItemConstructorOptions => ({
    label: plainLabel(name),
    toolTip: path,
    click: () => hands.tell('open-path', path)
  }))
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      {
        label: 'File',
        submenu: [
          item('Open file…', 'open', 'Ctrl+O'),
          item('Open folder (OME-Zarr)…', 'open-folder', 'Ctrl+Shift+O'),
          item('Open address…', 'open-address'),
          { label: 'Open recent', enabled: recent.length > 0, submenu: recent },
          between,
          { label: 'Show the folder of recordings', click: () => hands.showRecordings() },
          between,
          { role: 'quit' }
        ]
      },
      { role: 'editMenu' },
      {
        label: 'Acquire',
        submenu: [
          item('Live', 'live', 'Ctrl+L'),
          item('Snap', 'snap', 'Ctrl+K'),
          item('Record', 'record', 'Ctrl+R'),
          item('Stop', 'stop', 'Ctrl+.')
        ]
      },
      {
        label: 'View',
        submenu: [
          item('Acquire', 'acquire', 'Ctrl+1'),
          item('Review', 'review', 'Ctrl+2'),
          item('Devices', 'devices', 'Ctrl+3'),
          item('Rules', 'rules', 'Ctrl+4'),
          item('Settings', 'settings', 'Ctrl+5'),
          between,
          { role: 'togglefullscreen' },
          { role: 'toggleDevTools' }
        ]
      },
      { label: 'Help', submenu: [item('Benchframe Help', 'help', 'F1'), item('Keys', 'keys', '?')] }
    ])
  )
}

/** An & would otherwise underline the letter behind it. */
const plainLabel = (name: string): string => name.replace(/&/g, '&&')
