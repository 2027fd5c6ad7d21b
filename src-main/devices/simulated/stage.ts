/** A simulated XYZ stage: constant speed on each axis, then a short ringing until it is still. A newer move takes over from a running one. */
import type { DeviceStatus } from '../../../src-preload/contract/device'
import { Failed } from '../../../src-preload/contract/failure'
import type { KeyInfo } from '../../../src-preload/contract/record'
import type { MonoNs, Stage, StagePosition } from '../device'
import { numberWithin, unknownProperty, type Limits } from '../limits'
import { createListeners } from '../listeners'
import { START_UM } from './beads'
import { msBetween, type WorldClock } from './world-clock'

const AXES = ['x', 'y', 'z'] as const
type Axis = (typeof AXES)[number]

const ID = 'sim-stage'
const LABEL = 'Simulated stage'
const LIMITS: Readonly<Record<Axis, Limits>> = {
  x: { min: -3000, max: 3000, unit: 'µm' },
  y: { min: -3000, max: 3000, unit: 'µm' },
  z: { min: -500, max: 500, unit: 'µm' }
}
const UM_PER_MS: Readonly<Record<Axis, number>> = { x: 2, y: 2, z: 0.5 }
const SETTLE_MS = 40
const RING_UM = 0.3

interface Motion {
  readonly from: StagePosition
  readonly to: StagePosition
  readonly startedAt: MonoNs
}

interface Waiting {
  readonly timers: readonly NodeJS.Timeout[]
  readonly fail: (error: Failed) => void
}

export interface SimulatedStage extends Stage {
  positionAt(time: MonoNs): StagePosition
}

export function createSimulatedStage(clock: WorldClock): SimulatedStage {
  const changes = createListeners<void>()
  let motion: Motion = { from: START_UM, to: START_UM, startedAt: clock.now() - 10_000_000_000n }
  let waiting: Waiting | null = null
  let closed = false

  const positionAt = (time: MonoNs): StagePosition => {
    const ms = msBetween(motion.startedAt, time)
    const at = (axis: Axis): number => axisAt(motion.from[axis], motion.to[axis], UM_PER_MS[axis], ms)
    return { x: at('x'), y: at('y'), z: at('z') }
  }

  function halt(why: Failed): void {
    const here = positionAt(clock.now())
    motion = { from: here, to: here, startedAt: clock.now() - 10_000_000_000n }
    const before = waiting
    waiting = null
    before?.timers.forEach(clearTimeout)
    before?.fail(why)
  }

  function moveTo(place: Partial<StagePosition>, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (closed) throw new Failed('device.absent', `${LABEL} is closed.`)
      if (signal?.aborted === true)
        throw new Failed('cancelled', `${LABEL}: the move was cancelled before it began.`)
      const target = checked(place)
      halt(new Failed('cancelled', `${LABEL}: a newer move took over.`))
      const from = positionAt(clock.now())
      const to = { ...from, ...target }
      motion = { from, to, startedAt: clock.now() }
      const cancel = (): void => {
        halt(new Failed('cancelled', `${LABEL}: the move was cancelled; the stage stopped where it was.`))
        changes.tell()
      }
      const settled = (): void => {
        waiting?.timers.forEach(clearTimeout)
        waiting = null
        signal?.removeEventListener('abort', cancel)
        changes.tell()
        resolve()
      }
      const fail = (error: Failed): void => {
        signal?.removeEventListener('abort', cancel)
        reject(error)
      }
      const tick = setInterval(() => changes.tell(), 100)
      waiting = { timers: [tick, setTimeout(settled, Math.ceil(travelMs(motion)) + SETTLE_MS + 1)], fail }
      signal?.addEventListener('abort', cancel)
      changes.tell()
    })
  }

  function status(): DeviceStatus {
    const place = positionAt(clock.now())
    return {
      id: ID,
      label: LABEL,
      kinds: ['stage'],
      state: closed ? 'absent' : waiting === null ? 'ready' : 'busy',
      proof: 'simulated',
      port: 'built in',
      properties: AXES.map((axis) => ({
        key: axis,
        label: axis.toUpperCase(),
        unit: 'µm',
        value: place[axis],
        ageMs: 0,
        stale: false,
        settable: true,
        min: LIMITS[axis].min,
        max: LIMITS[axis].max,
        recordKey: `position_${axis}`
      }))
    }
  }

  return {
    id: ID,
    kind: 'stage',
    status,
    onChange: changes.add,
    async set(property, value) {
      const axis = AXES.find((name) => name === property)
      if (axis === undefined) throw unknownProperty(LABEL, property)
      const target = checked({ [axis]: numberWithin(LABEL, axis, value, LIMITS[axis]) })
      // Accepted is enough here: whoever needs the stage still calls moveTo. A stop or a newer move ends this one, which is no error.
      moveTo(target).catch((error: unknown) => {
        if (!(error instanceof Failed && error.code === 'cancelled')) throw error
      })
      return Promise.resolve()
    },
    moveTo,
    stop() {
      halt(new Failed('cancelled', `${LABEL} was stopped.`))
      changes.tell()
      return Promise.resolve()
    },
    readings() {
      const now = clock.now()
      const place = positionAt(now)
      return AXES.map((axis) => ({ key: keyOf(axis), value: place[axis], at: now, stale: closed }))
    },
    close() {
      halt(new Failed('cancelled', `${LABEL} was closed.`))
      closed = true
      changes.tell()
      changes.clear()
      return Promise.resolve()
    },
    positionAt
  }
}

const KEYS: Readonly<Record<Axis, KeyInfo>> = {
  x: { key: 'position_x', type: 'number', unit: 'µm', source: ID },
  y: { key: 'position_y', type: 'number', unit: 'µm', source: ID },
  z: { key: 'position_z', type: 'number', unit: 'µm', source: ID }
}
const keyOf = (axis: Axis): KeyInfo => KEYS[axis]

function checked(place: Partial<StagePosition>): Partial<StagePosition> {
  const wanted = AXES.filter((axis) => place[axis] !== undefined)
  return Object.fromEntries(
    wanted.map((axis) => [axis, numberWithin(LABEL, axis, place[axis] as number, LIMITS[axis])])
  )
}

function travelMs({ from, to }: Motion): number {
  return Math.max(...AXES.map((axis) => Math.abs(to[axis] - from[axis]) / UM_PER_MS[axis]))
}

/** Where an axis is `ms` after it set off, as the controller reports it: in steps of 0.01 µm. */
function axisAt(from: number, to: number, umPerMs: number, ms: number): number {
  const distance = to - from
  if (distance === 0) return to
  const travel = Math.abs(distance) / umPerMs
  if (ms < travel) return hundredths(from + (distance * Math.max(0, ms)) / travel)
  const after = ms - travel
  if (after >= SETTLE_MS) return to
  return hundredths(to + Math.sign(distance) * RING_UM * Math.exp(-after / 8) * Math.cos(after / 3))
}

const hundredths = (um: number): number => Math.round(um * 100) / 100
