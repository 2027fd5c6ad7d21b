/** The settings with which Benchframe recorded a dataset, as its own snapshot tells them; they make a copy that has the same axes, channels and positions. */
import type { Json } from '../../../src-preload/contract/record'
import type { StreamPlan } from '../../formats/file-sink'
import type { Dataset } from '../dataset'
import { planFacts } from '../records/plan-facts'

export type OwnSettings = Pick<
  StreamPlan,
  'axes' | 'positionAxis' | 'storageOrder' | 'images' | 'plate' | 'y' | 'x' | 'startedAt' | 'significantBits'
>

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Null where Benchframe did not write it, or the snapshot does not fit what is there. */
export function ownSettings({ globals, images }: Dataset): OwnSettings | null {
  const own = globals.get('benchframe')
  const settings = isObject(own) ? own['settings'] : undefined
  if (planFacts(settings) === null || !isObject(settings)) return null
  if (!isObject(settings['y']) || !isObject(settings['x']) || typeof settings['startedAt'] !== 'string')
    return null
  const told = settings as unknown as OwnSettings
  const outer = images[0]?.axes.filter(({ name }) => !['y', 'x', 's'].includes(name)).length
  return told.images.length >= images.length && outer === told.axes.length ? told : null
}
