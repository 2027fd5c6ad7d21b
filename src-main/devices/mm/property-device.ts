/** One device of Micro-Manager, whatever it is, by its properties: read back, set within limits and choices, and written beside the frames where that says something. */
import type { DeviceKind, DeviceStatus, PropertyState } from '../../../src-preload/contract/device'
import { Failed } from '../../../src-preload/contract/failure'
import type { Light, Readable, Reading } from '../device'
import { numberWithin, trueOrFalse, unknownProperty, type PropertyValue } from '../limits'
import type { MmConnection } from './connection'
import type { MmDevice, MmProperty } from './messages'

/** Old, for a value that is asked for every second. */
const STALE_MS = 5000

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')

/** Values that change by themselves, so that they are asked for: what a sensor measures. The camera is left alone. */
export const isMeasured = ({ type }: MmDevice, { readOnly, value }: MmProperty): boolean =>
  readOnly && typeof value === 'number' && !['camera', 'core', 'state', 'hub'].includes(type)

function recordKey(connection: MmConnection, device: MmDevice, property: MmProperty): string | undefined {
  if (device.type === 'state' && property.name === 'Label') return slug(device.label)
  // With auto shutter it is open while a frame is exposed, whatever was read before.
  if (device.type === 'shutter' && property.name === 'open')
    return isAutoShutter(connection, device.label) ? undefined : slug(device.label)
  return isMeasured(device, property) ? `${slug(device.label)}_${slug(property.name)}` : undefined
}

function isAutoShutter(connection: MmConnection, shutter: string): boolean {
  const core = connection.device('Core')?.properties
  const is = (name: string): PropertyValue | undefined => core?.find((one) => one.name === name)?.value
  return is('AutoShutter') === true && is('Shutter') === shutter
}

/** A property as the page sees it; `prefix` keeps apart the properties of several devices in one. */
export function propertyStates(
  connection: MmConnection,
  device: MmDevice,
  prefix = ''
): readonly PropertyState[] {
  const now = process.hrtime.bigint()
  // What can be set comes first; many adapters begin with their name and description.
  const inOrder = [...device.properties].sort((a, b) => Number(a.readOnly) - Number(b.readOnly))
  return inOrder.map((property) => {
    const { name, value, readOnly, min, max, choices, unit } = property
    const at = connection.readAt(device.label, name)
    const ageMs = at === null ? null : Number(now - at) / 1e6
    const key = recordKey(connection, device, property)
    return {
      key: `${prefix}${name}`,
      label: `${prefix === '' ? '' : `${device.label} `}${name === 'open' ? 'Open' : name}`,
      value,
      ageMs,
      stale: isStale(connection, device, property),
      settable: !readOnly,
      ...(unit === undefined ? {} : { unit }),
      ...(min === undefined || max === undefined ? {} : { min, max }),
      ...(choices === undefined ? {} : { choices }),
      ...(key === undefined ? {} : { recordKey: key })
    }
  })
}

function isStale(connection: MmConnection, device: MmDevice, property: MmProperty): boolean {
  if (connection.state !== 'ready') return true
  if (!isMeasured(device, property)) return false
  const at = connection.readAt(device.label, property.name) ?? 0n
  return Number(process.hrtime.bigint() - at) / 1e6 > STALE_MS
}

export async function setMmProperty(
  connection: MmConnection,
  label: string,
  name: string,
  value: PropertyValue
): Promise<void> {
  const property = connection.device(label)?.properties.find((one) => one.name === name)
  if (property === undefined || property.readOnly) throw unknownProperty(label, name)
  const wanted = accepted(label, property, value)
  // The camera's own between two exposures; so too what decides about its shutter.
  const withCamera = label === connection.facts.camera?.label || label === 'Core'
  const { answer } = connection.ask(
    'set',
    { device: label, property: name, value: wanted },
    withCamera ? { lane: 'camera' } : {}
  )
  connection.take(await answer)
}

function accepted(label: string, property: MmProperty, value: PropertyValue): PropertyValue {
  const { name, min = -Infinity, max = Infinity, choices, unit = '' } = property
  if (choices !== undefined) {
    const wanted = String(value)
    if (choices.includes(wanted)) return wanted
    throw new Failed('argument.invalid', `${label}: ${name} can't be “${wanted}”.`, {
      next: `Choose one of ${choices.join(', ')}.`
    })
  }
  if (typeof property.value === 'boolean') return trueOrFalse(label, name, value)
  return typeof property.value === 'number'
    ? numberWithin(label, name, value, { min, max, unit })
    : String(value)
}

export function partStatus(
  connection: MmConnection,
  id: string,
  label: string,
  kind: DeviceKind,
  properties: readonly PropertyState[],
  busy: boolean
): DeviceStatus {
  const { state, problem } = connection
  const description = connection.device(label)?.description ?? ''
  return {
    id,
    label,
    kinds: [kind],
    state: state === 'ready' && busy ? 'busy' : state,
    ...(problem === null ? {} : { problem: problem.message, next: problem.next ?? '' }),
    proof: 'independent peer',
    port: connection.cfg,
    partOf: connection.id,
    ...(description === '' ? {} : { identity: description }),
    properties
  }
}

/** `allOff` where it is a shutter. */
export function createPropertyDevice(connection: MmConnection, { label, type }: MmDevice): Readable | Light {
  const id = `${connection.id}/${label}`
  const states = (): readonly PropertyState[] => {
    const device = connection.device(label)
    return device === undefined ? [] : propertyStates(connection, device)
  }
  const device = {
    id,
    status: () =>
      partStatus(connection, id, label, type === 'shutter' ? 'light' : 'instrument', states(), false),
    onChange: connection.changes.add,
    set: (name: string, value: PropertyValue) => setMmProperty(connection, label, name, value),
    readings: () => states().flatMap((state) => readingOf(connection, id, label, state)),
    close: () => Promise.resolve()
  }
  if (type !== 'shutter') return { ...device, kind: 'instrument' }
  return {
    ...device,
    kind: 'light',
    allOff: async () => connection.take(await connection.ask('dark', { shutters: [label] }).answer)
  }
}

function readingOf(
  connection: MmConnection,
  source: string,
  label: string,
  state: PropertyState
): readonly Reading[] {
  const { recordKey: key, value, unit, stale } = state
  const at = connection.readAt(label, state.key)
  if (key === undefined || value === null || at === null) return []
  const type = typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : 'boolean'
  return [{ key: { key, type, source, ...(unit === undefined ? {} : { unit }) }, value, at, stale }]
}
