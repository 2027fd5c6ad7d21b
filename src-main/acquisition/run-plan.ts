/** What a run is told, from the page and the command line alike, and what it needs from outside: no file format, no driver, no Electron. */
import { frameCount, type MultiD } from '../../src-preload/contract/multi-d'
import type { DevicePreset } from '../../src-preload/contract/device-preset'
import type { FrameRecord, Json, KeyInfo } from '../../src-preload/contract/record'
import type { Rule } from '../../src-preload/contract/rule'
import type { FileReceipt, FullPoolPolicy, RunFormat, TriggerChoice } from '../../src-preload/contract/run'
import type { StoredForm } from '../../src-preload/contract/stored-form'
import type { FramePool, FrameStream } from '../formats/sink'
import type { Camera, Reading, StagePosition, TriggerInput, Undo } from '../devices/device'
import type { Clocks } from './clock'

export interface RunPlan {
  /** Path without a suffix; the formats add theirs. */
  readonly root: string
  readonly format: RunFormat
  readonly trigger: TriggerChoice
  readonly frames: number | null
  readonly seconds: number | null
  readonly fullPool: FullPoolPolicy
  /** What people typed, as the dataset keeps it. */
  readonly form: StoredForm
  /** Watched while the run goes on. */
  readonly rules: readonly Rule[]
  /** Frames from before an event that a rule may keep; null: none are taken. */
  readonly ring: { readonly frames: number; readonly everyMs: number } | null
  /** Presets of devices that rules may set, by id. */
  readonly devicePresets?: readonly DevicePreset[]
  /** Merged into every record. */
  readonly frameMetadata: FrameRecord
  /** Metadata about the dataset, by namespace. */
  readonly globals: Readonly<Record<string, Json>>
  /** Called with the camera's pixels and the record before the writer gets them; for outside checks. */
  readonly beforeSubmit?: (pixels: Uint8Array, record: FrameRecord, frame: number) => void
}

/** Frames that are planned, where that is known. */
export const plannedFrames = ({ trigger, frames }: RunPlan): number | null =>
  trigger.kind === 'multi-d' ? frameCount(trigger.plan) : frames

export interface OpenStreamRequest {
  readonly root: string
  readonly format: RunFormat
  readonly pool: FramePool
  readonly pixelSizeUm: number | null
  readonly significantBits: number
  /** null: frames come in no order that is known before. */
  readonly multiD: MultiD | null
}

/** The world outside a run; the shell and the command line hand in real ones, tests what they like. */
export interface RunWorld {
  readonly clocks: Clocks
  readonly openStream: (request: OpenStreamRequest) => Promise<FrameStream>
  /** Opens the finished datasets again and counts. */
  readonly verify: (paths: readonly string[]) => Promise<readonly FileReceipt[]>
  /** Size of a sensor pixel in the sample with the objective that people say is on; null: as the camera says. */
  readonly pixelSizeUm?: () => number | null
  readonly readings: () => readonly Reading[]
  /** Tells at once when a reading is new. */
  readonly onReadings: (listener: (readings: readonly Reading[]) => void) => Undo
  /** Where the stage stands; null: there is none. */
  readonly place: () => StagePosition | null
  /** Resolves when the stage is still. */
  readonly moveTo: (place: Partial<StagePosition>, signal: AbortSignal) => Promise<void>
  /** Resolves when the device is where it was set to: true; or, after a while, is not: false. A stage only sets off. */
  readonly set: (device: string, property: string, value: number | string | boolean) => Promise<boolean>
  /** Only waits until a value is there, also a place of a stage. */
  readonly settled: (device: string, property: string, value: number | string | boolean) => Promise<boolean>
  /** Tells the user, also outside the window. */
  readonly notify: (text: string) => void
  /** Tells of instruments that are lost or back: a gap in their values is an event of the run (D2). */
  readonly onDeviceNews?: (
    listener: (news: { readonly device: string; readonly state: string; readonly text: string }) => void
  ) => () => void
  readonly triggerLine: (device: string) => TriggerInput
  /** Free bytes of the disk under a path; null where the system does not tell. */
  readonly freeBytes: (path: string) => Promise<number | null>
}

/** Size of a pixel of the camera's frames in the sample, in µm; null: unknown. */
export function pixelSizeUm({ pixelSizeUm }: RunWorld, camera: Camera): number | null {
  const sensorPixel = pixelSizeUm?.() ?? null
  return sensorPixel === null ? camera.pixelSizeUm : sensorPixel * camera.settings.binning
}

/** What the stream of a run is to be like. */
export const streamRequest = (
  { root, format, trigger }: RunPlan,
  world: RunWorld,
  pool: FramePool,
  camera: Camera
): OpenStreamRequest => ({
  root,
  format,
  pool,
  pixelSizeUm: pixelSizeUm(world, camera),
  significantBits: camera.significantBits,
  multiD: trigger.kind === 'multi-d' ? trigger.plan : null
})

/** Keys of the readings, for the key schema. */
export const readingKeys = (readings: readonly Reading[]): readonly KeyInfo[] =>
  readings.map((reading) => reading.key)
