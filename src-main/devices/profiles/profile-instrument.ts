/** A serial instrument that is driven by a profile alone: connection, values, polling, and the devices that the profile names. */
import type { DeviceStatus } from '../../../src-preload/contract/device'
import { Failed } from '../../../src-preload/contract/failure'
import type { Device, MonoNs, Readable, TriggerInput } from '../device'
import { unknownProperty, type PropertyValue } from '../limits'
import { createListeners } from '../listeners'
import { createConnection } from '../serial/connection'
import { partStatus, type Part, type SerialInstrument } from '../serial/part'
import { createTriggerLine } from '../serial/trigger-line'
import type { Profile } from './profile'
import { profileManner, readPush } from './profile-manner'
import { createProfilePart, type ProfileInstrument, type ProfilePart } from './profile-part'
import { createProfileStage, type ProfileStage } from './profile-stage'
import { createSpeaker } from './speaker'
import { tryOut } from './try-out'
import { createValues, type Value } from './values'

export interface ProfileDevice extends SerialInstrument {
  readonly profile: Profile
  readonly stage: ProfileStage | null
  readonly light: ProfilePart<'light'> | null
  readonly sensor: ProfilePart<'sensor'> | null
  readonly trigger: (TriggerInput & Part) | null
}

export async function connectByProfile(path: string, profile: Profile): Promise<ProfileDevice> {
  const changes = createListeners<void>()
  const label = (): string => profile.label
  const speaker = createSpeaker(profile, label)
  const learn = (found: Readonly<Record<string, Value>>): void =>
    void values.take(found, process.hrtime.bigint())
  const connection = createConnection(path, profileManner(profile, speaker, learn), {
    onPush: (line, at) => push(line, at),
    onChange: () => changes.tell(),
    onLost: (why) => parts.forEach((part) => part.onLost(why)),
    onReady: () => undefined
  })
  const values = createValues(() => connection.state === 'ready')
  const instrument: ProfileInstrument = {
    id: `serial:${path}`,
    path,
    proof: profile.proof,
    connection,
    changes,
    label,
    values,
    speaker,
    async run(name, given, urgent) {
      const found = await speaker.run(connection, name, given, urgent)
      if (values.take(found, process.hrtime.bigint())) changes.tell()
    }
  }
  const stage = profile.stage === undefined ? null : createProfileStage(instrument, profile.stage)
  const light = profile.light === undefined ? null : createProfilePart(instrument, 'light', profile.light)
  const sensor = profile.sensor === undefined ? null : createProfilePart(instrument, 'sensor', profile.sensor)
  const trigger = profile.trigger === true ? createTriggerLine(instrument) : null
  const parts = [stage, light, sensor, trigger].filter((part) => part !== null) as (Device & Part)[]
  const readables = [stage, light, sensor].filter((part) => part !== null) as Readable[]

  function push(line: string, at: MonoNs): { pause: boolean } {
    const told = readPush(profile, line)
    if (told === null) return { pause: false }
    if (values.take(told.found, at)) changes.tell()
    if (told.push.restart === true) restarted()
    if (told.push.edge !== true || trigger === null) return { pause: false }
    const { sequence, microseconds } = told.found
    if (typeof sequence !== 'number') return { pause: false }
    trigger.take({ sequence, ...(typeof microseconds === 'number' ? { sourceUs: microseconds } : {}) }, at)
    return { pause: true }
  }

  /** It lost its settings and its place in whatever it was doing. */
  function restarted(): void {
    const why = new Failed('device.lost', `${profile.label} at ${path} has started anew.`, {
      next: 'Check its reference position before the next move.'
    })
    connection.traffic.add('event', why.message)
    for (const part of parts) part.onLost(why)
    void setUp()
  }

  async function setUp(): Promise<void> {
    try {
      for (const name of profile.init ?? []) await instrument.run(name)
    } catch (error) {
      connection.traffic.add('event', `not set up again: ${String(error)}`)
    }
  }

  // Polling is the last in line: it asks only when nobody else does (acceptance D3).
  const polls = (profile.poll ?? []).map(({ command, everyMs }) =>
    setInterval(() => {
      if (!connection.isIdle) return
      instrument
        .run(command)
        .catch((error: unknown) => connection.traffic.add('event', `poll: ${String(error)}`))
    }, everyMs).unref()
  )

  const status = (): DeviceStatus => {
    const states = parts.map((part) => part.status())
    const busy = states.some(({ state }) => state === 'busy')
    const kinds = parts.map(({ kind }) => kind)
    return partStatus(
      instrument,
      kinds,
      states.flatMap(({ properties }) => properties),
      busy
    )
  }

  async function set(name: string, value: PropertyValue): Promise<void> {
    const part = parts.find((one) =>
      one.status().properties.some(({ key, settable }) => key === name && settable)
    )
    if (part === undefined) throw unknownProperty(label(), name)
    await part.set(name, value)
  }

  async function close(): Promise<void> {
    polls.forEach(clearInterval)
    await connection.close()
    await trigger?.close()
    changes.clear()
  }

  try {
    await connection.open()
    for (const { command } of profile.poll ?? []) await instrument.run(command)
    await stage?.refresh()
    if (profile.identify.command === undefined) await firstReading(path, readables)
  } catch (error) {
    await close()
    throw error
  }
  return {
    id: instrument.id,
    kind: 'instrument',
    path,
    profile,
    stage,
    light,
    sensor,
    trigger,
    parts,
    readables,
    status,
    onChange: changes.add,
    set,
    traffic: () => connection.traffic.lines(),
    tryOut: (line) => tryOut(profile, speaker, connection, line),
    async makeSafe() {
      if (connection.state !== 'ready') return
      await Promise.all([light?.allOff(), stage?.stop()])
    },
    close
  }
}

/** An instrument that can't be asked has a value as soon as it has spoken once more. */
async function firstReading(path: string, readables: readonly Readable[]): Promise<void> {
  const end = performance.now() + 3000
  while (readables.length > 0 && readables.every((one) => one.readings().length === 0)) {
    if (performance.now() > end)
      throw new Failed('device.timeout', `The instrument at ${path} tells no value.`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
