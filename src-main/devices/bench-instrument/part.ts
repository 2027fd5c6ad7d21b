/** What the four parts of a bench instrument have in common: its connection, its name, and how a part tells its state. */
import type { DeviceKind, DeviceStatus, PropertyState } from '../../../src-preload/contract/device'
import type { Failed } from '../../../src-preload/contract/failure'
import type { Undo } from '../device'
import type { Listeners } from '../listeners'
import type { Connection } from '../serial/connection'
import type { Quantity } from '../serial/quantities'

export interface Instrument {
  readonly id: string
  readonly path: string
  readonly connection: Connection
  readonly changes: Listeners<void>
  /** The name by which failures and the device list call it. */
  label(): string
}

/** Told to each part by the instrument. */
export interface Part {
  onLost(why: Failed): void
}

export function partStatus(
  { id, path, connection, label }: Instrument,
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
    proof: 'protocol twin',
    port: path,
    ...(identity === null ? {} : { identity: identity.text }),
    properties,
    garbage
  }
}

export interface Shown {
  readonly key: string
  readonly label: string
  readonly unit?: string
  readonly settable: boolean
  readonly min?: number
  readonly max?: number
  readonly recordKey?: string
}

export function property(shown: Shown, quantity: Quantity<number> | Quantity<boolean>): PropertyState {
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
