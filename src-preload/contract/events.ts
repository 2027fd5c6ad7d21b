/** Everything the page may hear. Small state only, at most ten a second each; big data is asked for. */
import type { Description } from './description'
import type { CopyProgress } from './copy'
import type { DatasetInfo } from './dataset'
import type { DeviceStatus } from './device'
import type { Said } from './failure'
import type { MeasureProgress } from './measure'
import type { ProgramsStatus } from './programs'
import type { CameraStatus, RunStatus } from './run'
import type { Settings } from './settings'

export interface Events {
  'run.status': RunStatus
  'camera.status': CameraStatus
  'devices.changed': readonly DeviceStatus[]
  'settings.changed': Settings
  /** Of the copy of the open dataset `id`. */
  'copy.progress': CopyProgress & { readonly id: string }
  /** Of measuring every frame of the open dataset `id`. */
  'measure.progress': MeasureProgress & { readonly id: string }
  /** An open dataset that is being recorded has grown or is finished: rows from `changedFrom` on are new, or others than before. */
  'dataset.grown': { readonly info: DatasetInfo; readonly changedFrom: number }
  'description.changed': Description
  'programs.changed': ProgramsStatus
  /** Something that the user should know and that answers no command. */
  notice: { readonly level: 'info' | 'warning' | 'error'; readonly said: Said }
  /** A menu entry or a file from the system asks the page to do something. */
  menu: { readonly action: MenuAction; readonly path?: string }
}

export type MenuAction =
  | 'open'
  | 'open-folder'
  | 'open-address'
  | 'open-path'
  | 'record'
  | 'stop'
  | 'snap'
  | 'live'
  | 'acquire'
  | 'review'
  | 'devices'
  | 'rules'
  | 'settings'
  | 'keys'
  | 'help'

export type EventName = keyof Events

const names: Readonly<Record<EventName, true>> = {
  'run.status': true,
  'camera.status': true,
  'devices.changed': true,
  'settings.changed': true,
  'copy.progress': true,
  'measure.progress': true,
  'dataset.grown': true,
  'description.changed': true,
  'programs.changed': true,
  notice: true,
  menu: true
}

export const isEvent = (name: unknown): name is EventName =>
  typeof name === 'string' && Object.prototype.hasOwnProperty.call(names, name)
