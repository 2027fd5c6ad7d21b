/** Devices as the page sees them. */

export type DeviceKind = 'camera' | 'stage' | 'light' | 'sensor' | 'trigger' | 'instrument'
export type DeviceState = 'absent' | 'opening' | 'ready' | 'busy' | 'error' | 'lost'

/** How a driver was proven; shown with the device, so that nobody takes a simulation for a bench. */
export type Proof = 'real firmware' | 'independent peer' | 'protocol twin' | 'simulated' | 'never on hardware'

/** One readable (and perhaps settable) value of a device. */
export interface PropertyState {
  readonly key: string
  readonly label: string
  readonly unit?: string
  readonly value: number | string | boolean | null
  /** Age of the value in ms when this state was made; null before the first reading. */
  readonly ageMs: number | null
  readonly stale: boolean
  readonly settable: boolean
  readonly min?: number
  readonly max?: number
  readonly choices?: readonly string[]
  /** The key under which it enters each frame's record, where it does. */
  readonly recordKey?: string
}

export interface DeviceStatus {
  readonly id: string
  readonly label: string
  readonly kinds: readonly DeviceKind[]
  readonly state: DeviceState
  /** One sentence when the state is `error` or `lost`. */
  readonly problem?: string
  readonly next?: string
  readonly proof: Proof
  /** Where it is connected (a port's path), or `built in`. */
  readonly port: string
  readonly identity?: string
  readonly properties: readonly PropertyState[]
  /** Lines from the wire that made no sense, since it was opened. */
  readonly garbage?: number
  /** A line can be sent to it by hand. */
  readonly takesLines?: boolean
  /** The instrument in the list that it belongs to, by id. */
  readonly partOf?: string
}

/** What came of a line that was sent by hand. */
export interface Tried {
  /** Its lines, with bytes written as \xNN; null when none is awaited. */
  readonly answer: readonly string[] | null
  /** What the device's profile reads in it, by name. */
  readonly values: Readonly<Record<string, number | string | boolean>>
  readonly ms: number
}

/** A kind of serial instrument that can be connected. */
export interface InstrumentKind {
  readonly id: string
  readonly label: string
  readonly proof: Proof
}

export interface SerialPortInfo {
  readonly path: string
  readonly label: string
  /** The kind of instrument it leads to, where that is known. */
  readonly kind?: string
}
