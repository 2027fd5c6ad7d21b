/** A stage by a profile: sets off, waits until it is still, and makes sure that it is where it was sent (acceptance D5). */
import { Failed } from '../../../src-preload/contract/failure'
import type { PropertyState } from '../../../src-preload/contract/device'
import type { Stage, StagePosition } from '../device'
import { numberWithin, unknownProperty, type PropertyValue } from '../limits'
import { changesOf, partStatus, property, type Part } from '../serial/part'
import { readingOf, type Quantity } from '../serial/quantities'
import type { ProfileInstrument } from './profile-part'
import type { StageProfile } from './profile'

const AXES = ['x', 'y', 'z'] as const
type Axis = (typeof AXES)[number]
type Place = Partial<StagePosition>

const MOVE_TIMEOUT_MS = 60_000
const FRESH_TIMEOUT_MS = 1000
/** A controller may say that it is still before it has begun: this often it may say so away from the target. */
const AWAY_TRIES = 5

export interface ProfileStage extends Stage, Part {
  refresh(): Promise<void>
}

interface Move {
  fail(error: Failed): void
  readonly failed: Promise<never>
}

export function createProfileStage(instrument: ProfileInstrument, stage: StageProfile): ProfileStage {
  const { connection, values, run, speaker, label } = instrument
  const id = `${instrument.id}/stage`
  const axes = AXES.filter((axis) => stage.axes[axis] !== undefined)
  const limits = (axis: Axis): { min: number; max: number; unit: string } => ({
    min: 0,
    max: 0,
    ...stage.axes[axis],
    unit: 'µm'
  })
  const quantity = (axis: Axis): Quantity<number> =>
    values.of(stage.axes[axis]?.value ?? axis) as Quantity<number>
  let move: Move | null = null

  const ageMs = (name: string): number => values.of(name).ageMs(process.hrtime.bigint()) ?? Infinity

  /** Asks for the place, and waits until what it tells is newer than the question. */
  async function refresh(): Promise<void> {
    const askedAt = performance.now()
    for (const name of stage.position) await run(name)
    await within(FRESH_TIMEOUT_MS, 'tell its place', () =>
      axes.every((axis) => ageMs(stage.axes[axis]?.value ?? axis) <= performance.now() - askedAt)
    )
  }

  async function within(timeoutMs: number, what: string, so: () => boolean): Promise<void> {
    const startedAt = performance.now()
    while (!so()) {
      if (connection.state !== 'ready')
        throw connection.problem ?? new Failed('device.lost', `${label()} was lost.`)
      if (performance.now() - startedAt > timeoutMs) {
        throw new Failed('device.timeout', `${label()} did not ${what} within ${timeoutMs} ms.`)
      }
      await pause(3)
    }
  }

  function checked(place: Partial<Record<Axis, PropertyValue>>): Place {
    const named = AXES.filter((axis) => place[axis] !== undefined)
    const strange = named.find((axis) => !axes.includes(axis))
    if (strange !== undefined) throw new Failed('argument.invalid', `${label()} has no axis ${strange}.`)
    if (named.length === 0)
      throw new Failed('argument.invalid', `${label()}: a move names at least one axis.`)
    return Object.fromEntries(
      named.map((axis) => [axis, numberWithin(label(), axis, place[axis] as PropertyValue, limits(axis))])
    )
  }

  /** Takes over from a running move and sends the commands. */
  async function setOff(place: Partial<Record<Axis, PropertyValue>>): Promise<{ own: Move; target: Place }> {
    const target = checked(place)
    const own = newMove()
    const before = move
    move = own
    before?.fail(new Failed('cancelled', `${label()}: a newer move took over.`))
    try {
      if (before !== null) for (const name of stage.stop) await run(name, {}, true)
      const given = stage.relative === true ? await wayTo(target) : target
      for (const name of stage.move) if (speaker.canRun(name, given)) await run(name, given)
    } catch (error) {
      ended(own)
      throw error
    }
    instrument.changes.tell()
    return { own, target }
  }

  async function wayTo(target: Place): Promise<Place> {
    await refresh()
    const named = axes.filter((axis) => target[axis] !== undefined)
    return Object.fromEntries(named.map((axis) => [axis, (target[axis] ?? 0) - (quantity(axis).value ?? 0)]))
  }

  function ended(own: Move): void {
    if (move === own) move = null
    instrument.changes.tell()
  }

  async function arrive({ own, target }: { own: Move; target: Place }): Promise<void> {
    const startedAt = performance.now()
    const timeoutMs = stage.timeoutMs ?? MOVE_TIMEOUT_MS
    try {
      for (let away = 0; ;) {
        await Promise.race([own.failed, untilStill(startedAt, timeoutMs)])
        await Promise.race([own.failed, refresh()])
        if (isAt(target)) return
        if (++away >= AWAY_TRIES) throw short(target)
      }
    } finally {
      ended(own)
    }
  }

  async function untilStill(startedAt: number, timeoutMs: number): Promise<void> {
    if (stage.wait !== undefined) return void (await run(stage.wait))
    for (;;) {
      const askedAt = performance.now()
      for (const name of stage.ask ?? []) await run(name)
      await pause(stage.pollMs)
      const fresh = (stage.still ?? []).every(({ value }) => ageMs(value) <= performance.now() - askedAt)
      if (fresh && isStill()) return
      const ms = performance.now() - startedAt
      if (ms > timeoutMs) {
        throw new Failed('device.timeout', `${label()} is still moving after ${Math.round(ms / 1000)} s.`, {
          next: 'Stop it, and look whether something blocks the stage.'
        })
      }
    }
  }

  const isStill = (): boolean =>
    (stage.still ?? []).every(({ value, is }) => is.includes(String(values.of(value).value)))

  const isAt = (target: Place): boolean =>
    axes.every(
      (axis) =>
        target[axis] === undefined ||
        Math.abs((quantity(axis).value ?? Infinity) - (target[axis] ?? 0)) <= stage.toleranceUm
    )

  const short = (target: Place): Failed => {
    const there = axes.map((axis) => `${axis} ${quantity(axis).value ?? '?'}`).join(', ')
    return new Failed(
      'device.refused',
      `${label()} stopped at ${there} µm instead of ${JSON.stringify(target)}.`,
      {
        next: 'Look whether something blocks the stage or a limit was reached.'
      }
    )
  }

  async function moveTo(place: Place, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true)
      throw new Failed('cancelled', `${label()}: the move was cancelled before it began.`)
    const cancel = (): void => {
      const own = move
      stop().catch((error: unknown) => error instanceof Failed && own?.fail(error))
    }
    signal?.addEventListener('abort', cancel)
    try {
      await arrive(await setOff(place))
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  async function stop(): Promise<void> {
    const own = move
    for (const name of stage.stop) await run(name, {}, true)
    own?.fail(new Failed('cancelled', `${label()} was stopped.`))
    await refresh()
  }

  function properties(): PropertyState[] {
    return axes.map((axis) => {
      const shown = {
        key: axis,
        label: axis.toUpperCase(),
        settable: true,
        recordKey: `position_${axis}`,
        ...limits(axis)
      }
      const { min, max, unit, key, settable, recordKey } = shown
      return property({ key, label: shown.label, unit, settable, min, max, recordKey }, quantity(axis))
    })
  }

  return {
    id,
    kind: 'stage',
    status: () => ({ ...partStatus(instrument, ['stage'], properties(), move !== null), id }),
    onChange: changesOf(instrument),
    async set(name, value) {
      const axis = axes.find((known) => known === name)
      if (axis === undefined) throw unknownProperty(label(), name)
      const going = await setOff({ [axis]: value })
      // Accepted is enough here. How it ends is seen in the state and, when it ends badly, in the traffic.
      arrive(going).catch((error: unknown) => connection.traffic.add('event', String(error)))
    },
    moveTo,
    stop,
    readings() {
      const now = process.hrtime.bigint()
      return axes.flatMap((axis) =>
        readingOf({ key: `position_${axis}`, type: 'number', unit: 'µm', source: id }, quantity(axis), now)
      )
    },
    refresh,
    onLost: (why) => move?.fail(why),
    close: () => (connection.state === 'ready' ? stop() : Promise.resolve())
  }
}

function newMove(): Move {
  let fail: (error: Failed) => void = () => undefined
  const failed = new Promise<never>((_, reject) => (fail = reject))
  failed.catch(() => undefined) // whoever waits hears it; when nobody does yet, it is no bug
  return { fail, failed }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
