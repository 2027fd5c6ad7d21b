/** Everything the page may ask: name, argument check, answer type. Bridge, handlers and client are derived from this table. */
import {
  filledText,
  integer,
  list,
  nothing,
  nullable,
  number,
  oneOf,
  optional,
  scalar,
  shape,
  text,
  truth,
  type Check
} from './check'
import { cameraChangeCheck, type CameraChange } from './camera'
import { copyRequestCheck, type CopyReport, type CopyRequest } from './copy'
import type { Difference } from './compare'
import type { DatasetInfo, DatasetMetadata, RecentDataset, RecoveryReport } from './dataset'
import { changeCheck, type Description, type DescriptionChange, type FoundDescription } from './description'
import { editsCheck, type Edit, type Editable, type EditReport } from './edit'
import type { DeviceStatus, InstrumentKind, SerialPortInfo, Tried } from './device'
import type { LabelInfo, LabelPicture } from './label'
import { measuredShapeCheck, type Measured, type MeasuredFrames, type MeasuredShape } from './measure'
import type { Area, LivePicture, Picture } from './pixels'
import { devicePresetCheck, devicePresetsCheck, type DevicePreset } from './device-preset'
import { multiDCheck } from './multi-d'
import { keptDisplaysCheck, overlaysCheck } from './picture-display'
import type { ProgramsStatus } from './programs'
import { REPAIRS, type CheckReport, type RepairKind, type RepairReport } from './repair'
import { ringCheck, ruleCheck, type Rehearsal, type Rule, type RunRules } from './rule'
import {
  FULL_POOL_POLICIES,
  RUN_FORMATS,
  type CameraStatus,
  type FocusChange,
  type Preflight,
  type RunFocus,
  type RunStatus,
  type TableRows,
  type TimeLine,
  type TimeLineEvent,
  type TriggerChoice
} from './run'
import type { FoundSetup } from './run-setup'
import { tagsCheck, THEMES, TRIGGER_KINDS, type Settings } from './settings'

export interface AppInfo {
  readonly version: string
  readonly electron: string
  readonly chrome: string
  readonly node: string
  readonly platform: string
}

interface Command<A, R> {
  readonly check: Check<A>
  /** Only carries the type of the answer. */
  readonly answer?: R
}
const command = <A, R>(check: Check<A>): Command<A, R> => ({ check })

const trigger: Check<TriggerChoice> = (value, name) => {
  const { kind } = (value ?? {}) as { kind?: unknown }
  switch (kind) {
    case 'manual':
      return shape({ kind: oneOf('manual') })(value, name)
    case 'interval':
      return shape({ kind: oneOf('interval'), everyMs: number(1, 86_400_000) })(value, name)
    case 'multi-d':
      return shape({ kind: oneOf('multi-d'), plan: multiDCheck })(value, name)
    default:
      return shape({ kind: oneOf('serial'), device: filledText(500) })(value, name)
  }
}

export const runRequestCheck = shape({
  folder: filledText(4_000),
  prefix: filledText(200),
  format: oneOf(...RUN_FORMATS),
  trigger,
  frames: nullable(integer(1, 1e9)),
  seconds: nullable(number(0.001, 1e8)),
  fullPool: oneOf(...FULL_POOL_POLICIES)
})

const cellsCheck = shape({
  cells: list(shape({ frame: integer(0), key: filledText(200), value: nullable(scalar) }), 100_000),
  who: text(500)
})

const partial = shape({
  theme: optional(oneOf(...THEMES)),
  prefix: optional(text(200)),
  format: optional(oneOf(...RUN_FORMATS)),
  triggerKind: optional(oneOf(...TRIGGER_KINDS)),
  multiD: optional(multiDCheck),
  intervalMs: optional(number(1, 86_400_000)),
  triggerDevice: optional(nullable(text(500))),
  frames: optional(nullable(integer(1, 1e9))),
  seconds: optional(nullable(number(0.001, 1e8))),
  fullPool: optional(oneOf(...FULL_POOL_POLICIES)),
  live: optional(truth),
  displays: optional(keptDisplaysCheck),
  overlays: optional(overlaysCheck),
  tags: optional(tagsCheck),
  alarmSound: optional(truth),
  devicePresets: optional(devicePresetsCheck),
  rules: optional(list(ruleCheck, 200)),
  ring: optional(ringCheck)
})

const side = integer(16, 8_192)
const id = filledText(500)
const index = list(integer(0), 16)
interface FramePlace {
  id: string
  image: number
  index: number[]
}
const framePlace: Check<FramePlace> = shape({ id, image: integer(0), index })
const area: Check<Area> = shape({ x: integer(0), y: integer(0), width: integer(1), height: integer(1) })

export const commands = {
  'app.info': command<undefined, AppInfo>(nothing),

  'settings.get': command<undefined, Settings>(nothing),
  /** Changes the named settings; answers all of them. */
  'settings.set': command<ReturnType<typeof partial>, Settings>(partial),
  /** Asks the user for the folder of recordings; null: cancelled. */
  'settings.chooseFolder': command<undefined, Settings | null>(nothing),

  'description.get': command<undefined, Description>(nothing),
  /** Changes the named parts and fields; what a run is described with changes with it. */
  'description.change': command<DescriptionChange, Description>(changeCheck),
  'description.undo': command<undefined, Description>(nothing),
  'description.redo': command<undefined, Description>(nothing),
  /** What an older dataset says in the same terms: one the user opened before, or asked for with a dialog; null: cancelled. */
  'description.find': command<{ path: string } | { kind: 'file' | 'folder' }, FoundDescription | null>(
    findCheck
  ),

  'devices.list': command<undefined, readonly DeviceStatus[]>(nothing),
  'devices.ports': command<undefined, readonly SerialPortInfo[]>(nothing),
  /** Kinds of serial instruments, the usual one first. */
  'devices.kinds': command<undefined, readonly InstrumentKind[]>(nothing),
  /** Opens the instrument at this port; the path may be typed by hand. Without a kind it is what it was last time, else the usual one. */
  'devices.connect': command<{ port: string; kind?: string; folder?: string }, DeviceStatus>(
    shape({ port: filledText(500), kind: optional(filledText(100)), folder: optional(filledText(500)) })
  ),
  /** Asks with a dialog for the path of something that brings devices; null: cancelled. */
  'devices.choose': command<{ what: 'configuration' | 'folder' }, string | null>(
    shape({ what: oneOf('configuration', 'folder') })
  ),
  'devices.disconnect': command<{ device: string }, null>(shape({ device: id })),
  'devices.set': command<
    { device: string; property: string; value: number | string | boolean },
    DeviceStatus
  >(shape({ device: id, property: filledText(200), value: scalar })),
  /** The last lines on the wire of a serial device, oldest first. */
  /** Sets a preset and waits until every value is read back. Errors: `device.timeout` names what did not get there. */
  'devices.apply': command<DevicePreset, null>(devicePresetCheck),
  'devices.traffic': command<{ device: string }, readonly string[]>(shape({ device: id })),

  /** Sends a line to a serial device as it is; not while a run is under way. */
  'devices.try': command<{ device: string; line: string }, Tried>(
    shape({ device: id, line: filledText(500) })
  ),

  /** The local socket for other programs. */
  'programs.status': command<undefined, ProgramsStatus>(nothing),
  /** Opens it on this port, with a new token, and lets go of programs that were connected. */
  'programs.open': command<{ port: number }, ProgramsStatus>(shape({ port: integer(1_024, 65_535) })),
  'programs.close': command<undefined, ProgramsStatus>(nothing),

  'camera.status': command<undefined, CameraStatus>(nothing),
  'camera.configure': command<CameraChange, CameraStatus>(cameraChangeCheck),
  'live.set': command<{ on: boolean }, CameraStatus>(shape({ on: truth })),
  /** Takes one frame now: shown, and during a run recorded. Live and Snap alone are never saved. */
  'camera.snap': command<undefined, null>(nothing),
  /**
   * Waits for a frame newer than `after` and answers its picture, at most `side` pixels wide and high; null after
   * 1 s without one. One call at a time: a second replaces the first, which answers null. With `overlay` only frames
   * of a plan's channels, each channel in its turn, so that none is always the one that is missed.
   */
  'preview.next': command<{ after: number; side: number; overlay: boolean }, LivePicture | null>(
    shape({ after: integer(-1), side, overlay: truth })
  ),

  'run.preflight': command<ReturnType<typeof runRequestCheck>, Preflight>(runRequestCheck),
  'run.start': command<ReturnType<typeof runRequestCheck>, RunStatus>(runRequestCheck),
  /** How an older recording was set up: one the user opened before, or asked for with a dialog; null: cancelled. */
  'run.findSetup': command<{ path: string } | { kind: 'file' | 'folder' }, FoundSetup | null>(findCheck),
  'run.status': command<undefined, RunStatus>(nothing),
  'run.pause': command<undefined, RunStatus>(nothing),
  'run.resume': command<undefined, RunStatus>(nothing),
  /** Ends the run; answers when the receipt is there. */
  'run.stop': command<undefined, RunStatus>(nothing),
  /**
   * Of a Multi-D run: what is added from now on to every z at this position (null: the plan has none), in µm; null: what makes the place where the
   * stage stands the one in focus. Kept in the plan for the next run.
   */
  'run.focus': command<FocusChange, RunFocus>(
    shape({ position: nullable(filledText(100)), offsetUm: nullable(number(-1e5, 1e5)) })
  ),
  /** Adds a note to the newest frame; answers when it is on disk, with the frame's number. */
  'run.note': command<{ text: string }, { frame: number | null }>(shape({ text: filledText(100_000) })),
  /** Frames and events of the last seconds. */
  'run.timeline': command<{ seconds: number }, TimeLine>(shape({ seconds: number(1, 86_400) })),
  /** Marks the newest frame, or (with a tag) adds the tag to it; answers when it is on disk. */
  'run.mark': command<{ tag: string | null; who: string }, { frame: number }>(
    shape({ tag: nullable(filledText(60)), who: text(500) })
  ),
  /** Changes cells of the run's frames by hand; null empties one. Answers when it is on disk. */
  'run.edit': command<ReturnType<typeof cellsCheck>, null>(cellsCheck),
  /** The rules of the run under way, with what they see and what they did lately. */
  'run.rules': command<undefined, RunRules>(nothing),
  /** Tries a rule on a recording that was opened or made before, or (null) on the live values of the last minutes. */
  'rules.rehearse': command<{ rule: Rule; path: string | null }, Rehearsal>(
    shape({ rule: ruleCheck, path: nullable(filledText(4_000)) })
  ),
  'run.rows': command<{ from: number; count: number }, TableRows>(
    shape({ from: integer(0), count: integer(0, 2_000) })
  ),

  /** Asks the user for a dataset; its path may then be opened. null: cancelled. */
  'dataset.choose': command<{ kind: 'file' | 'folder' }, string | null>(
    shape({ kind: oneOf('file', 'folder') })
  ),
  /** An address that the user typed, as it may then be opened. */
  'dataset.address': command<{ address: string }, string>(shape({ address: filledText(2_000) })),
  /** Opens a path that the user chose before: a recent one, the last run's, or one given by the system. */
  'dataset.open': command<{ path: string }, DatasetInfo>(shape({ path: filledText(4_000) })),
  /** Ends the opening of this path, which then fails with `cancelled`. */
  'dataset.openStop': command<{ path: string }, null>(shape({ path: filledText(4_000) })),
  'dataset.recover': command<{ path: string }, RecoveryReport>(shape({ path: filledText(4_000) })),
  'dataset.close': command<{ id: string }, null>(shape({ id })),
  'dataset.recents': command<undefined, readonly RecentDataset[]>(nothing),
  'dataset.picture': command<{ id: string; image: number; index: number[]; side: number }, Picture>(
    shape({ id, image: integer(0), index, side })
  ),
  /** The labels that lie over an image. */
  'dataset.labels': command<{ id: string; image: number }, readonly LabelInfo[]>(
    shape({ id, image: integer(0) })
  ),
  'dataset.labelPart': command<
    { id: string; image: number; label: string; index: number[]; area: Area; scale: number },
    LabelPicture
  >(shape({ id, image: integer(0), label: filledText(1_000), index, area, scale: number(1e-9, 1) })),
  /** A part of a plane, for a screen that shows `scale` of its pixels for each of the plane's. */
  'dataset.detail': command<
    { id: string; image: number; index: number[]; area: Area; scale: number },
    Picture
  >(shape({ id, image: integer(0), index, area, scale: number(1e-9, 1) })),
  /** A shape in all channels of a place, from the stored pixels at full resolution. */
  'dataset.measure': command<{ id: string; image: number; index: number[]; shape: MeasuredShape }, Measured>(
    shape({ id, image: integer(0), index, shape: measuredShapeCheck })
  ),
  /** The frame of one open dataset minus that of another, or of the same. */
  'dataset.difference': command<{ left: FramePlace; right: FramePlace; side: number }, Difference>(
    shape({ left: framePlace, right: framePlace, side })
  ),
  /** A shape in every frame of an image; `measure.progress` tells how far it is. */
  'dataset.measureFrames': command<{ id: string; image: number; shape: MeasuredShape }, MeasuredFrames>(
    shape({ id, image: integer(0), shape: measuredShapeCheck })
  ),
  /** Ends it; it then fails with `cancelled`. */
  'dataset.measureStop': command<{ id: string }, null>(shape({ id })),
  'dataset.rows': command<{ id: string; from: number; count: number }, TableRows>(
    shape({ id, from: integer(0), count: integer(0, 2_000) })
  ),
  /** What happened in the run beside its frames, in order of time; the first of very many. */
  'dataset.events': command<{ id: string }, readonly TimeLineEvent[]>(shape({ id })),
  'dataset.metadata': command<{ id: string }, DatasetMetadata>(shape({ id })),
  /** Asks where to, and copies frames of an open dataset there; `copy.progress` tells how far it is. null: cancelled in the dialog. */
  'dataset.copy': command<{ id: string; request: CopyRequest }, CopyReport | null>(
    shape({ id, request: copyRequestCheck })
  ),
  /** Ends the copy of this dataset; it then fails with `cancelled` and leaves nothing. */
  'dataset.copyStop': command<{ id: string }, null>(shape({ id })),
  /** Changes metadata of saved datasets in place; `who` is kept in their history. Open ones are read again. */
  'dataset.edit': command<{ paths: string[]; edits: Edit[]; who: string }, readonly EditReport[]>(
    shape({ paths: list(filledText(4_000), 1_000), edits: editsCheck, who: text(500) })
  ),
  /** What of it can be changed by hand, and what was, oldest first. */
  'dataset.editable': command<{ id: string }, Editable>(shape({ id })),
  /** `pixels`: every plane is read; without it they are only counted. */
  'dataset.check': command<{ id: string; pixels: boolean }, CheckReport>(shape({ id, pixels: truth })),
  /** Makes safe repairs of a dataset on disk; open ones are read again. */
  'dataset.repair': command<{ path: string; kinds: RepairKind[] }, RepairReport>(
    shape({ path: filledText(4_000), kinds: list(oneOf(...REPAIRS), 20) })
  ),
  /** Takes the last repair back; false: there is none. */
  'dataset.unrepair': command<{ path: string }, boolean>(shape({ path: filledText(4_000) })),
  'dataset.reveal': command<{ path: string }, null>(shape({ path: filledText(4_000) }))
} as const

function findCheck(value: unknown, name: string): { path: string } | { kind: 'file' | 'folder' } {
  return (value as { path?: unknown } | null | undefined)?.path !== undefined
    ? shape({ path: filledText(4_000) })(value, name)
    : shape({ kind: oneOf('file', 'folder') })(value, name)
}

export type Commands = typeof commands
export type CommandName = keyof Commands
export type Argument<N extends CommandName> = Commands[N] extends Command<infer A, unknown> ? A : never
export type Answer<N extends CommandName> = Commands[N] extends Command<infer _, infer R> ? R : never

export const isCommand = (name: unknown): name is CommandName =>
  typeof name === 'string' && Object.prototype.hasOwnProperty.call(commands, name)
