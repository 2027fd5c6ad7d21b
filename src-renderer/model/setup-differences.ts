/** What it would change to set up a run as another was: each setting with its value now and then. */
import { isJsonObject } from '../../src-preload/contract/record'
import type { Argument } from '../../src-preload/contract/commands'
import {
  axesInUse,
  countAlong,
  frameCount,
  plateOf,
  withoutThumbnails,
  type MultiD
} from '../../src-preload/contract/multi-d'
import { fieldCount, wellsInOrder } from '../../src-preload/contract/plate-plan'
import { AREA_PARTS, type SensorArea } from '../../src-preload/contract/pixels'
import type { CameraStatus } from '../../src-preload/contract/run'
import type { RunSetup } from '../../src-preload/contract/run-setup'
import type { Settings } from '../../src-preload/contract/settings'
import { strings } from '../strings'
import type { Patch } from './draft'

export interface SetupDifference {
  readonly label: string
  readonly now: string
  readonly then: string
  readonly change:
    | { readonly kind: 'settings'; readonly patch: Patch }
    | { readonly kind: 'camera'; readonly wanted: Argument<'camera.configure'> }
}

type Setting = Exclude<keyof RunSetup, 'camera'>

const text = strings.setup
const order: readonly Setting[] = [
  'triggerKind',
  'intervalMs',
  'multiD',
  'frames',
  'seconds',
  'format',
  'fullPool',
  'rules',
  'ring'
]

const labels: Record<Setting, string> = {
  triggerKind: strings.run.trigger,
  intervalMs: strings.run.every,
  multiD: strings.multiD.title,
  format: strings.run.format,
  fullPool: strings.run.policy,
  ...text.labels
}

export function setupDifferences(
  setup: Partial<RunSetup>,
  settings: Settings,
  camera: CameraStatus | null
): readonly SetupDifference[] {
  const found = order.flatMap((name): SetupDifference[] => {
    const then = setup[name]
    // Key by key: the order of keys is no difference.
    if (then === undefined || sorted(then) === sorted(kept(settings, name))) return []
    const change = { kind: 'settings', patch: { [name]: then } as Patch } as const
    return [{ label: labels[name], now: told(name, settings), then: told(name, setup), change }]
  })
  return [...found, ...cameraDifferences(setup.camera, camera)]
}

/** As a dataset has it. */
const kept = (settings: Settings, name: Setting): unknown =>
  name === 'multiD' ? withoutThumbnails(settings.multiD) : settings[name]

function cameraDifferences(
  then: RunSetup['camera'] | undefined,
  camera: CameraStatus | null
): readonly SetupDifference[] {
  if (then === undefined || camera === null) return []
  const { area, format, exposureMs } = camera
  // Older set-ups tell the size alone.
  const told = AREA_PARTS.filter((name) => then[name] !== undefined)
  const part = (from: Partial<SensorArea>): Partial<SensorArea> =>
    Object.fromEntries(told.map((name) => [name, from[name]]))
  const rows = [
    {
      label: strings.camera.exposure,
      now: text.ms(exposureMs),
      then: text.ms(then.exposureMs),
      wanted: { exposureMs: then.exposureMs }
    },
    {
      label: strings.camera.size,
      now: text.area(part(area)),
      then: text.area(part(then)),
      wanted: part(then)
    },
    {
      label: text.labels.pixelType,
      now: format.pixelType,
      then: then.pixelType,
      wanted: { pixelType: then.pixelType }
    }
  ]
  return rows
    .filter((row) => row.now !== row.then)
    .map(({ wanted, ...row }) => ({ ...row, change: { kind: 'camera', wanted } as const }))
}

function told(name: Setting, from: Partial<RunSetup>): string {
  switch (name) {
    case 'triggerKind':
      return from.triggerKind === undefined ? '' : strings.run.triggers[from.triggerKind]
    case 'intervalMs':
      return from.intervalMs === undefined ? '' : text.ms(from.intervalMs)
    case 'frames':
      return from.frames == null ? text.noLimit : String(from.frames)
    case 'seconds':
      return from.seconds == null ? text.noLimit : text.seconds(from.seconds)
    case 'format':
      return from.format === undefined ? '' : strings.run.formats[from.format]
    case 'fullPool':
      return from.fullPool === undefined ? '' : strings.run.policies[from.fullPool]
    case 'multiD':
      return from.multiD === undefined ? '' : planText(from.multiD)
    case 'rules':
      return from.rules?.map((rule) => rule.name).join(', ') || text.none
    case 'ring':
      return (from.ring?.frames ?? 0) === 0
        ? text.none
        : text.ring(from.ring?.frames ?? 0, from.ring?.everyMs ?? 0)
  }
}

/** `4 times × 2 positions = 8 frames`. */
export function planText(plan: MultiD): string {
  const axes = axesInUse(plan)
  if (axes.length === 0) return strings.multiD.none
  const plate = plateOf(plan)
  const product = axes.map((axis) =>
    axis === 'p' && plate !== null
      ? strings.platePlan.chosen(wellsInOrder(plate).length, fieldCount(plate))
      : `${countAlong(plan, axis)} ${strings.multiD.counted[axis]}`
  )
  return `${product.join(' × ')} = ${strings.multiD.frames(frameCount(plan))}`
}

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    isJsonObject(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each
  )
