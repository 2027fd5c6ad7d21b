/** A configuration of Micro-Manager as an entry of the device list: its presets, and below it each of its devices. */
import { readFileSync } from 'node:fs'
import { list, number, optional, shape, type Check } from '../../../src-preload/contract/check'
import type { DeviceStatus, PropertyState } from '../../../src-preload/contract/device'
import { Failed } from '../../../src-preload/contract/failure'
import { isReadable, type Camera, type Device } from '../device'
import { unknownProperty, type PropertyValue } from '../limits'
import type { SerialInstrument } from '../serial/part'
import { createMmCamera, setPreset } from './camera'
import { openMmConnection, type MmConnection } from './connection'
import { createPropertyDevice, isMeasured, propertyStates, setMmProperty } from './property-device'
import { createMmStage, type MmStage, type TravelLimits } from './stage'

export const MICRO_MANAGER_KIND = {
  id: 'micro-manager',
  label: 'Micro-Manager configuration (.cfg)',
  proof: 'independent peer'
} as const

const MEASURE_EVERY_MS = 1000

export interface MmInstrument extends SerialInstrument {
  readonly camera?: Camera
  readonly stage: MmStage | null
}

export async function connectMicroManager(cfg: string, folder?: string): Promise<MmInstrument> {
  const limits = travelLimits(cfg)
  const connection = await openMmConnection(cfg, folder)
  const { facts } = connection
  const camera = facts.camera === null ? null : createMmCamera(connection, facts.camera)
  const stage = facts.xy === '' && facts.z === '' ? null : createMmStage(connection, limits)
  const taken = [facts.camera?.label, facts.xy, facts.z, 'Core']
  const others = facts.devices
    .filter(({ label, properties }) => !taken.includes(label) && properties.length > 0)
    .map((device) => createPropertyDevice(connection, device))
  const parts: readonly Device[] = [
    ...(camera === null ? [] : [camera]),
    ...(stage === null ? [] : [stage]),
    ...others
  ]
  const stopMeasuring = measure(connection)
  await stage?.refresh()

  const presets = () => connection.facts.groups.filter((group) => !group.camera)
  function properties(): readonly PropertyState[] {
    const shown = { ageMs: 0, stale: connection.state !== 'ready', settable: true }
    const core = connection.device('Core')
    return [
      ...presets().map(({ name, value, choices }) => ({
        key: name,
        label: `Preset ${name}`,
        value,
        ...shown,
        choices
      })),
      ...(core === undefined
        ? []
        : propertyStates(connection, core, 'Core/').filter(({ settable }) => settable))
    ]
  }
  async function set(name: string, value: PropertyValue): Promise<void> {
    if (presets().some((group) => group.name === name)) await setPreset(connection, name, value)
    else if (name.startsWith('Core/')) await setMmProperty(connection, 'Core', name.slice(5), value)
    else throw unknownProperty(connection.label, name)
  }
  const status = (): DeviceStatus => {
    const { state, problem } = connection
    return {
      id: connection.id,
      label: connection.label,
      kinds: ['instrument'],
      state,
      ...(problem === null ? {} : { problem: problem.message, next: problem.next ?? '' }),
      proof: 'independent peer',
      port: cfg,
      identity: `${connection.facts.version}, pymmcore ${connection.pymmcore}`,
      properties: properties()
    }
  }

  return {
    id: connection.id,
    kind: 'instrument',
    path: cfg,
    ...(camera === null ? {} : { camera }),
    stage,
    parts,
    entries: parts,
    readables: [...(stage === null ? [] : [stage]), ...others.filter(isReadable)],
    trigger: null,
    status,
    onChange: connection.changes.add,
    set,
    traffic: () => connection.traffic.lines(),
    async makeSafe() {
      if (connection.state !== 'ready') return
      await stage?.stop()
      connection.take(await connection.ask('safe', {}, { timeoutMs: 5000 }).answer)
    },
    async close() {
      stopMeasuring()
      await stage?.close()
      await camera?.close()
      await connection.close() // shuts shutters and stops stages itself
      connection.changes.clear()
      connection.turns.clear()
    }
  }
}

/** Asks every second for what changes by itself. */
function measure(connection: MmConnection): () => void {
  let asking = false
  const timer = setInterval(() => {
    const wanted = connection.facts.devices.flatMap((device) =>
      device.properties
        .filter((one) => isMeasured(device, one))
        .map(({ name }) => [device.label, name] as const)
    )
    if (asking || wanted.length === 0 || connection.state !== 'ready') return
    asking = true
    connection
      .ask('watch', { wanted })
      .answer.then((values) => values.forEach(connection.takeValue))
      .catch((error: unknown) => connection.traffic.add('event', `values: ${String(error)}`))
      .finally(() => (asking = false))
  }, MEASURE_EVERY_MS).unref()
  return () => clearInterval(timer)
}

const range: Check<readonly [number, number]> = (value, name) => {
  const [least = 0, most = 0, ...more] = list(number(), 2)(value, name)
  if (more.length === 0 && least < most) return [least, most]
  throw new Failed('argument.invalid', `${name} needs two numbers, the least and the greatest place in µm.`)
}
const limitsShape = shape({ x: optional(range), y: optional(range), z: optional(range) })

/** The user's own limits of travel, in µm: `<name>.limits.json` beside `<name>.cfg`. Micro-Manager tells none. */
export function travelLimits(cfg: string): TravelLimits {
  const path = cfg.replace(/\.cfg$/i, '') + '.limits.json'
  let text
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new Failed('device.refused', `The limits of travel in ${path} can't be read.`, {
      detail: String(error)
    })
  }
  return parsed(text, path)
}

function parsed(text: string, path: string): TravelLimits {
  try {
    return limitsShape(JSON.parse(text), path)
  } catch (error) {
    if (error instanceof Failed) throw error
    throw new Failed('argument.invalid', `${path} is not JSON.`, { detail: String(error) })
  }
}
