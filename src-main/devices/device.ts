/** What every device can be asked, whatever drives it. Acquisition knows these interfaces and no driver. */
import type { DeviceStatus, DeviceKind } from '../../src-preload/contract/device'
import type { FrameFormat, SensorArea, SensorSize } from '../../src-preload/contract/pixels'
import type { Failed } from '../../src-preload/contract/failure'
import type { KeyInfo } from '../../src-preload/contract/record'

/** Host time: `process.hrtime.bigint()`, nanoseconds of the monotonic clock. */
export type MonoNs = bigint

export type Undo = () => void

export interface Device {
  readonly id: string
  readonly kind: DeviceKind
  /** Never throws; safe to call many times a second. */
  status(): DeviceStatus
  /** Tells that `status()` answers something new (state or value). */
  onChange(listener: () => void): Undo
  /** Sets a property within its limits; resolves when the device accepted it. Errors: `device.*`, `argument.invalid`. */
  set(property: string, value: number | string | boolean): Promise<void>
  /** Lights off, motion stopped, port closed. Idempotent. */
  close(): Promise<void>
}

/** One value of a device with the time it was true. */
export interface Reading {
  readonly key: KeyInfo
  readonly value: number | string | boolean
  readonly at: MonoNs
  /** Older than three of its usual intervals, or its device is lost: written as stale or left out, never silently repeated. */
  readonly stale: boolean
}

/** A device that has values worth writing beside each frame. */
export interface Readable extends Device {
  /** The latest reading of each quantity; what was never read is absent. Synchronous and cheap: it is called per frame. */
  readings(): readonly Reading[]
}

export const isReadable = (device: Device): device is Readable => 'readings' in device

export interface Light extends Readable {
  readonly kind: 'light'
  /** Jumps every queue; also what closing does first. */
  allOff(): Promise<void>
}

export interface Sensor extends Readable {
  readonly kind: 'sensor'
}

export interface ExposureReport {
  /** Start of the exposure. */
  readonly startedAt: MonoNs
  readonly exposureMs: number
  /** The camera's own running number and clock, where it has them. */
  readonly cameraFrame?: number
  readonly cameraTicks?: bigint
  /** Frames the camera lost before this one, by its own count. */
  readonly lostBefore: number
  /** Whose clock tells the start; absent: the host's. */
  readonly clock?: 'camera'
}

/** Whoever takes the frames of a camera that goes at its own pace. Called in the frame path: all of it is quick and throws nothing. */
export interface PaceSink {
  /** Room for a frame to come, held until `frame` or `unused`; null: there is none now. */
  place(): { readonly slot: number; readonly pixels: Uint8Array } | null
  /** An exposure begins now; only cameras that know it in time tell it. */
  started(at: MonoNs): void
  frame(slot: number, report: ExposureReport): void
  /** A frame that did not arrive whole, or for which there was no place. */
  lost(cause: 'transport' | 'no place'): void
  unused(slot: number): void
  /** The camera stopped by itself; its places were given back. */
  failed(why: Failed): void
}

/** A camera that takes frame after frame by itself, faster and more evenly than one command for each can. */
export interface Pacing {
  /** Intervals that it can keep as it is set now. */
  intervalsMs(): { readonly min: number; readonly max: number }
  /** From this interval on it does as well on command, where the moment of each exposure is known better. */
  readonly onCommandFromMs: number
  /**
   * Frames at this interval until the answer is called, which resolves when no place is written any more. Meanwhile the camera is busy: exposures and
   * changes are `device.busy`.
   */
  start(everyMs: number, sink: PaceSink): Promise<() => Promise<void>>
}

export interface CameraSettings extends FrameFormat, SensorArea {
  readonly exposureMs: number
}

export interface Camera extends Device {
  readonly kind: 'camera'
  readonly settings: CameraSettings
  /** Bits of a pixel that carry signal; saturation is computed from them (acceptance M7). */
  readonly significantBits: number
  readonly sensor: SensorSize
  /** Size of a pixel of its frames (so at the present binning) in the sample plane, where known. */
  readonly pixelSizeUm: number | null
  /** Changes settings within the camera's limits, the area by the rules of `changedArea`; answers what holds now. */
  configure(wanted: Partial<CameraSettings>): Promise<CameraSettings>
  /** Resolves when an exposure would begin at once, for cameras that need to warm up. */
  prepare?(): Promise<void>
  /**
   * Exposes one frame into `target` (frameBytes(settings) bytes of shared memory, row by row, little-endian).
   * One at a time: a second call while one runs is `device.busy`. `onStart` is called once, as soon as the exposure has begun,
   * so that readings belong to the exposure and not to the read-out.
   */
  expose(
    target: Uint8Array,
    onStart?: (startedAt: MonoNs) => void,
    signal?: AbortSignal
  ): Promise<ExposureReport>
  /** Where the camera can go at its own pace as it is set now. */
  readonly pacing?: Pacing | null
}

export interface StagePosition {
  readonly x: number
  readonly y: number
  readonly z: number
}

export interface Stage extends Readable {
  readonly kind: 'stage'
  /** Moves to a place in µm and resolves when the stage is still. */
  moveTo(place: Partial<StagePosition>, signal?: AbortSignal): Promise<void>
  /** Jumps every queue. */
  stop(): Promise<void>
}

/** An edge or a line that asks for a frame. */
export interface TriggerEdge {
  /** Running number from the source, so that a lost edge shows as a gap. */
  readonly sequence: number
  readonly receivedAt: MonoNs
  /** Edges lost before this one, from the sequence. */
  readonly lostBefore: number
  /** The source's own clock, in microseconds, where it has one. */
  readonly sourceUs?: number
}

export interface TriggerInput extends Device {
  onEdge(listener: (edge: TriggerEdge) => void): Undo
}
