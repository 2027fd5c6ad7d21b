/** A run: one recording from start to receipt, as the page and the command line ask for it and see it. */
import type { FrameFormat, SensorArea, SensorSize } from './pixels'
import type { Failure } from './failure'
import type { MultiD } from './multi-d'
import type { RunEvent } from './record'

export const RUN_FORMATS = ['ome-tiff', 'ome-zarr', 'both'] as const
export type RunFormat = (typeof RUN_FORMATS)[number]

/** What makes a frame. `serial` is a trigger line of a serial instrument. */
export type TriggerChoice =
  | { readonly kind: 'manual' }
  | { readonly kind: 'interval'; readonly everyMs: number }
  | { readonly kind: 'serial'; readonly device: string }
  | { readonly kind: 'multi-d'; readonly plan: MultiD }

/** What to do when no slot of the frame pool is free (acceptance T1). */
export const FULL_POOL_POLICIES = ['hold', 'drop newest', 'stop'] as const
export type FullPoolPolicy = (typeof FULL_POOL_POLICIES)[number]

export interface RunRequest {
  readonly folder: string
  readonly prefix: string
  readonly format: RunFormat
  readonly trigger: TriggerChoice
  /** Stops by itself after so many frames or seconds; null: until stopped. */
  readonly frames: number | null
  readonly seconds: number | null
  readonly fullPool: FullPoolPolicy
}

export type RunPhase = 'idle' | 'starting' | 'running' | 'paused' | 'finishing' | 'finished' | 'failed'

/** Losses by cause (acceptance T5): each is counted apart and never hidden. */
export interface Losses {
  readonly cameraGap: number
  readonly transport: number
  readonly poolFull: number
  readonly policy: number
  readonly writeFailure: number
}

export interface RunCounters {
  /** Frames the camera delivered or should have delivered: written + dropped + under way. */
  readonly seen: number
  /** Frames handed to every file. */
  readonly written: number
  /** Frames that survive a crash of the machine. */
  readonly durable: number
  readonly dropped: number
  readonly losses: Losses
}

export interface RunStatus extends RunCounters {
  readonly phase: RunPhase
  /** The dataset paths, without the journal. */
  readonly paths: readonly string[]
  /** Frames that were planned, where that is known. */
  readonly planned: number | null
  /** The run stands still: frames that should come don't, or the disk takes nothing; null: all goes on. */
  readonly stalled: 'no frames' | 'disk' | null
  readonly elapsedSeconds: number
  readonly bytesWritten: number
  readonly megabytesPerSecond: number
  /** Fill of the frame pool, 0 to 1. */
  readonly poolFill: number
  readonly freeBytes: number | null
  /** Seconds until the disk is full at the present rate; null when unknown. */
  readonly secondsToFull: number | null
  /** Of a run that follows a plan of places. */
  readonly focus: RunFocus | null
  readonly failure: Failure | null
  readonly receipt: Receipt | null
}

export interface FocusChange {
  readonly position: string | null
  readonly offsetUm: number | null
}

export interface RunFocus {
  /** The position that the stage stands at; null: the plan has none. */
  readonly position: string | null
  /** What is added to its planned z, in µm. */
  readonly offsetUm: number
}

/** The latest part of a run in time; seconds of the run. */
export interface TimeLine {
  readonly from: number
  readonly to: number
  /** When exposures began. */
  readonly frames: readonly number[]
  readonly events: readonly TimeLineEvent[]
}

export interface TimeLineEvent {
  readonly time: number
  readonly kind: RunEvent['kind']
  readonly text: string
  readonly frame: number | null
}

/** What one file of the run holds, found by opening it again. */
export interface FileReceipt {
  readonly path: string
  readonly readable: number
  readonly records: number
  readonly bytes: number
}

export interface Receipt {
  readonly seen: number
  readonly written: number
  readonly dropped: number
  readonly losses: Losses
  readonly files: readonly FileReceipt[]
  readonly seconds: number
  /** How the run ended. */
  readonly end: 'completed' | 'stopped' | 'disk full' | 'failed'
  /** True when seen - dropped = written = readable = records in every file. */
  readonly complete: boolean
}

/** One line of the list shown before a run. */
export interface PreflightLine {
  readonly id: 'disk' | 'name' | 'camera' | 'trigger' | 'sample' | 'memory' | 'sleep'
  readonly level: 'ok' | 'warning' | 'stop'
  readonly text: string
  readonly fix?: string
}

export interface Preflight {
  /** One sentence: what a run will do. */
  readonly sentence: string
  readonly lines: readonly PreflightLine[]
}

/** Rows of a growing or saved table: cells in the order of `keys`; null: the frame has no such key. */
export interface TableRows {
  readonly keys: readonly string[]
  readonly units: Readonly<Record<string, string>>
  /** Keys that were not measured and may be changed by hand. */
  readonly free: readonly string[]
  readonly total: number
  readonly from: number
  readonly rows: readonly TableRow[]
}

export interface TableRow {
  /** Acquisition number, from 0. */
  readonly frame: number
  /** Index of the image in the dataset and the frame's place in it; empty while unknown. */
  readonly image: number
  readonly storageIndex: readonly number[]
  /** JSON values; nested ones as JSON text. */
  readonly cells: readonly (string | number | boolean | null)[]
  readonly present: boolean
}

export interface CameraStatus {
  readonly device: string
  readonly label: string
  readonly format: FrameFormat
  /** Where the frame lies on the sensor; its size is the format's. */
  readonly area: SensorArea
  readonly sensor: SensorSize
  readonly exposureMs: number
  readonly live: boolean
  /** Frames a second, measured over the last second. */
  readonly fps: number
  /** Value at which a pixel is saturated, where known. */
  readonly saturation: number | null
  readonly pixelSizeUm: number | null
}
