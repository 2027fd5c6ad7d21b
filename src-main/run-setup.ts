/** The set-up of a run, to and from a dataset. */
import { Failed } from '../src-preload/contract/failure'
import { isJsonObject, type Json } from '../src-preload/contract/record'
import { withoutThumbnails } from '../src-preload/contract/multi-d'
import type { KeptCamera } from '../src-preload/contract/camera'
import type { CameraStatus, RunRequest } from '../src-preload/contract/run'
import {
  MULTI_D_NAMESPACE,
  SETUP_NAMESPACE,
  setupFields,
  type FoundSetup,
  type RunSetup
} from '../src-preload/contract/run-setup'
import type { Rule } from '../src-preload/contract/rule'
import { openDataset } from './datasets/open-dataset'

/** The camera's settings as they are kept, in datasets and between starts. */
export const keptCamera = ({
  area,
  format,
  exposureMs
}: Pick<CameraStatus, 'area' | 'format' | 'exposureMs'>): KeptCamera & Json => ({
  ...area,
  pixelType: format.pixelType,
  exposureMs
})

/** Global metadata of a run: what it was set to. */
export function setupGlobals(
  { trigger, format, frames, seconds, fullPool }: Omit<RunRequest, 'folder' | 'prefix'>,
  rules: readonly Rule[],
  ring: RunSetup['ring'],
  camera: Pick<CameraStatus, 'area' | 'format' | 'exposureMs'>
): Readonly<Record<string, Json>> {
  const setup = {
    format,
    triggerKind: trigger.kind,
    ...(trigger.kind === 'interval' ? { intervalMs: trigger.everyMs } : {}),
    frames,
    seconds,
    fullPool,
    rules: rules as unknown as Json,
    ring,
    camera: keptCamera(camera)
  }
  return {
    [SETUP_NAMESPACE]: setup,
    ...(trigger.kind === 'multi-d' ? { [MULTI_D_NAMESPACE]: withoutThumbnails(trigger.plan) } : {})
  }
}

/** Answers every field that the dataset tells and that is legal today. */
export function setupIn(globals: ReadonlyMap<string, Json>): Partial<RunSetup> {
  const told = globals.get(SETUP_NAMESPACE)
  const plan = globals.get(MULTI_D_NAMESPACE)
  const stored: Record<string, unknown> = {
    ...(isJsonObject(told) ? told : {}),
    ...(isJsonObject(plan) ? { triggerKind: 'multi-d', multiD: plan } : {})
  }
  const setup: Record<string, unknown> = {}
  for (const [name, check] of Object.entries(setupFields)) {
    if (stored[name] === undefined) continue
    try {
      setup[name] = check(stored[name], name)
    } catch (error) {
      // Of another version, or changed by hand: that field stays as it is in the app.
      if (!(error instanceof Failed)) throw error
    }
  }
  return setup
}

export async function findSetup(path: string): Promise<FoundSetup> {
  const dataset = await openDataset(path)
  try {
    const setup = setupIn(dataset.globals)
    if (Object.keys(setup).length === 0)
      throw new Failed('argument.invalid', `${dataset.path} does not tell how it was set up.`, {
        next: 'Choose a recording that Benchframe made.'
      })
    return { path: dataset.path, setup }
  } finally {
    await dataset.close()
  }
}
