/** What is looked at before a Multi-D run: whether the plan can be carried out, whether it fits on the disk, and what it is in one phrase. */
import type { DeviceStatus } from '../src-preload/contract/device'
import {
  axesInUse,
  countAlong,
  frameCount,
  multiDProblem,
  plateOf,
  positionsOf,
  zOffsets,
  type MultiD,
  type PlannedPosition
} from '../src-preload/contract/multi-d'
import { Failed } from '../src-preload/contract/failure'
import { fieldCount, wellsInOrder, type PlatePlan } from '../src-preload/contract/plate-plan'
import type { PreflightLine } from '../src-preload/contract/run'

const FIX = 'Edit the Multi-D plan.'

export function multiDLine(plan: MultiD, devices: readonly DeviceStatus[]): PreflightLine {
  const problem = multiDProblem(plan) ?? stageProblem(plan, devices) ?? channelProblem(plan, devices)
  return problem === null
    ? { id: 'trigger', level: 'ok', text: `Multi-D: ${multiDPhrase(plan)}` }
    : { id: 'trigger', level: 'stop', text: problem, fix: FIX }
}

/** `4 times × 2 positions × 3 z = 24 frames`. */
export function multiDPhrase(plan: MultiD): string {
  const names = { t: 'times', p: 'positions', c: 'channels', z: 'z' }
  const one = { t: 'time', p: 'position', c: 'channel', z: 'z' }
  const plate = plateOf(plan)
  const axes = axesInUse(plan).map((axis) => {
    if (axis === 'p' && plate !== null) return platePhrase(plate)
    const count = countAlong(plan, axis)
    return `${count} ${(count === 1 ? one : names)[axis]}`
  })
  const frames = frameCount(plan)
  const total = frames === 1 ? '1 frame' : `${frames} frames`
  return axes.length === 1 ? `${axes[0] ?? ''}, ${total}` : `${axes.join(' × ')} = ${total}`
}

/** `12 wells × 4 fields`. */
function platePhrase(plate: PlatePlan): string {
  const wells = wellsInOrder(plate).length
  const fields = fieldCount(plate)
  const phrase = wells === 1 ? '1 well' : `${wells} wells`
  return fields === 1 ? phrase : `${phrase} × ${fields} fields`
}

/** Bytes of the whole plan in all formats. */
export const multiDBytes = (plan: MultiD, frameBytes: number, copies: number): number =>
  frameCount(plan) * frameBytes * copies

export const sizeText = (bytes: number): string =>
  bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`

type Axis = 'x' | 'y' | 'z'

function stageProblem(plan: MultiD, devices: readonly DeviceStatus[]): string | null {
  if (!plan.positions.on && !plan.z.on) return null
  const stages = devices.filter(
    ({ kinds, state }) => kinds.includes('stage') && (state === 'ready' || state === 'busy')
  )
  if (stages.length === 0) return 'Positions and z need a stage, and none is ready.'
  const limits: Limits = (axis) => {
    const found = stages
      .flatMap(({ properties }) => properties)
      .filter(
        ({ recordKey, min, max }) =>
          recordKey === `position_${axis}` && min !== undefined && max !== undefined
      )
    // With several stages in the list the widest range: which one moves is known when the run starts, and the stage checks it again.
    return found.length === 0
      ? null
      : {
          min: Math.min(...found.map(({ min = 0 }) => min)),
          max: Math.max(...found.map(({ max = 0 }) => max))
        }
  }
  const offsets = plan.z.on ? zOffsets(plan.z) : [0]
  const outside = (positionsOf(plan) ?? []).flatMap((position) => {
    const why = outsideOf(position, offsets, limits)
    return why === null ? [] : [{ position, why }]
  })
  const [first] = outside
  if (first === undefined) return null
  const { position, why } = first
  return position.well === undefined
    ? `${position.name} lies outside of the stage: ${why}`
    : `${wellList(outside.flatMap(({ position: { well } }) => well?.name ?? []))} outside of the stage: at ${position.name} ${why}`
}

type Limits = (axis: Axis) => { readonly min: number; readonly max: number } | null

/** `x is 120000 µm, allowed is 0 to 100000 µm.`; null: it can be reached. */
function outsideOf(
  { x, y, z, focusOffset = 0 }: PlannedPosition,
  zOffsets: readonly number[],
  limits: Limits
): string | null {
  const places: readonly (readonly [Axis, number])[] = [
    ['x', x],
    ['y', y],
    ...(z === null ? [] : zOffsets.map((offset) => ['z', z + focusOffset + offset] as const))
  ]
  for (const [axis, at] of places) {
    const range = limits(axis)
    if (range !== null && (at < range.min || at > range.max))
      return `${axis} is ${at} µm, allowed is ${range.min} to ${range.max} µm.`
  }
  return null
}

const MOST_NAMED = 6
/** `Wells A1, A2 and 10 more lie`. */
function wellList(names: readonly string[]): string {
  const wells = [...new Set(names)]
  const named = wells.slice(0, MOST_NAMED).join(', ')
  if (wells.length > MOST_NAMED) return `Wells ${named} and ${wells.length - MOST_NAMED} more lie`
  return wells.length === 1 ? `Well ${named} lies` : `Wells ${named} lie`
}

/** Throws where the plan leads out of the range of the stage. */
export function checkReach(plan: MultiD, devices: readonly DeviceStatus[]): void {
  const problem = stageProblem(plan, devices)
  if (problem !== null)
    throw new Failed('argument.invalid', problem, { next: 'Stay within the range of the stage.' })
}

function channelProblem(plan: MultiD, devices: readonly DeviceStatus[]): string | null {
  if (!plan.channels.on) return null
  for (const { name, set } of plan.channels.list) {
    for (const { device, property, value } of set) {
      const found = devices.find(({ id }) => id === device)
      if (found === undefined) return `Channel ${name} sets ${property} of ${device}, which is not connected.`
      const known = found.properties.find(({ key }) => key === property)
      if (known === undefined) return `Channel ${name} sets ${property}, which ${found.label} has not.`
      const { min = -Infinity, max = Infinity } = known
      if (typeof value === 'number' && (value < min || value > max))
        return `Channel ${name} sets ${known.label} of ${found.label} to ${value}; allowed is ${min} to ${max}.`
    }
  }
  return null
}
