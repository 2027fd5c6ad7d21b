/** The settings with which Benchframe recorded a dataset, as its own snapshot tells them; they make a copy that has the same axes, channels and positions. */
import { isJsonObject } from '../../../src-preload/contract/record'
import type { StreamPlan } from '../../formats/file-sink'
import type { Dataset } from '../dataset'
import { planFacts } from '../records/plan-facts'

export type OwnSettings = Pick<
  StreamPlan,
  'axes' | 'positionAxis' | 'storageOrder' | 'images' | 'plate' | 'y' | 'x' | 'startedAt' | 'significantBits'
>

/** Null where Benchframe did not write it, or the snapshot does not fit what is there. */
export function ownSettings({ globals, images }: Dataset): OwnSettings | null {
  const own = globals.get('benchframe')
  const settings = isJsonObject(own) ? own['settings'] : undefined
  if (planFacts(settings) === null || !isJsonObject(settings)) return null
  if (
    !isJsonObject(settings['y']) ||
    !isJsonObject(settings['x']) ||
    typeof settings['startedAt'] !== 'string'
  )
    return null
  const told = settings as unknown as OwnSettings
  const outer = images[0]?.axes.filter(({ name }) => !['y', 'x', 's'].includes(name)).length
  return told.images.length >= images.length && outer === told.axes.length ? told : null
}
