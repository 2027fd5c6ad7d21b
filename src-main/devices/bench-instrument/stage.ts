/** The stage of a bench instrument: moves that end when it says that it is still, with a bound on how long that may take. */
import { Failed } from '../../../src-preload/contract/failure'
import type { MonoNs, Stage, StagePosition } from '../device'
import { numberWithin, unknownProperty, type PropertyValue } from '../limits'
import { ask, changesOf, partStatus, property, type Instrument, type Part } from '../serial/part'
import { AXES, AXIS_LIMITS, commands, mustBeOk, parse, type Axis, type Report } from './protocol'
import { createQuantity, readingOf } from '../serial/quantities'

const MOVE_TIMEOUT_MS = 60_000
/** Reports tell when it is still; this asks too, for the case that a report was lost on the way. */
const ASK_EVERY_MS = 200

export interface BenchStage extends Stage, Part {
  take(report: Extract<Report, { kind: 'position' }>, at: MonoNs): void
  /** Asks for the place. */
  refresh(): Promise<void>
}

interface Move {
  readonly end: (error: Failed | null) => void
}

export function createBenchStage(instrument: Instrument): BenchStage {
  const { connection } = instrument
  const id = `${instrument.id}/stage`
  const alive = (): boolean => connection.state === 'ready'
  const places = {
    x: createQuantity<number>(alive),
    y: createQuantity<number>(alive),
    z: createQuantity<number>(alive)
  }
  let moving = false
  /** The move that waits for the stage to be still. */
  let move: Move | null = null
  let asked = 0

  function take({ place, moving: now }: Extract<Report, { kind: 'position' }>, at: MonoNs): void {
    let news = now !== moving
    for (const axis of AXES) news = places[axis].take(place[axis], at) || news
    moving = now
    if (!moving) move?.end(null)
    if (news) instrument.changes.tell()
  }

  async function refresh(): Promise<void> {
    const answer = await ask(instrument, commands.position)
    const report = parse(answer)
    if (report?.kind !== 'position')
      throw new Failed(
        'device.protocol',
        `${instrument.label()} answered “${answer}” when asked for its place.`
      )
    take(report, process.hrtime.bigint())
  }

  /** Sends the command; from then on the newest move is the one that counts. */
  async function setOff(place: Partial<StagePosition>): Promise<void> {
    const target = checked(instrument.label(), place)
    const number = ++asked
    move?.end(new Failed('cancelled', `${instrument.label()}: a newer move took over.`))
    const command = commands.move(target)
    mustBeOk(instrument.label(), command, await ask(instrument, command))
    if (number !== asked)
      throw new Failed('cancelled', `${instrument.label()}: a newer move took over, or it was stopped.`)
    moving = true
    instrument.changes.tell()
  }

  async function moveTo(place: Partial<StagePosition>, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true)
      throw new Failed('cancelled', `${instrument.label()}: the move was cancelled before it began.`)
    const cancel = (): void => {
      // A stop that fails is told by the move: it ends as cancelled or as lost, whichever comes first.
      stop().catch((error: unknown) => error instanceof Failed && move?.end(error))
    }
    signal?.addEventListener('abort', cancel)
    try {
      await setOff(place)
      await still()
      await refresh()
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  function still(): Promise<void> {
    return new Promise((resolve, reject) => {
      const startedAt = performance.now()
      const ask = setInterval(() => {
        const ms = performance.now() - startedAt
        if (ms > MOVE_TIMEOUT_MS) return end(tooLong(ms))
        // What it answers arrives as a report; no answer ends the link, and with it the move.
        refresh().catch(() => undefined)
      }, ASK_EVERY_MS)
      const end = (error: Failed | null): void => {
        clearInterval(ask)
        if (move === own) move = null
        if (error === null) resolve()
        else reject(error)
      }
      const own: Move = { end }
      move = own
    })
  }

  const tooLong = (ms: number): Failed =>
    new Failed('device.timeout', `${instrument.label()} is still moving after ${Math.round(ms / 1000)} s.`, {
      next: 'Stop it, and look whether something blocks the stage.'
    })

  async function stop(): Promise<void> {
    asked += 1
    const ended = move
    const answer = await ask(instrument, commands.stop, true)
    mustBeOk(instrument.label(), commands.stop, answer)
    ended?.end(new Failed('cancelled', `${instrument.label()} was stopped.`))
    await refresh()
  }

  return {
    id,
    kind: 'stage',
    status: () => ({ ...partStatus(instrument, ['stage'], properties(), moving), id }),
    onChange: changesOf(instrument),
    async set(name, value) {
      const axis = AXES.find((known) => known === name)
      if (axis === undefined) throw unknownProperty(instrument.label(), name)
      await setOff({ [axis]: value as number })
    },
    moveTo,
    stop,
    readings() {
      const now = process.hrtime.bigint()
      return AXES.flatMap((axis) =>
        readingOf({ key: `position_${axis}`, type: 'number', unit: 'µm', source: id }, places[axis], now)
      )
    },
    take,
    refresh,
    onLost(why) {
      moving = false
      move?.end(why)
    },
    close: () => (alive() ? stop() : Promise.resolve())
  }

  function properties(): ReturnType<typeof property>[] {
    return AXES.map((axis) => {
      const { min, max, unit } = AXIS_LIMITS[axis]
      const shown = {
        key: axis,
        label: axis.toUpperCase(),
        unit,
        settable: true,
        min,
        max,
        recordKey: `position_${axis}`
      }
      return property(shown, places[axis])
    })
  }
}

function checked(label: string, place: Partial<Record<Axis, PropertyValue>>): Partial<Record<Axis, number>> {
  const wanted = AXES.filter((axis) => place[axis] !== undefined)
  if (wanted.length === 0) throw new Failed('argument.invalid', `${label}: a move names at least one axis.`)
  return Object.fromEntries(
    wanted.map((axis) => [axis, numberWithin(label, axis, place[axis] as PropertyValue, AXIS_LIMITS[axis])])
  )
}
