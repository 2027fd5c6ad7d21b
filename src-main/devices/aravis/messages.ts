/** What a GenICam camera and its thread say to each other. Pixels are not in it: they lie in shared memory that both see. */
import type { SensorSize } from '../../../src-preload/contract/pixels'
import type { CameraSettings } from '../device'
import type { Failure } from '../../../src-preload/contract/failure'

/** What sets off an exposure: our command, or an edge at the camera's own input. */
export const CAMERA_TRIGGERS = ['software', 'line'] as const
export type CameraTrigger = (typeof CAMERA_TRIGGERS)[number]

export interface GenicamSettings extends CameraSettings {
  readonly trigger: CameraTrigger
  /** null: the camera has none. */
  readonly gain: number | null
}

export interface Range {
  readonly min: number
  readonly max: number
}

/** What the camera is and can do, and what it is set to. */
export interface GenicamFacts {
  readonly name: string
  readonly settings: GenicamSettings
  readonly significantBits: number
  readonly pixelTypes: readonly ('uint8' | 'uint16')[]
  readonly sensor: SensorSize
  /** The camera takes sizes and offsets in these steps only; others are rounded down. */
  readonly steps: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  readonly exposureMs: Range
  readonly gain: Range | null
}

export interface FoundCamera {
  readonly id: string
  readonly label: string
}

export interface GenicamThreadStart {
  /** One Int32: 1 cuts a running exposure short. */
  readonly control: SharedArrayBuffer
}

export type ToGenicamThread =
  | { readonly kind: 'list' }
  | { readonly kind: 'open'; readonly camera: string; readonly settings: Partial<GenicamSettings> }
  | { readonly kind: 'configure'; readonly settings: Partial<GenicamSettings> }
  | {
      readonly kind: 'expose'
      readonly buffer: SharedArrayBuffer
      readonly offset: number
      readonly length: number
    }
  /** Answers as long as the camera does. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'close' }

export type FromGenicamThread =
  | { readonly kind: 'cameras'; readonly cameras: readonly FoundCamera[] }
  | { readonly kind: 'facts'; readonly facts: GenicamFacts }
  | { readonly kind: 'done' }
  | { readonly kind: 'started'; readonly at: bigint }
  | {
      readonly kind: 'exposed'
      readonly startedAt: bigint
      readonly frame: number
      readonly ticks: bigint
      readonly lostBefore: number
    }
  | { readonly kind: 'failed'; readonly failure: Failure }
