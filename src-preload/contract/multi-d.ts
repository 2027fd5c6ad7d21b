/** Multi-D: a planned sequence of time × positions × channels × z, in the user's order. Plain data, kept in the settings and in each dataset. */
import { Failed } from './failure'
import {
  fieldCount,
  plateCheck,
  platePositions,
  plateProblem,
  usualPlate,
  wellsInOrder,
  type PlatePlan,
  type Well
} from './plate-plan'
import {
  filledText,
  integer,
  list,
  nullable,
  number,
  oneOf,
  optional,
  scalar,
  shape,
  text,
  truth,
  type Check,
  type Checked
} from './check'

export const MULTI_D_AXES = ['t', 'p', 'c', 'z'] as const
export type MultiDAxis = (typeof MULTI_D_AXES)[number]

const micrometers = number(-1e6, 1e6)
/** Of a picture of 64 pixels, as a data URL. */
const MOST_THUMBNAIL_CHARS = 8_000
export const positionCheck = shape({
  name: filledText(100),
  /** Stage coordinates in µm; z null: it stays where it is. */
  x: micrometers,
  y: micrometers,
  z: nullable(micrometers),
  /** What focus has drifted by, in µm: every move in z at this position has it added. */
  focusOffset: optional(micrometers),
  /** What was seen there when it was marked. It stays in the settings and never enters a dataset. */
  thumbnail: optional(text(MOST_THUMBNAIL_CHARS))
})

export const channelCheck = shape({
  name: filledText(100),
  /** `#rrggbb`; null: none. */
  color: nullable(text(7)),
  /** null: the camera's. */
  exposureMs: nullable(number(0.01, 600_000)),
  /** What makes the channel: set before its frame: off first, on last, the values of a device in their order. */
  set: list(shape({ device: filledText(500), property: filledText(200), value: scalar }), 20)
})

const order: Check<readonly MultiDAxis[]> = (found, name) => {
  const axes = list(oneOf(...MULTI_D_AXES), 4)(found, name)
  // A list of at most four in which none is missing holds each once.
  if (MULTI_D_AXES.every((axis) => axes.includes(axis))) return axes
  throw new Failed('argument.invalid', `${name} is ${axes.join(', ')}; allowed is t, p, c and z, each once.`)
}

export const multiDCheck = shape({
  /** Outermost first. */
  order,
  time: shape({ on: truth, count: integer(1, 1e6), everyMs: number(0, 86_400_000) }),
  positions: shape({
    on: truth,
    list: list(positionCheck, 10_000),
    /** Where the positions come from; left out: the list. Both are kept. */
    from: optional(oneOf('list', 'plate')),
    plate: optional(plateCheck)
  }),
  channels: shape({ on: truth, list: list(channelCheck, 32) }),
  /** From and to in µm, around the z of the position, or around where the stage stands. */
  z: shape({ on: truth, from: micrometers, to: micrometers, step: number(0.001, 1e5) })
})

export type MultiD = Checked<typeof multiDCheck>
export type MultiDPosition = Checked<typeof positionCheck>
export type MultiDChannel = Checked<typeof channelCheck>

export const usualMultiD = (): MultiD => ({
  order: ['t', 'p', 'c', 'z'],
  time: { on: true, count: 10, everyMs: 1_000 },
  positions: { on: false, list: [] },
  channels: { on: false, list: [] },
  z: { on: false, from: -5, to: 5, step: 1 }
})

/** A place that the stage goes to; `well` where it is a field of a plate. */
export type PlannedPosition = Omit<MultiDPosition, 'thumbnail'> & { readonly well?: Well }

/** The plate that the positions come from; null: they are a list, or not used. */
export const plateOf = ({ positions }: MultiD): PlatePlan | null =>
  positions.on && positions.from === 'plate' ? (positions.plate ?? usualPlate()) : null

/** The positions in the order they are visited; null: the plan has none. */
export function positionsOf(plan: MultiD): readonly PlannedPosition[] | null {
  const plate = plateOf(plan)
  if (plate !== null) return platePositions(plate)
  return plan.positions.on ? plan.positions.list : null
}

/** The plan as a run and its dataset get it. */
export const withoutThumbnails = (plan: MultiD): MultiD => ({
  ...plan,
  positions: { ...plan.positions, list: plan.positions.list.map(({ thumbnail: _, ...position }) => position) }
})

/** The plan with another focus offset for the positions of this name. */
export function withFocusOffset(plan: MultiD, name: string, focusOffset: number): MultiD {
  const { positions } = plan
  const plate = plateOf(plan)
  if (plate !== null) {
    const focusOffsets = { ...plate.focusOffsets, [name]: focusOffset }
    return { ...plan, positions: { ...positions, plate: { ...plate, focusOffsets } } }
  }
  const list = positions.list.map((one) => (one.name === name ? { ...one, focusOffset } : one))
  return { ...plan, positions: { ...positions, list } }
}

/** Offsets of the z planes in µm, in the order they are taken. The last is at most `to`. */
export function zOffsets({ from, to, step }: MultiD['z']): readonly number[] {
  const count = Math.floor(Math.abs(to - from) / step + 1e-9) + 1
  const way = to >= from ? step : -step
  // Micrometers to six decimals: a picometer, and no 0.30000000000000004.
  return Array.from({ length: count }, (_, i) => Math.round((from + i * way) * 1e6) / 1e6)
}

/** How many there are along an axis; 1 for one that is not used. */
export function countAlong(plan: MultiD, axis: MultiDAxis): number {
  switch (axis) {
    case 't':
      return plan.time.on ? plan.time.count : 1
    case 'p': {
      const plate = plateOf(plan)
      if (plate !== null) return wellsInOrder(plate).length * fieldCount(plate)
      return plan.positions.on ? plan.positions.list.length : 1
    }
    case 'c':
      return plan.channels.on ? plan.channels.list.length : 1
    case 'z':
      return plan.z.on ? zOffsets(plan.z).length : 1
  }
}

/** Where the plan describes each axis. */
export const AXIS_PARTS = { t: 'time', p: 'positions', c: 'channels', z: 'z' } as const

/** The axes that are used, outermost first. */
export const axesInUse = (plan: MultiD): readonly MultiDAxis[] =>
  plan.order.filter((axis) => plan[AXIS_PARTS[axis]].on)

export const frameCount = (plan: MultiD): number =>
  plan.order.reduce((product, axis) => product * countAlong(plan, axis), 1)

/** Seconds that it takes at least: exposures and waiting, without moves. */
export function leastSeconds(plan: MultiD, cameraExposureMs: number): number {
  const exposures = plan.channels.on ? plan.channels.list.map((channel) => channel.exposureMs) : [null]
  const all = exposures.reduce<number>((sum, ms) => sum + (ms ?? cameraExposureMs), 0)
  const frames = (frameCount(plan) / Math.max(1, exposures.length)) * (all / 1000)
  if (!plan.time.on || plan.order[0] !== 't') return frames
  return Math.max(frames, ((plan.time.count - 1) * plan.time.everyMs) / 1000)
}

/** Why it can't be carried out by itself, in one sentence; null: it can. */
export function multiDProblem(plan: MultiD): string | null {
  if (axesInUse(plan).length === 0) return 'No axis is turned on.'
  const plate = plateOf(plan)
  const positions = positionsOf(plan)
  if (plate !== null) {
    const problem = plateProblem(plate)
    if (problem !== null) return problem
  } else if (positions?.length === 0) return 'The position list is empty.'
  if (plan.channels.on && plan.channels.list.length === 0) return 'There is no channel.'
  for (const [what, names] of [
    ['position', positions?.map(({ name }) => name) ?? []],
    ['channel', plan.channels.on ? plan.channels.list.map(({ name }) => name) : []]
  ] as const) {
    const seen = new Set<string>()
    const twice = names.find((name) => seen.size === seen.add(name).size)
    if (twice !== undefined) return `Two ${what}s are called ${twice}.`
  }
  return null
}
