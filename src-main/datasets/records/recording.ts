/** What a recording of Benchframe says of itself, wherever it stands: in the finished file, or in the journal of one that is not finished. */
import { isJsonObject, type Json, type RunEvent } from '../../../src-preload/contract/record'
import type { StoredForm } from '../../../src-preload/contract/stored-form'
import type { ImageFrames } from './frame-table'
import type { JournalPixels } from './journal-pixels'
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
  /** Sizes of each image in storage order, as far as the journal's frames reach; null where there is no journal. */
  readonly sizes: readonly (readonly number[])[] | null
  /** Pixels of an unfinished OME-Zarr. */
  readonly pixels: JournalPixels | null
}

export const NO_RECORDING: Recording = {
  schema: NO_SCHEMA,
  events: [],
  finish: null,
  plan: null,
  globals: new Map(),
  frames: null,
  sizes: null,
  pixels: null
}

/** The form is below `benchframe` in a finished OME-Zarr, and under its own namespace everywhere else. */
export function formIn({ globals }: Pick<Recording, 'globals'>): StoredForm | null {
  const own = globals.get('benchframe')
  const found = globals.get('benchframe/form') ?? (isJsonObject(own) ? own.form : undefined)
  return isJsonObject(found) ? found : null
}
