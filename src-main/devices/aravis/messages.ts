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
  /** Large packets need a network that takes them (jumbo frames); null: not a network camera. */
  readonly packetBytes: number | null
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
  /** Intervals at which it can take frames by itself; null: it does so on command only. */
  readonly intervalsMs: Range | null
  /** Bytes of a packet of a network camera; null: it has none. */
  readonly packetBytes: Range | null
}

export interface FoundCamera {
  readonly id: string
  readonly label: string
}

export interface GenicamThreadStart {
  /** One Int32: 1 cuts a running exposure short. */
  readonly control: SharedArrayBuffer
}

/** Where the pixels of a frame go. */
export interface Place {
  readonly buffer: SharedArrayBuffer
  readonly offset: number
  readonly length: number
}

export type ToGenicamThread =
  | { readonly kind: 'list' }
  | { readonly kind: 'open'; readonly camera: string; readonly settings: Partial<GenicamSettings> }
  | { readonly kind: 'configure'; readonly settings: Partial<GenicamSettings> }
  | ({ readonly kind: 'expose' } & Place)
  /** Frame after frame into the places, until `unpace`; their messages come in between the answers. */
  | { readonly kind: 'pace'; readonly everyMs: number }
  /** Room for a frame to come; has no answer. */
  | ({ readonly kind: 'place'; readonly slot: number } & Place)
  | { readonly kind: 'unpace' }
  /** Answers as long as the camera does. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'close' }

export interface Exposed {
  readonly startedAt: bigint
  readonly frame: number
  readonly ticks: bigint
  readonly lostBefore: number
}

/** What happens while the camera goes at its own pace. */
export type PaceNews =
  | ({ readonly kind: 'frame'; readonly slot: number } & Exposed)
  | { readonly kind: 'missed'; readonly cause: 'transport' | 'no place' }
  | { readonly kind: 'pace ended'; readonly failure: Failure }

export type FromGenicamThread =
  | PaceNews
  | { readonly kind: 'cameras'; readonly cameras: readonly FoundCamera[] }
  | { readonly kind: 'facts'; readonly facts: GenicamFacts }
  | { readonly kind: 'done' }
  | { readonly kind: 'started'; readonly at: bigint }
  | ({ readonly kind: 'exposed' } & Exposed)
  | { readonly kind: 'failed'; readonly failure: Failure }
