/** What the camera and its thread say to each other. Pixels are not in it: they lie in shared memory that both see. */
import type { Bead } from './beads'
import type { Scene } from './frame-generator'
import type { View } from './view'

export interface CameraThreadStart {
  readonly seed: number
  readonly view: View
  /** One Int32: 0 while an exposure may go on, 1 to cut it short. */
  readonly control: SharedArrayBuffer
}

export type ToCameraThread =
  | { readonly kind: 'view'; readonly view: View }
  | {
      readonly kind: 'expose'
      readonly buffer: SharedArrayBuffer
      readonly offset: number
      readonly length: number
      readonly startedAt: bigint
      readonly scene: Scene
    }
  | { readonly kind: 'ping' }
  | { readonly kind: 'beads' }

export type FromCameraThread =
  | { readonly kind: 'exposed' }
  | { readonly kind: 'cut short' }
  | { readonly kind: 'failed'; readonly text: string }
  | { readonly kind: 'pong' }
  | { readonly kind: 'beads'; readonly beads: readonly Bead[] }
