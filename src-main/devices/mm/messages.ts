/** What Benchframe and its Python program for Micro-Manager (resources/micromanager/side.py) say to each other. Pixels are in a file that both see. */
import type { FailureCode } from '../../../src-preload/contract/failure'
import type { SensorSize } from '../../../src-preload/contract/pixels'
import type { CameraSettings, StagePosition } from '../device'
import type { PropertyValue } from '../limits'

export interface MmProperty {
  readonly name: string
  readonly value: PropertyValue
  readonly readOnly: boolean
  readonly min?: number
  readonly max?: number
  readonly choices?: readonly string[]
  readonly unit?: string
}

export interface MmDevice {
  readonly label: string
  /** Micro-Manager's kind of device, in words. */
  readonly type: string
  readonly description: string
  readonly library: string
  readonly properties: readonly MmProperty[]
}

/** A group of presets. */
export interface MmGroup {
  readonly name: string
  readonly choices: readonly string[]
  /** null: none of them holds. */
  readonly value: string | null
  /** Sets something of the camera, too. */
  readonly camera: boolean
}

export interface MmCamera {
  readonly label: string
  readonly settings: CameraSettings
  readonly bits: number
  readonly pixelTypes: readonly CameraSettings['pixelType'][]
  readonly sensor: SensorSize
  readonly exposureMs: { readonly min?: number; readonly max?: number }
  readonly pixelSizeUm: number | null
}

export interface MmFacts {
  readonly version: string
  /** Labels; empty: there is none. */
  readonly xy: string
  readonly z: string
  readonly camera: MmCamera | null
  readonly devices: readonly MmDevice[]
  readonly groups: readonly MmGroup[]
}

/** What is so after something was set. */
export interface MmAfter {
  readonly devices: readonly MmDevice[]
  readonly groups: readonly MmGroup[]
  readonly camera: MmCamera | null
}

export interface MmWhere {
  readonly place: Partial<StagePosition>
  readonly busy: boolean
}

export interface MmValue {
  readonly device: string
  readonly property: string
  readonly value: PropertyValue
}

type Nothing = Readonly<Record<string, never>>

/** What can be asked: with what, and what is answered. */
export interface MmRequests {
  readonly open: { with: { cfg: string; folders: readonly string[] }; ok: MmFacts }
  readonly clock: { with: Nothing; ok: { readonly ns: string } }
  readonly set: { with: { device: string; property: string; value: PropertyValue }; ok: MmAfter }
  readonly preset: { with: { group: string; preset: string }; ok: MmAfter }
  readonly watch: { with: { wanted: readonly (readonly [string, string])[] }; ok: readonly MmValue[] }
  readonly configure: { with: { settings: Partial<CameraSettings> }; ok: MmAfter }
  readonly ring: { with: { path: string; bytes: number }; ok: Nothing }
  readonly expose: { with: { offset: number; bytes: number }; ok: { readonly ns: string } }
  readonly move: { with: Partial<StagePosition>; ok: MmWhere }
  readonly where: { with: Nothing; ok: MmWhere }
  readonly stop: { with: Nothing; ok: MmWhere }
  readonly dark: { with: { shutters: readonly string[] }; ok: MmAfter }
  readonly safe: { with: Nothing; ok: MmAfter }
}
export type MmRequest = keyof MmRequests

/** Each is worked through in order, beside the others: nothing waits behind an exposure that need not. */
export const LANES: Readonly<Record<MmRequest, string>> = {
  open: 'camera',
  ring: 'camera',
  configure: 'camera',
  expose: 'camera',
  clock: 'clock',
  set: 'devices',
  preset: 'camera',
  watch: 'watch',
  move: 'stage',
  where: 'stage',
  stop: 'stop',
  dark: 'stop',
  safe: 'stop'
}

export interface MmFailed {
  readonly code: FailureCode
  readonly message: string
  readonly next: string
}

export type FromSide =
  | { readonly event: 'hello'; readonly python: string; readonly pymmcore: string }
  | { readonly event: 'missing'; readonly python: string; readonly why: string }
  | { readonly event: 'started'; readonly id: number; readonly ns: string }
  | ({ readonly event: 'property' } & Omit<MmValue, 'value'> & { readonly value: string })
  | { readonly id: number; readonly ok: unknown }
  | { readonly id: number; readonly failed: MmFailed }
