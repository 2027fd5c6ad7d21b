/** The stage of a Micro-Manager configuration: its XY stage and its focus as one, in µm, moved without waiting for it and watched until it is still. */
import type { PropertyState } from '../../../src-preload/contract/device'
import { Failed } from '../../../src-preload/contract/failure'
import type { Reading, Stage, StagePosition } from '../device'
import { numberWithin, unknownProperty, type PropertyValue } from '../limits'
import { createQuantity, readingOf } from '../serial/quantities'
import type { MmConnection } from './connection'
import type { MmWhere } from './messages'
import { partStatus, propertyStates, setMmProperty } from './property-device'

export const AXES = ['x', 'y', 'z'] as const
export type Axis = (typeof AXES)[number]
export type TravelLimits = Partial<Record<Axis, readonly [number, number]>>

const LOOK_EVERY_MS = 100
const LOOK_MOVING_MS = 10
const STILL_WITHIN_MS = 60_000
const STOP_WITHIN_MS = 1000
const NAME = 'Stage'

interface Motion {
  readonly end: (why: Failed | null) => void
}

export interface MmStage extends Stage {
  refresh(): Promise<void>
}

/** `limits` are the user's: Micro-Manager itself tells none for stages. */
export function createMmStage(connection: MmConnection, limits: TravelLimits): MmStage {
  const id = `${connection.id}/stage`
  const alive = (): boolean => connection.state === 'ready'
  const places = {
    x: createQuantity<number>(alive),
    y: createQuantity<number>(alive),
    z: createQuantity<number>(alive)
  }
  const members = (): readonly string[] =>
    [connection.facts.xy, connection.facts.z].filter((label) => label !== '')
  const has = (axis: Axis): boolean => (axis === 'z' ? connection.facts.z : connection.facts.xy) !== ''
  let motion: Motion | null = null
  let looking = false
  let closed = false

  function take({ place, busy }: MmWhere): boolean {
    const at = process.hrtime.bigint()
    let news = false
    for (const axis of AXES) {
      const value = place[axis]
      // A controller's -0 is 0.
      if (value !== undefined && places[axis].take(value + 0, at)) news = true
    }
    if (news) connection.changes.tell()
    return busy
  }

  async function refresh(): Promise<void> {
    if (members().length > 0) take(await connection.ask('where', {}).answer)
  }

  // A place that can't be read grows old and stale, which is what is told.
  const timer = setInterval(() => {
    if (looking || motion !== null || !alive()) return
    looking = true
    refresh()
      .catch(() => undefined)
      .finally(() => (looking = false))
  }, LOOK_EVERY_MS).unref()
  const undo = connection.turns.add((why) => {
    if (why !== null) halt(why)
  })

  /** The running move ends with this; the stage itself is not told. */
  function halt(why: Failed): boolean {
    const before = motion
    motion = null
    before?.end(why)
    return before !== null
  }

  const askStop = async (): Promise<void> =>
    void take(await connection.ask('stop', {}, { timeoutMs: STOP_WITHIN_MS }).answer)

  async function stop(): Promise<void> {
    halt(new Failed('cancelled', `${NAME} was stopped.`))
    if (alive()) await askStop()
    connection.changes.tell()
  }

  /** Resolves when the move was accepted; `still` when it is over. */
  async function setOff(
    place: Partial<StagePosition>,
    signal?: AbortSignal
  ): Promise<{ still: Promise<void> }> {
    if (closed) throw new Failed('device.absent', `${NAME} is closed.`)
    if (connection.problem !== null) throw connection.problem
    if (signal?.aborted === true)
      throw new Failed('cancelled', `${NAME}: the move was cancelled before it began.`)
    const target = checked(place, limits, has)
    const wasMoving = halt(new Failed('cancelled', `${NAME}: a newer move took over.`))
    let end: Motion['end'] = () => undefined
    const still = new Promise<void>((resolve, reject) => {
      end = (why) => (why === null ? resolve() : reject(why))
    })
    still.catch(() => undefined) // whoever waits for it hears of it
    const own: Motion = { end }
    motion = own
    const cancel = (): void => {
      if (motion !== own) return
      halt(new Failed('cancelled', `${NAME}: the move was cancelled; the stage stopped where it was.`))
      askStop().catch((error: unknown) => connection.traffic.add('event', `stop: ${String(error)}`))
    }
    signal?.addEventListener('abort', cancel)
    connection.changes.tell()
    try {
      if (wasMoving) await askStop()
      if (motion === own) {
        take(await connection.ask('move', target).answer)
        if (motion !== own) await askStop() // stopped meanwhile, perhaps before it had set off
      }
    } catch (error) {
      if (motion === own) motion = null
      end(error as Failed)
      connection.changes.tell()
      throw error
    }
    void watch(own).finally(() => signal?.removeEventListener('abort', cancel))
    return { still }
  }

  async function watch(own: Motion): Promise<void> {
    const limit = performance.now() + STILL_WITHIN_MS
    try {
      while (motion === own) {
        const busy = take(await connection.ask('where', {}).answer)
        if (motion !== own) break
        if (!busy) return finish(own, null)
        if (performance.now() > limit)
          return finish(
            own,
            new Failed('device.timeout', `${NAME} is still moving after ${STILL_WITHIN_MS / 1000} s.`)
          )
        await new Promise((resolve) => setTimeout(resolve, LOOK_MOVING_MS))
      }
    } catch (error) {
      finish(own, error as Failed)
    }
  }

  function finish(own: Motion, why: Failed | null): void {
    if (motion === own) motion = null
    own.end(why)
    connection.changes.tell()
  }

  function properties(): readonly PropertyState[] {
    const now = process.hrtime.bigint()
    const axes = AXES.filter(has).map((axis) => {
      const [min, max] = limits[axis] ?? []
      return {
        key: axis,
        label: axis.toUpperCase(),
        unit: 'µm',
        value: places[axis].value,
        ageMs: places[axis].ageMs(now),
        stale: places[axis].stale(now),
        settable: true,
        ...(min === undefined || max === undefined ? {} : { min, max }),
        recordKey: `position_${axis}`
      }
    })
    const others = members().flatMap((label) => {
      const device = connection.device(label)
      return device === undefined ? [] : propertyStates(connection, device, `${label}/`)
    })
    return [...axes, ...others]
  }

  return {
    id,
    kind: 'stage',
    status: () => ({
      ...partStatus(connection, id, NAME, 'stage', properties(), motion !== null),
      ...(closed && { state: 'absent' as const }),
      identity: members().join(' and ')
    }),
    onChange: connection.changes.add,
    async set(property: string, value: PropertyValue) {
      const axis = AXES.find((one) => one === property)
      const member = members().find((label) => property.startsWith(`${label}/`))
      if (member !== undefined)
        return setMmProperty(connection, member, property.slice(member.length + 1), value)
      if (axis === undefined || !has(axis)) throw unknownProperty(NAME, property)
      await setOff({ [axis]: numberWithin(NAME, axis, value, asLimits(limits[axis])) })
    },
    moveTo: async (place, signal) => (await setOff(place, signal)).still,
    stop,
    readings(): readonly Reading[] {
      const now = process.hrtime.bigint()
      return AXES.filter(has).flatMap((axis) =>
        readingOf({ key: `position_${axis}`, type: 'number', unit: 'µm', source: id }, places[axis], now)
      )
    },
    refresh,
    async close() {
      if (closed) return
      closed = true
      clearInterval(timer)
      undo()
      halt(new Failed('cancelled', `${NAME} was closed.`))
      if (alive()) await askStop().catch(() => undefined) // it stops once more when its program ends
    }
  }
}

const asLimits = (
  [min, max]: readonly [number, number] = [-Infinity, Infinity]
): {
  min: number
  max: number
  unit: string
} => ({ min, max, unit: 'µm' })

function checked(
  place: Partial<StagePosition>,
  limits: TravelLimits,
  has: (axis: Axis) => boolean
): Partial<StagePosition> {
  const wanted = AXES.flatMap((axis) => {
    const value = place[axis]
    if (value === undefined || !has(axis)) return []
    return [[axis, numberWithin(NAME, axis, value, asLimits(limits[axis]))] as const]
  })
  return Object.fromEntries(wanted)
}
