/** The camera of a Micro-Manager configuration: one snap for each exposure asked for, its frame through the shared file, its size and type as Micro-Manager tells them. */
import type { PropertyState } from '../../../src-preload/contract/device'
import { Failed } from '../../../src-preload/contract/failure'
import { AREA_PARTS } from '../../../src-preload/contract/pixels'
import { areaProperties, checkPixelType, checkRoom } from '../camera-rules'
import type { Camera, CameraSettings, ExposureReport, MonoNs } from '../device'
import { numberWithin, type PropertyValue } from '../limits'
import type { MmConnection } from './connection'
import { changedArea, changesArea } from '../sensor-area'
import { makeFrameFile, type FrameFile } from './frame-file'
import type { MmCamera } from './messages'
import { partStatus, propertyStates, setMmProperty } from './property-device'

/** How long after the end of its exposure a frame may take. */
const PATIENCE_MS = 10_000
const EXPOSURE = { min: 0, max: 3_600_000 }
const OWN = ['exposureMs', ...AREA_PARTS, 'pixelType'] as const
/** Keeps a group of presets apart from a property of the same name. */
const PRESET = 'preset/'

export function createMmCamera(connection: MmConnection, first: MmCamera): Camera {
  const { label } = first
  const id = `${connection.id}/${label}`
  let file: FrameFile | null = null
  let exposing: Promise<unknown> | null = null
  let closed = false

  const facts = (): MmCamera => connection.facts.camera ?? first
  let known = first.settings
  const undo = connection.turns.add((why) => {
    if (why === null) void restore()
    else dropFile()
  })

  function dropFile(): void {
    file?.close()
    file = null
  }

  /** Set as it was before the loss. */
  async function restore(): Promise<void> {
    try {
      await apply(known)
    } catch (error) {
      connection.traffic.add('event', `the camera was not set as before: ${String(error)}`)
    }
  }

  async function apply(settings: Partial<CameraSettings>): Promise<void> {
    connection.take(await connection.ask('configure', { settings }).answer)
  }

  function usable(): void {
    if (closed) throw new Failed('device.absent', `${label} is closed.`)
    if (connection.problem !== null) throw connection.problem
    if (exposing !== null) throw new Failed('device.busy', `${label} is busy: one exposure is still running.`)
  }

  async function configure(wanted: Partial<CameraSettings>): Promise<CameraSettings> {
    const { exposureMs, pixelType } = wanted
    if (exposureMs !== undefined)
      numberWithin(label, 'exposure', exposureMs, { ...EXPOSURE, ...facts().exposureMs, unit: 'ms' })
    if (pixelType !== undefined) checkPixelType(label, facts().pixelTypes, pixelType)
    const area = changesArea(wanted) ? changedArea(label, facts().sensor, facts().settings, wanted) : {}
    usable()
    await apply({ ...wanted, ...area })
    return (known = settings())
  }

  const settings = (): CameraSettings => {
    const { x, y, width, height, binning, pixelType, exposureMs } = facts().settings
    return { x, y, width, height, binning, pixelType, exposureMs }
  }

  /** A file whose slots hold a frame of these bytes, known to the other side. */
  async function fileFor(bytes: number): Promise<FrameFile> {
    if (file !== null && file.slotBytes >= bytes) return file
    dropFile()
    const made = makeFrameFile(bytes)
    try {
      await connection.ask('ring', { path: made.path, bytes: made.bytes }).answer
      made.forgetName()
    } catch (error) {
      made.close()
      throw error
    }
    return (file = made)
  }

  async function expose(
    target: Uint8Array,
    onStart?: (startedAt: MonoNs) => void,
    signal?: AbortSignal
  ): Promise<ExposureReport> {
    usable()
    if (signal?.aborted === true) throw cancelled()
    checkRoom(label, facts().settings, target)
    const running = take(target, onStart, signal)
    exposing = running
    try {
      return await running
    } finally {
      exposing = null
    }
  }

  async function take(
    target: Uint8Array,
    onStart: ((startedAt: MonoNs) => void) | undefined,
    signal: AbortSignal | undefined
  ): Promise<ExposureReport> {
    const { exposureMs } = facts().settings
    const from = await fileFor(target.byteLength)
    const offset = from.nextOffset()
    const asked = connection.ask(
      'expose',
      { offset, bytes: target.byteLength },
      {
        timeoutMs: exposureMs + PATIENCE_MS,
        onStart: (ns) => signal?.aborted !== true && onStart?.(connection.ourTime(ns))
      }
    )
    const { ns } = await orCut(asked.answer, signal, () => connection.cut(asked.id)).catch(
      (error: unknown) => {
        // A camera that hangs holds up all that is asked after it.
        if (error instanceof Failed && error.code === 'device.timeout') connection.giveUp()
        throw error
      }
    )
    await from.read(offset, target)
    return { startedAt: connection.ourTime(ns), exposureMs, lostBefore: 0 }
  }

  /** Who cancels need not wait for a camera that can't break off: its frame comes later, into the file, and is never read. */
  function orCut<T>(answer: Promise<T>, signal: AbortSignal | undefined, cut: () => void): Promise<T> {
    if (signal === undefined) return answer
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        cut()
        reject(cancelled())
      }
      signal.addEventListener('abort', onAbort)
      answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
    })
  }

  const cancelled = (): Failed => new Failed('cancelled', `${label}: the exposure was cancelled.`)

  const groups = () => connection.facts.groups.filter(({ camera }) => camera)

  function properties(): readonly PropertyState[] {
    const { settings: now, exposureMs, pixelTypes, sensor } = facts()
    const stale = connection.state !== 'ready'
    const shown = { ageMs: 0, stale, settable: true }
    const device = connection.device(label)
    return [
      { key: 'exposureMs', label: 'Exposure', unit: 'ms', value: now.exposureMs, ...shown, ...exposureMs },
      ...areaProperties(sensor, now, stale),
      { key: 'pixelType', label: 'Pixel type', value: now.pixelType, ...shown, choices: pixelTypes },
      ...groups().map(({ name, value, choices }) => ({
        key: `${PRESET}${name}`,
        label: `Preset ${name}`,
        value,
        ...shown,
        choices
      })),
      ...(device === undefined ? [] : propertyStates(connection, device))
    ]
  }

  async function set(property: string, value: PropertyValue): Promise<void> {
    const own = OWN.find((one) => one === property)
    if (own === 'pixelType')
      return void (await configure({ pixelType: value as CameraSettings['pixelType'] })) // checked against its list
    if (own !== undefined)
      return void (await configure({
        [own]: numberWithin(label, own, value, { min: -Infinity, max: Infinity, unit: '' })
      }))
    usable()
    const group = groups().find(({ name }) => property === `${PRESET}${name}`)
    if (group === undefined) await setMmProperty(connection, label, property, value)
    else await setPreset(connection, group.name, value)
    known = settings()
  }

  return {
    id,
    kind: 'camera',
    get settings() {
      return settings()
    },
    get significantBits() {
      return facts().bits
    },
    get sensor() {
      return facts().sensor
    },
    get pixelSizeUm() {
      return facts().pixelSizeUm
    },
    status: () => ({
      ...partStatus(connection, id, label, 'camera', properties(), exposing !== null),
      ...(closed && { state: 'absent' as const })
    }),
    onChange: connection.changes.add,
    set,
    configure,
    expose,
    close() {
      closed = true
      undo()
      dropFile()
      return Promise.resolve()
    }
  }
}

export async function setPreset(
  connection: MmConnection,
  group: string,
  value: PropertyValue
): Promise<void> {
  const found = connection.facts.groups.find(({ name }) => name === group)
  if (found?.choices.includes(String(value)) !== true)
    throw new Failed('argument.invalid', `There is no preset “${value}” of ${group}.`, {
      next: `Choose one of ${(found?.choices ?? []).join(', ')}.`
    })
  const { answer } = connection.ask(
    'preset',
    { group, preset: String(value) },
    found.camera ? {} : { lane: 'devices' }
  )
  connection.take(await answer)
}
