/** What a recording of Benchframe says of itself, wherever it stands: in the finished file, or in the journal of one that is not finished. */
import type { Json, RunEvent } from '../../../src-preload/contract/record'
import type { ImageFrames } from './frame-table'
import { NO_SCHEMA, type KeySchema } from './key-schema'
import type { PlanFacts } from './plan-facts'

export interface Recording {
  readonly schema: KeySchema
  readonly events: readonly RunEvent[]
  readonly finish: { readonly end: string; readonly frames: number } | null
  readonly plan: PlanFacts | null
  /** Global metadata by namespace. */
  readonly globals: ReadonlyMap<string, Json>
  /** Frames by image, where the journal has the records; their index is in storage order. */
  readonly frames: readonly ImageFrames[] | null
}

export const NO_RECORDING: Recording = {
  schema: NO_SCHEMA,
  events: [],
  finish: null,
  plan: null,
  globals: new Map(),
  frames: null
}
