/** Joins a Multi-D sequence to the stage, the devices and the camera. */
import type { MultiD } from '../../../src-preload/contract/multi-d'
import { applySettings, type SettingHands } from '../apply-settings'
import type { CameraOwner } from '../camera-owner'
import type { RunWorld } from '../run-plan'
import { MultiDSequence, type SequenceHands } from './sequence'

export type { Opening } from './sequence'

/** What a sequence needs of its run. */
export type SequencedRun = { readonly setting: SettingHands } & Pick<
  SequenceHands,
  'now' | 'fire' | 'whenOpen' | 'complete' | 'fail'
>

export function startSequence(
  plan: MultiD,
  world: RunWorld,
  owner: CameraOwner,
  run: SequencedRun
): MultiDSequence {
  const hands: SequenceHands = {
    ...run,
    apply: async (settings) => (await applySettings(settings, run.setting)).length === 0,
    place: () => world.place(),
    moveTo: (place, signal) => world.moveTo(place, signal),
    setExposure: (exposureMs) => owner.configure({ exposureMs })
  }
  const sequence = new MultiDSequence(plan, hands, owner.camera.settings.exposureMs)
  sequence.start()
  return sequence
}
