/**
 * All devices of the app: the simulated microscope, which is always there, and the serial instruments that are connected to it. Decides
 * whose readings enter the records: a connected instrument's in place of the simulated ones, so that each key has one source.
 */
import { SerialPort } from 'serialport'
import type { DeviceStatus, InstrumentKind, SerialPortInfo, Tried } from '../../src-preload/contract/device'
import { Failed, toFailure, type Failure } from '../../src-preload/contract/failure'
import {
  isReadable,
  type Camera,
  type CameraSettings,
  type Device,
  type Readable,
  type TriggerInput,
  type Undo
} from './device'
import { GENICAM_KIND } from './aravis/instrument'
import { findGenicamCameras } from './aravis/link'
import { createInstruments, type Instruments, type PortEntry } from './instruments'
import { createListeners } from './listeners'
import { clearReadables } from './readables'
import type { Profile } from './profiles/profile'
import type { SerialInstrument } from './serial/part'
import { createSimulatedMicroscope, type OutsideWorld } from './simulated/microscope'
import type { UvcHost } from './uvc/host'
import { UVC_KIND } from './uvc/instrument'
import { findUvcCameras } from './uvc/names'

export interface DeviceSetOptions {
  readonly seed?: number
  readonly camera?: Partial<CameraSettings>
  /** The user's own device profiles. */
  readonly profiles?: readonly Profile[]
  /** What holds USB cameras; absent without a window. */
  readonly uvc?: UvcHost
}

/** A connected instrument was lost, or is back. */
export interface DeviceNews {
  readonly device: string
  readonly label: string
  readonly state: 'lost' | 'back'
  /** One sentence. */
  readonly text: string
}

export interface DeviceSet {
  /** The camera connected last, else the simulated one. */
  readonly camera: Camera
  /** The instrument that the camera belongs to, by id; the camera's own id where it is built in. */
  readonly cameraOf: string
  list(): readonly DeviceStatus[]
  /** At most ten times a second; ask `list` for what is new. */
  onChange(listener: () => void): Undo
  /** Told at once, once each time. */
  onNews(listener: (news: DeviceNews) => void): Undo
  /** Ports that the system lists; others can be typed. Empty where the system can't tell. */
  ports(): Promise<readonly SerialPortInfo[]>
  /** Kinds of serial instruments, the usual one first. */
  readonly kinds: readonly InstrumentKind[]
  /** Connects the instrument at a port; answers its state when it is ready. Connecting it twice is connecting it once. */
  connect(port: string, kind?: string, folder?: string): Promise<DeviceStatus>
  /** Connects what was connected before; where that fails it stays in the list as absent, and says why. */
  expect(entry: PortEntry): Promise<DeviceStatus>
  disconnect(device: string): Promise<void>
  set(device: string, property: string, value: number | string | boolean): Promise<DeviceStatus>
  /** The last lines on the wire, oldest first; empty for built-in devices. */
  traffic(device: string): readonly string[]
  /** Sends a line to a serial instrument as it is. */
  tryOut(device: string, line: string): Promise<Tried>
  /** Devices whose readings enter the records. */
  readables(): readonly Readable[]
  /** A trigger line by its device's id, or by that of the instrument it belongs to. */
  trigger(device: string): TriggerInput
  /** Any device by its id, also a part of an instrument. */
  find(device: string): Device
  /** Lights off, motion stopped, everywhere; fails after trying all when one did not confirm. */
  makeSafe(): Promise<void>
  close(): Promise<void>
}

const TELL_EVERY_MS = 100

export function createDeviceSet(options: DeviceSetOptions = {}): DeviceSet {
  const microscope = createSimulatedMicroscope({
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...options.camera
  })
  const available = createInstruments(options.profiles, options.uvc)
  const instruments = new Map<string, SerialInstrument>()
  /** Expected and not there, by port. */
  const away = new Map<string, DeviceStatus>()
  const connecting = new Map<string, Promise<DeviceStatus>>()
  const changes = createListeners<void>()
  const news = createListeners<DeviceNews>()
  let timer: NodeJS.Timeout | null = null
  let closed = false

  const changed = (): void => {
    timer ??= setTimeout(() => {
      timer = null
      changes.tell()
    }, TELL_EVERY_MS).unref()
  }
  let readables: readonly Readable[] = []
  for (const device of microscope.all) device.onChange(changed)
  arrange()
  // So that the first frame is not late; when it fails, the first exposure fails too, and says why.
  microscope.camera.prepare().catch(() => undefined)

  const everything = (): readonly Device[] => [
    ...microscope.all,
    ...[...instruments.values()].flatMap((instrument) => [instrument, ...instrument.parts])
  ]

  function find(id: string): Device {
    const device = everything().find((one) => one.id === id)
    if (device === undefined)
      throw new Failed('device.absent', `There is no device “${id}”.`, { next: 'Connect it first.' })
    return device
  }

  async function open(port: string, kind?: string, folder?: string): Promise<DeviceStatus> {
    const instrument = await available.open(port, kind, folder)
    if (closed) {
      await instrument.close()
      throw new Failed('cancelled', `Connecting to ${port} was cancelled.`)
    }
    away.delete(port)
    instruments.set(instrument.id, instrument)
    instrument.onChange(changed)
    tellNews(instrument, news.tell)
    arrange()
    return instrument.status()
  }

  async function connect(port: string, kind?: string, folder?: string): Promise<DeviceStatus> {
    const known = [...instruments.values()].find(({ path }) => path === port)
    if (known !== undefined) return known.status()
    const underWay = connecting.get(port)
    if (underWay !== undefined) return underWay
    const attempt = open(port, kind, folder).finally(() => connecting.delete(port))
    connecting.set(port, attempt)
    return attempt
  }

  async function expect(entry: PortEntry): Promise<DeviceStatus> {
    try {
      return await connect(entry.port, entry.kind, entry.folder)
    } catch (error) {
      away.set(entry.port, absentStatus(entry, available, toFailure(error)))
      changed()
      throw error
    }
  }

  async function disconnect(id: string): Promise<void> {
    const missing = [...away].find(([, status]) => status.id === id)
    if (missing !== undefined) {
      away.delete(missing[0])
      return changed()
    }
    const instrument = instruments.get(id)
    if (instrument === undefined) throw new Failed('device.absent', `“${id}” is not connected.`)
    instruments.delete(id)
    arrange()
    await instrument.close()
  }

  /** The newest instrument comes first, then older ones, then the simulated devices for the keys that are left. */
  function arrange(): void {
    const real = [...instruments.values()].reverse().flatMap((instrument) => instrument.readables)
    readables = clearReadables([...real, ...microscope.all.filter(isReadable)])
    const outside = clearReadables(real)
    microscope.follow(real.length === 0 ? null : () => outsideOf(outside))
    changed()
  }

  const withCamera = (): SerialInstrument | undefined =>
    [...instruments.values()].reverse().find(({ camera }) => camera !== undefined)

  function trigger(id: string): TriggerInput {
    const device = instruments.get(id)?.trigger ?? find(id)
    if (device.kind === 'trigger' && 'onEdge' in device) return device as TriggerInput
    throw new Failed('argument.invalid', `${device.status().label} has no trigger line.`)
  }

  async function makeSafe(): Promise<void> {
    const outcomes = await Promise.allSettled([
      microscope.light.allOff(),
      microscope.stage.stop(),
      ...[...instruments.values()].map((instrument) => instrument.makeSafe())
    ])
    const failed = outcomes.find((outcome): outcome is PromiseRejectedResult => outcome.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }

  return {
    get camera() {
      return withCamera()?.camera ?? microscope.camera
    },
    get cameraOf() {
      return withCamera()?.id ?? microscope.camera.id
    },
    list: () => [
      ...microscope.all.map((device) => device.status()),
      ...[...instruments.values()].flatMap((one) =>
        [one, ...(one.entries ?? [])].map((device) => device.status())
      ),
      ...away.values()
    ],
    onChange: changes.add,
    onNews: news.add,
    ports: () => listPorts(available, options.uvc),
    kinds: available.kinds,
    connect,
    expect,
    disconnect,
    async set(id, property, value) {
      const device = find(id)
      await device.set(property, value)
      return device.status()
    },
    async tryOut(id, line) {
      const instrument = instruments.get(id)
      if (instrument?.tryOut === undefined)
        throw new Failed('argument.invalid', `No line can be sent to “${id}”.`, {
          next: 'Choose a device that is connected to a serial port.'
        })
      return instrument.tryOut(line)
    },
    traffic: (id) => instruments.get(id)?.traffic() ?? [],
    readables: () => readables,
    trigger,
    find,
    makeSafe,
    async close() {
      if (closed) return
      closed = true
      changes.clear()
      news.clear()
      if (timer !== null) clearTimeout(timer)
      await Promise.allSettled(connecting.values())
      await Promise.all([
        microscope.close(),
        ...[...instruments.values()].map((instrument) => instrument.close())
      ])
    }
  }
}

/** Of what was expected and did not come. */
function absentStatus({ port, kind }: PortEntry, { kinds }: Instruments, why: Failure): DeviceStatus {
  const known = kinds.find(({ id }) => id === kind)
  return {
    id: `away:${port}`,
    label: known?.label ?? kind,
    kinds: ['instrument'],
    state: 'absent',
    problem: why.message,
    ...(why.next === undefined ? {} : { next: why.next }),
    proof: known?.proof ?? 'never on hardware',
    port,
    properties: []
  }
}

function tellNews(instrument: SerialInstrument, tell: (news: DeviceNews) => void): void {
  let lost = false
  instrument.onChange(() => {
    const { id, label, state, problem } = instrument.status()
    if ((state === 'lost') === lost || state === 'absent') return
    lost = state === 'lost'
    const text = lost ? (problem ?? `${label} was lost.`) : `${label} is back.`
    tell({ device: id, label, state: lost ? 'lost' : 'back', text })
  })
}

/** What the simulated camera shows of a real stage and laser: the last values known. */
function outsideOf(real: readonly Readable[]): OutsideWorld {
  const values = new Map(real.flatMap((one) => one.readings()).map(({ key, value }) => [key.key, value]))
  const number = (key: string): number | undefined => {
    const value = values.get(key)
    return typeof value === 'number' ? value : undefined
  }
  const [x, y, z, laserMw] = ['position_x', 'position_y', 'position_z', 'laser_power'].map(number)
  return {
    positionUm: {
      ...(x !== undefined && { x }),
      ...(y !== undefined && { y }),
      ...(z !== undefined && { z })
    },
    ...(laserMw !== undefined && { laserMw })
  }
}

async function listPorts(available: Instruments, uvc?: UvcHost): Promise<readonly SerialPortInfo[]> {
  const [ports, cameras, names] = await Promise.all([
    listSerialPorts(available),
    listCameras(),
    uvc === undefined ? [] : findUvcCameras(uvc)
  ])
  const usb = names.map((name) => ({ path: name, label: UVC_KIND.label, kind: UVC_KIND.id }))
  return [...ports, ...usb, ...cameras]
}

async function listCameras(): Promise<readonly SerialPortInfo[]> {
  const found = await findGenicamCameras().catch((error: unknown) => {
    // Without the library there is nothing to list; who connects a camera by hand is told so.
    if (error instanceof Failed && error.code === 'device.absent') return []
    throw error
  })
  return found.map(({ id, label }) => ({ path: id, label, kind: GENICAM_KIND.id }))
}

async function listSerialPorts(available: Instruments): Promise<readonly SerialPortInfo[]> {
  const found = await SerialPort.list().catch((error: unknown) => {
    // On Linux listing needs the program udevadm; without it ports are typed by hand.
    if (error instanceof Error && /udevadm|ENOENT/.test(error.message)) return []
    throw new Failed('internal', 'The serial ports could not be listed.', {
      next: 'Type the path of the port by hand.',
      detail: String(error)
    })
  })
  return found.map(({ path, manufacturer, serialNumber, vendorId: vid, productId: pid }) => {
    const kind = vid === undefined || pid === undefined ? undefined : available.kindOf({ vid, pid })
    return {
      path,
      label: [path, manufacturer, serialNumber && `no. ${serialNumber}`].filter(Boolean).join(' · '),
      ...(kind === undefined ? {} : { kind })
    }
  })
}
