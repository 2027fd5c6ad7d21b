/** What the parts of a serial instrument have in common: its connection, its name, and how a part tells its state. */
import type {
  DeviceKind,
  DeviceStatus,
  Proof,
  PropertyState,
  Tried
} from '../../../src-preload/contract/device'
import type { Failed } from '../../../src-preload/contract/failure'
import type { Camera, Device, Readable, TriggerInput, Undo } from '../device'
import type { Listeners } from '../listeners'
import type { Connection } from './connection'
import type { Quantity } from './quantities'

export interface Instrument {
  readonly id: string
  readonly path: string
  readonly proof: Proof
  readonly connection: Connection
  readonly changes: Listeners<void>
  /** The name by which failures and the device list call it. */
  label(): string
}

/** A serial instrument as the device set sees it: one entry in the list, several devices. */
export interface SerialInstrument extends Device {
  readonly kind: 'instrument'
  readonly path: string
  readonly parts: readonly Device[]
  /** Parts that have a place of their own in the list of devices. */
  readonly entries?: readonly Device[]
  readonly readables: readonly Readable[]
  readonly trigger: TriggerInput | null
  /** Takes the place of the simulated camera while it is connected. */
  readonly camera?: Camera
  traffic(): readonly string[]
  /** A line by hand, as it is. Absent where the instrument has no lines. */
  tryOut?(line: string): Promise<Tried>
  /** Light off and motion stopped; fails when the instrument did not confirm it. */
  makeSafe(): Promise<void>
}

/** Told to each part by the instrument. */
export interface Part {
  onLost(why: Failed): void
}

export function partStatus(
  { id, path, proof, connection, label }: Instrument,
  kinds: readonly DeviceKind[],
  properties: readonly PropertyState[],
  busy: boolean
): DeviceStatus {
  const { state, problem, identity, garbage } = connection
  const next = problem?.next
  return {
    id,
    label: label(),
    kinds,
    state: state === 'ready' && busy ? 'busy' : state,
    ...(problem === null ? {} : { problem: problem.message }),
    ...(next === undefined ? {} : { next }),
    proof,
    port: path,
    ...(identity === null ? {} : { identity: identity.text }),
    properties,
    garbage,
    takesLines: true
  }
}

export interface Shown {
  readonly key: string
  readonly label: string
  readonly unit?: string
  readonly settable: boolean
  readonly min?: number
  readonly max?: number
  readonly choices?: readonly string[]
  readonly recordKey?: string
}

export function property(
  shown: Shown,
  quantity: Pick<Quantity<number | boolean | string>, 'value' | 'ageMs' | 'stale'>
): PropertyState {
  const now = process.hrtime.bigint()
  return { ...shown, value: quantity.value, ageMs: quantity.ageMs(now), stale: quantity.stale(now) }
}

/** Asks a question whose answer is one line. */
export async function ask({ connection }: Instrument, line: string, urgent = false): Promise<string> {
  const [answer = ''] = await connection.request(line, { urgent })
  return answer
}

export const changesOf =
  ({ changes }: Instrument) =>
  (listener: () => void): Undo =>
    changes.add(listener)
