/**
 * A GenICam camera (GigE Vision, USB3 Vision) by libaravis: settings within the limits that the camera tells, frames into shared memory, one per
 * trigger or at the camera's own pace, and what happens when it is lost: it is looked for until it is back, and set as it was.
 */
import type { DeviceState, DeviceStatus, PropertyState } from '../../../src-preload/contract/device'
import { Failed } from '../../../src-preload/contract/failure'
import { frameBytes, type SensorArea } from '../../../src-preload/contract/pixels'
import { areaProperties, checkPixelType, checkRoom } from '../camera-rules'
import type { Camera, CameraSettings, ExposureReport, MonoNs, PaceSink, Pacing } from '../device'
import { numberWithin, unknownProperty, type PropertyValue } from '../limits'
import { createListeners } from '../listeners'
import { changedArea, changesArea } from '../sensor-area'
import { startGenicamLink } from './link'
import { startPacing } from './pacing'
import { CAMERA_TRIGGERS, type GenicamFacts, type GenicamSettings, type Range } from './messages'

/** How often an idle camera is asked whether it is still there. */
const ALIVE_EVERY_MS = 1000
/** A command for each frame, its answer and the wait for the frame take about 20 ms, and more on a busy network. */
const ON_COMMAND_FROM_MS = 100

export async function connectGenicamCamera(camera: string): Promise<Camera> {
  const link = startGenicamLink((why) => lose(why))
  const changes = createListeners<void>()
  const id = `genicam-${camera.replace(/[^A-Za-z0-9]+/g, '-')}`
  let state: DeviceState = 'opening'
  let problem: Failed | null = null
  let exposing: Promise<unknown> | null = null
  /** Stops the camera that goes at its own pace. */
  let unpace: (() => Promise<void>) | null = null
  let timer: NodeJS.Timeout | null = null
  let facts: GenicamFacts
  try {
    facts = await link.askFacts({ kind: 'open', camera, settings: {} })
  } catch (error) {
    await link.end()
    throw error
  }
  state = 'ready'
  const label = facts.name
  watch()

  function watch(): void {
    timer = setTimeout(() => void look(), ALIVE_EVERY_MS).unref()
  }

  /** Idle: is it there? Lost: is it back? */
  async function look(): Promise<void> {
    try {
      if (state === 'lost') {
        facts = await link.askFacts({ kind: 'open', camera, settings: known() })
        if (state !== 'lost') return
        state = 'ready'
        problem = null
        changes.tell()
      } else if (exposing === null && unpace === null) await link.ask({ kind: 'alive' })
    } catch (error) {
      lose(error)
    }
    if (state !== 'absent') watch()
  }

  /** Its settings, without what it does not have. */
  const known = (): Partial<GenicamSettings> => facts.settings

  function lose(why: unknown): void {
    if (state === 'absent' || state === 'lost') return
    state = 'lost'
    problem = new Failed('device.lost', `${label} does not answer any more.`, {
      next: 'Look at its cable and power; it is taken up again by itself.',
      detail: String(why)
    })
    changes.tell()
  }

  function usable(): void {
    if (state === 'absent') throw new Failed('device.absent', `${label} is closed.`)
    if (problem !== null) throw problem
    if (exposing !== null) throw new Failed('device.busy', `${label} is busy: one exposure is still running.`)
    if (unpace !== null)
      throw new Failed('device.busy', `${label} is busy: it takes frame after frame at its own pace.`)
  }

  async function configureAll(wanted: Partial<GenicamSettings>): Promise<CameraSettings> {
    check(wanted)
    const area = changesArea(wanted) ? inSteps(wanted) : {}
    usable()
    facts = await link.askFacts({ kind: 'configure', settings: { ...wanted, ...area } })
    changes.tell()
    return settings()
  }

  /** The camera takes sizes and offsets in steps: what was drawn by hand is made a little smaller rather than refused. */
  function inSteps(wanted: Partial<GenicamSettings>): SensorArea {
    const area = changedArea(label, facts.sensor, facts.settings, wanted)
    const stepped = (part: 'x' | 'y' | 'width' | 'height', least: number): number =>
      Math.max(least, area[part] - (area[part] % facts.steps[part]))
    return {
      binning: area.binning,
      x: stepped('x', 0),
      y: stepped('y', 0),
      width: stepped('width', facts.steps.width),
      height: stepped('height', facts.steps.height)
    }
  }

  function check({ exposureMs, gain, pixelType, packetBytes }: Partial<GenicamSettings>): void {
    const within = (
      name: string,
      value: number | null | undefined,
      range: Range | null,
      unit: string
    ): void => {
      if (typeof value === 'number' && range !== null) numberWithin(label, name, value, { ...range, unit })
    }
    within('exposure', exposureMs, facts.exposureMs, 'ms')
    within('gain', gain, facts.gain, 'dB')
    within('packet size', packetBytes, facts.packetBytes, 'bytes')
    if (pixelType !== undefined) checkPixelType(label, facts.pixelTypes, pixelType)
  }

  const settings = (): CameraSettings => {
    const { x, y, width, height, binning, pixelType, exposureMs } = facts.settings
    return { x, y, width, height, binning, pixelType, exposureMs }
  }

  async function expose(
    target: Uint8Array,
    onStart?: (startedAt: MonoNs) => void,
    signal?: AbortSignal
  ): Promise<ExposureReport> {
    usable()
    if (signal?.aborted === true) throw new Failed('cancelled', `${label}: the exposure was cancelled.`)
    checkRoom(label, facts.settings, target)
    const { exposureMs } = facts.settings
    link.clearCut()
    signal?.addEventListener('abort', link.cutShort)
    const { byteOffset: offset, byteLength: length } = target
    const buffer = target.buffer as unknown as SharedArrayBuffer
    const answer = link.ask({ kind: 'expose', buffer, offset, length }, onStart)
    exposing = answer
    try {
      const exposed = await answer
      if (exposed.kind !== 'exposed') throw new Failed('internal', `${label} answered “${exposed.kind}”.`)
      const { startedAt, frame, ticks, lostBefore } = exposed
      return { startedAt, exposureMs, cameraFrame: frame, cameraTicks: ticks, lostBefore }
    } catch (error) {
      // Whether it is gone or only late shows when it is asked something small.
      if (error instanceof Failed && ['device.timeout', 'device.refused'].includes(error.code))
        await link.ask({ kind: 'alive' }).catch(lose)
      throw error
    } finally {
      exposing = null
      signal?.removeEventListener('abort', link.cutShort)
    }
  }

  /** The answer stops it, and may be called again. */
  async function pace(everyMs: number, intervalsMs: Range, sink: PaceSink): Promise<() => Promise<void>> {
    usable()
    numberWithin(label, 'interval', everyMs, { ...intervalsMs, unit: 'ms' })
    const over = (): void => void (unpace === end && (unpace = null))
    function failed(why: Failed): void {
      over()
      sink.failed(why)
      link.ask({ kind: 'alive' }).catch(lose)
    }
    const { exposureMs } = facts.settings
    const start = { everyMs, exposureMs, frameBytes: frameBytes(facts.settings) }
    const started = startPacing(link, start, { ...sink, failed })
    let ending: Promise<void> | null = null
    const end = (): Promise<void> => (ending ??= started.then((stop) => stop()).finally(over))
    unpace = end
    try {
      await started
    } catch (error) {
      over()
      throw error
    }
    return end
  }

  /** Not where an edge at the camera is to make the frames, or where it has no frame rate. */
  function pacing(): Pacing | null {
    const { intervalsMs, settings } = facts
    if (intervalsMs === null || settings.trigger === 'line') return null
    return {
      intervalsMs: () => intervalsMs,
      onCommandFromMs: ON_COMMAND_FROM_MS,
      start: (everyMs, sink) => pace(everyMs, intervalsMs, sink)
    }
  }

  function status(): DeviceStatus {
    return {
      id,
      label,
      kinds: ['camera'],
      state: state === 'ready' && exposing !== null ? 'busy' : state,
      ...(problem === null ? {} : { problem: problem.message, next: problem.next ?? '' }),
      proof: 'independent peer',
      port: camera,
      identity: camera,
      properties: properties(facts, state === 'lost')
    }
  }

  return {
    id,
    kind: 'camera',
    get settings() {
      return settings()
    },
    get significantBits() {
      return facts.significantBits
    },
    get sensor() {
      return facts.sensor
    },
    pixelSizeUm: null,
    status,
    onChange: changes.add,
    set: async (property, value) => void (await configureAll(asSetting(label, property, value))),
    configure: configureAll,
    expose,
    get pacing() {
      return pacing()
    },
    async close() {
      if (state === 'absent') return
      state = 'absent'
      if (timer !== null) clearTimeout(timer)
      link.cutShort()
      await exposing?.catch(() => undefined) // whoever exposes hears of it
      await unpace?.().catch(() => undefined) // a lost camera can't be stopped
      // The control of the camera is given back, so that the next program need not wait for its heartbeat to end.
      await link.ask({ kind: 'close' }).catch(() => undefined) // a lost camera has nothing to give back
      await link.end()
      changes.clear()
    }
  }
}

function properties({ settings, ...facts }: GenicamFacts, stale: boolean): readonly PropertyState[] {
  const shown = { ageMs: 0, stale, settable: true }
  const { exposureMs, pixelType, trigger, gain, packetBytes } = settings
  return [
    { key: 'exposureMs', label: 'Exposure', unit: 'ms', value: exposureMs, ...shown, ...facts.exposureMs },
    ...areaProperties(facts.sensor, settings, stale),
    { key: 'pixelType', label: 'Pixel type', value: pixelType, ...shown, choices: facts.pixelTypes },
    { key: 'trigger', label: 'Trigger', value: trigger, ...shown, choices: CAMERA_TRIGGERS },
    ...(gain === null ? [] : [{ key: 'gain', label: 'Gain', value: gain, ...shown, ...facts.gain }]),
    ...(packetBytes === null
      ? []
      : [
          {
            key: 'packetBytes',
            label: 'Packet size',
            unit: 'bytes',
            value: packetBytes,
            ...shown,
            ...facts.packetBytes
          }
        ])
  ]
}

function asSetting(label: string, property: string, value: PropertyValue): Partial<GenicamSettings> {
  switch (property) {
    case 'exposureMs':
    case 'x':
    case 'y':
    case 'width':
    case 'height':
    case 'gain':
    case 'binning':
    case 'packetBytes':
      return { [property]: numberWithin(label, property, value, { min: -Infinity, max: Infinity, unit: '' }) }
    case 'pixelType':
      return { pixelType: value as GenicamSettings['pixelType'] } // checked against the camera's own list
    case 'trigger': {
      const trigger = CAMERA_TRIGGERS.find((one) => one === value)
      if (trigger !== undefined) return { trigger }
      throw new Failed('argument.invalid', `${label} has no trigger “${value}”.`, {
        next: `Choose one of ${CAMERA_TRIGGERS.join(', ')}.`
      })
    }
    default:
      throw unknownProperty(label, property)
  }
}
