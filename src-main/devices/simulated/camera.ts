/** The simulated camera: settings and limits, one exposure at a time into shared memory, frame numbers and losses on purpose. */
import type { DeviceStatus } from '../../../src-preload/contract/device'
import { Failed } from '../../../src-preload/contract/failure'
import { PIXEL_TYPES, type PixelType } from '../../../src-preload/contract/pixels'
import { areaProperties, checkPixelType, checkRoom } from '../camera-rules'
import type { Camera, CameraSettings, ExposureReport, MonoNs, PaceSink } from '../device'
import { numberWithin, unknownProperty, type PropertyValue } from '../limits'
import { createListeners } from '../listeners'
import { changedArea, wholeSensor } from '../sensor-area'
import type { Bead } from './beads'
import { startCameraLink, type CameraLink } from './camera-link'
import type { Scene } from './frame-generator'
import { paceSimulated } from './pacing'
import { fieldOf, SENSOR } from './view'
import type { WorldClock } from './world-clock'

const ID = 'sim-camera'
const LABEL = 'Simulated camera'
/** A timer is hardly better than that. */
const LEAST_INTERVAL_MS = 2
const EXPOSURE = { min: 0.01, max: 600_000, unit: 'ms' }

export interface SimulatedCamera extends Camera {
  prepare(): Promise<void>
  /** Pretends that the camera lost frames before the next one. */
  loseNext(frames: number): void
  /** The beads as the newest frame showed them. */
  beads(): Promise<readonly Bead[]>
}

export type LookAround = (at: MonoNs) => Omit<Scene, 'frame' | 'exposureMs'>

export function createSimulatedCamera(
  seed: number,
  first: Partial<CameraSettings>,
  clock: WorldClock,
  look: LookAround
): SimulatedCamera {
  const changes = createListeners<void>()
  const born = clock.now()
  let settings = checked({ ...wholeSensor(SENSOR), pixelType: 'uint16', exposureMs: 10 }, first)
  let link: CameraLink | null = null
  let running: Promise<unknown> | null = null
  let unpace: (() => Promise<void>) | null = null
  let problem: Failed | null = null
  let frames = 0
  let toLose = 0
  let closed = false

  function thread(): CameraLink {
    if (closed) throw new Failed('device.absent', `${LABEL} is closed.`)
    if (link !== null) return link
    link = startCameraLink(seed, settings, (why) => {
      problem = why
      link = null
      changes.tell()
    })
    problem = null
    return link
  }

  async function configure(wanted: Partial<CameraSettings>): Promise<CameraSettings> {
    const next = checked(settings, wanted)
    if (running !== null) throw busy('its settings cannot change during an exposure')
    if (unpace !== null) throw busy('it goes at its own pace')
    settings = next
    link?.tell({ kind: 'view', view: settings })
    changes.tell()
    return Promise.resolve(settings)
  }

  async function expose(
    target: Uint8Array,
    onStart?: (startedAt: MonoNs) => void,
    signal?: AbortSignal
  ): Promise<ExposureReport> {
    if (unpace !== null) throw busy('it goes at its own pace')
    return exposeNow(target, onStart, signal)
  }

  async function exposeNow(
    target: Uint8Array,
    onStart?: (startedAt: MonoNs) => void,
    signal?: AbortSignal
  ): Promise<ExposureReport> {
    if (running !== null) throw busy('one exposure is still running')
    if (signal?.aborted === true) throw cancelled()
    const { exposureMs } = settings
    checkRoom(LABEL, settings, target)
    const buffer = sharedBuffer(target)
    const camera = thread()
    camera.clearCut()
    const startedAt = process.hrtime.bigint()
    const lostBefore = toLose
    toLose = 0
    frames += lostBefore
    const frame = frames++
    const report = { startedAt, exposureMs, lostBefore, cameraFrame: frame, cameraTicks: startedAt - born }
    const exposure = clock.hold(startedAt, () => {
      const scene: Scene = { frame, exposureMs, ...look(startedAt) }
      const { byteOffset: offset, byteLength: length } = target
      const answer = camera.ask({ kind: 'expose', buffer, offset, length, startedAt, scene })
      running = answer
      return answer
    })
    signal?.addEventListener('abort', camera.cutShort)
    try {
      if (onStart !== undefined) clock.hold(startedAt, () => onStart(startedAt))
    } finally {
      // Whatever happened in between: the slot stays the camera's until its thread has let go of it.
      const answer = await exposure.finally(() => {
        running = null
        signal?.removeEventListener('abort', camera.cutShort)
      })
      if (answer.kind === 'cut short') throw cancelled()
      if (answer.kind === 'failed') throw new Failed('internal', `${LABEL} made no picture: ${answer.text}`)
    }
    return report
  }

  const intervalsMs = (): { min: number; max: number } => ({
    min: Math.max(LEAST_INTERVAL_MS, settings.exposureMs),
    max: EXPOSURE.max
  })

  function pace(everyMs: number, sink: PaceSink): () => Promise<void> {
    if (running !== null || unpace !== null) throw busy('one exposure is still running')
    numberWithin(LABEL, 'interval', everyMs, { ...intervalsMs(), unit: 'ms' })
    const camera = {
      expose: exposeNow,
      lose: (count: number) => void (toLose += count),
      skip: () => void (frames += 1)
    }
    const failed = (why: Failed): void => {
      unpace = null
      sink.failed(why)
    }
    const stop = paceSimulated(everyMs, camera, { ...sink, failed })
    const end = async (): Promise<void> => {
      await stop()
      if (unpace === end) unpace = null
    }
    return (unpace = end)
  }

  function status(): DeviceStatus {
    const { pixelType, exposureMs } = settings
    const fixed = { ageMs: 0, stale: false, settable: true }
    return {
      id: ID,
      label: LABEL,
      kinds: ['camera'],
      state: closed ? 'absent' : problem !== null ? 'error' : running !== null ? 'busy' : 'ready',
      ...(problem === null ? {} : { problem: problem.message, next: 'It starts again with the next frame.' }),
      proof: 'simulated',
      port: 'built in',
      properties: [
        {
          key: 'exposureMs',
          label: 'Exposure',
          unit: 'ms',
          value: exposureMs,
          ...fixed,
          min: EXPOSURE.min,
          max: EXPOSURE.max
        },
        ...areaProperties(SENSOR, settings, false),
        { key: 'pixelType', label: 'Pixel type', value: pixelType, ...fixed, choices: PIXEL_TYPES },
        { key: 'frames', label: 'Frames', value: frames, ageMs: 0, stale: false, settable: false }
      ]
    }
  }

  return {
    id: ID,
    kind: 'camera',
    get settings() {
      return settings
    },
    get significantBits() {
      return significantBits(settings.pixelType)
    },
    sensor: SENSOR,
    get pixelSizeUm() {
      return fieldOf(settings).pixelUm
    },
    status,
    onChange: changes.add,
    set: async (property, value) => void (await configure(asSetting(property, value))),
    configure,
    async prepare() {
      if (running === null) await thread().ask({ kind: 'ping' })
    },
    expose,
    // It hears a command at once: a pace of its own is worth nothing to a run, and is here to be tried.
    pacing: {
      intervalsMs,
      onCommandFromMs: 0,
      start: async (everyMs, sink) => Promise.resolve(pace(everyMs, sink))
    },
    loseNext: (count) => void (toLose += count),
    async beads() {
      const answer = await thread().ask({ kind: 'beads' })
      return answer.kind === 'beads' ? answer.beads : []
    },
    async close() {
      if (closed) return
      closed = true
      link?.cutShort()
      await unpace?.()
      if (running !== null) await running.catch(() => undefined) // whoever exposes hears of it
      await link?.close()
      link = null
      changes.tell()
      changes.clear()
    }
  }
}

const busy = (why: string): Failed => new Failed('device.busy', `${LABEL} is busy: ${why}.`)
const cancelled = (): Failed => new Failed('cancelled', `${LABEL}: the exposure was cancelled.`)

function checked(now: CameraSettings, wanted: Partial<CameraSettings>): CameraSettings {
  const { pixelType = now.pixelType, exposureMs = now.exposureMs } = wanted
  const area = changedArea(LABEL, SENSOR, now, wanted)
  numberWithin(LABEL, 'exposure', exposureMs, EXPOSURE)
  checkPixelType(LABEL, PIXEL_TYPES, pixelType)
  return { ...area, pixelType, exposureMs }
}

function asSetting(property: string, value: PropertyValue): Partial<CameraSettings> {
  switch (property) {
    case 'exposureMs':
      return { exposureMs: numberWithin(LABEL, 'exposure', value, EXPOSURE) }
    case 'x':
    case 'y':
    case 'width':
    case 'height':
    case 'binning':
      // Its limits are the sensor's, and depend on the rest of the area.
      return {
        [property]: numberWithin(LABEL, property, value, { min: 0, max: SENSOR.width, unit: 'pixels' })
      }
    case 'pixelType':
      checkPixelType(LABEL, PIXEL_TYPES, value)
      return { pixelType: value as PixelType }
    default:
      throw unknownProperty(LABEL, property)
  }
}

function sharedBuffer(target: Uint8Array): SharedArrayBuffer {
  // By name: memory of WebAssembly can come from another realm, where instanceof says no.
  if (Object.prototype.toString.call(target.buffer) !== '[object SharedArrayBuffer]') {
    throw new Failed('argument.invalid', `${LABEL} writes into shared memory only.`)
  }
  return target.buffer as unknown as SharedArrayBuffer
}

/** Bits that carry signal: the camera digitises to 16 bits, and to 8 for the small types (acceptance M7). */
function significantBits(pixelType: PixelType): number {
  switch (pixelType) {
    case 'uint8':
      return 8
    case 'int8':
      return 7
    case 'int16':
      return 15
    default:
      return 16
  }
}
