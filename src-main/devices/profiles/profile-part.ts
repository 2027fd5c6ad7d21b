/** A light or a sensor by a profile: properties with limits and read-back, and readings for the records. */
import type { DeviceKind, PropertyState } from '../../../src-preload/contract/device'
import { Failed } from '../../../src-preload/contract/failure'
import type { Readable } from '../device'
import { numberWithin, trueOrFalse, unknownProperty, type PropertyValue } from '../limits'
import { changesOf, partStatus, property, type Instrument, type Part } from '../serial/part'
import { readingOf, type Quantity } from '../serial/quantities'
import type { PartProfile, PropertyProfile } from './profile'
import type { Given, Speaker } from './speaker'
import type { Values } from './values'

const FRESH_TIMEOUT_MS = 1000

export interface ProfileInstrument extends Instrument {
  readonly values: Values
  readonly speaker: Speaker
  /** Runs a command over the connection and keeps what its answer told. */
  run(name: string, given?: Given, urgent?: boolean): Promise<void>
}

export interface ProfilePart<K extends DeviceKind> extends Readable, Part {
  readonly kind: K
  allOff(): Promise<void>
}

export function createProfilePart<K extends 'light' | 'sensor'>(
  instrument: ProfileInstrument,
  kind: K,
  part: PartProfile
): ProfilePart<K> {
  const { connection, values, run, label } = instrument
  const id = `${instrument.id}/${kind}`

  function checked(wanted: PropertyProfile, value: PropertyValue): PropertyValue {
    const { key, min = -Infinity, max = Infinity, unit = '', boolean, choices } = wanted
    if (boolean === true) return trueOrFalse(label(), key, value)
    if (choices === undefined) return numberWithin(label(), key, value, { min, max, unit })
    if (typeof value === 'string' && choices.includes(value)) return value
    throw new Failed('argument.invalid', `${label()}: ${key} can't be “${value}”.`, {
      next: `Choose one of ${choices.join(', ')}.`
    })
  }

  async function set(name: string, value: PropertyValue): Promise<void> {
    const wanted = part.properties.find(({ key }) => key === name)
    if (wanted?.set === undefined) throw unknownProperty(label(), name)
    await run(wanted.set, { [name]: checked(wanted, value) })
    await readBack()
  }

  /** All of them: a switch changes the power too. */
  async function readBack(): Promise<void> {
    for (const name of new Set(part.properties.map(({ read }) => read)))
      if (name !== undefined) await ask(name)
  }

  /** A question whose answer comes as a push is answered when its values are newer than it. */
  async function ask(name: string): Promise<void> {
    const askedAt = performance.now()
    await run(name)
    if (instrument.speaker.command(name).silent !== true) return
    const awaited = part.properties.filter(({ read }) => read === name)
    const ageMs = (one: PropertyProfile): number =>
      values.of(one.value).ageMs(process.hrtime.bigint()) ?? Infinity
    while (!awaited.every((one) => ageMs(one) <= performance.now() - askedAt)) {
      if (connection.state !== 'ready')
        throw connection.problem ?? new Failed('device.lost', `${label()} was lost.`)
      if (performance.now() - askedAt > FRESH_TIMEOUT_MS)
        throw new Failed('device.timeout', `${label()} did not tell its state within ${FRESH_TIMEOUT_MS} ms.`)
      await new Promise((resolve) => setTimeout(resolve, 3))
    }
  }

  async function allOff(): Promise<void> {
    for (const name of part.off ?? []) await run(name, {}, true)
    await readBack()
  }

  /** What was set and can't be asked for doesn't grow old: it holds while the instrument is there. */
  const isKept = ({ read, set: setBy }: PropertyProfile): boolean =>
    read === undefined && setBy !== undefined && instrument.speaker.command(setBy).keeps !== undefined

  const states = (): PropertyState[] =>
    part.properties.map((one) => {
      const { key, label: shown, unit, value, set: setBy, min, max, choices, recordKey } = one
      const state = property(
        {
          key,
          label: shown,
          settable: setBy !== undefined,
          ...(unit === undefined ? {} : { unit }),
          ...(min === undefined ? {} : { min }),
          ...(max === undefined ? {} : { max }),
          ...(choices === undefined ? {} : { choices }),
          ...(recordKey === undefined ? {} : { recordKey })
        },
        values.of(value)
      )
      return isKept(one) ? { ...state, stale: connection.state !== 'ready' } : state
    })

  return {
    id,
    kind,
    status: () => ({ ...partStatus(instrument, [kind], states(), false), id }),
    onChange: changesOf(instrument),
    set,
    readings() {
      const now = process.hrtime.bigint()
      return part.properties.flatMap(({ value, recordKey, unit }) => {
        const quantity = values.of(value)
        if (recordKey === undefined || typeof quantity.value !== 'number') return []
        const key = {
          key: recordKey,
          type: 'number' as const,
          source: id,
          ...(unit === undefined ? {} : { unit })
        }
        return readingOf(key, quantity as Quantity<number>, now)
      })
    },
    allOff,
    onLost: () => undefined,
    close: () => (connection.state === 'ready' && part.off !== undefined ? allOff() : Promise.resolve())
  }
}
