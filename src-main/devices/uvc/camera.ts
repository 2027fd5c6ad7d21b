/**
 * A USB camera (UVC) by the app's hidden window. It runs by itself: an exposure waits for the first frame that began after it was asked for. The
 * region is cut out here. A camera that is lost is looked for until it is back, and set as it was.
 */
import type { DeviceState, DeviceStatus } from '../../../src-preload/contract/device'
import { Failed } from '../../../src-preload/contract/failure'
import type { SensorArea, SensorSize } from '../../../src-preload/contract/pixels'
import type { UvcFacts, UvcFrame } from '../../../src-preload/contract/uvc'
import { checkPixelType, checkRoom } from '../camera-rules'
import type { Camera, CameraSettings, ExposureReport, MonoNs } from '../device'
import { numberWithin, type PropertyValue } from '../limits'
import { createListeners } from '../listeners'
import { changedArea, changesArea, wholeSensor } from '../sensor-area'
import { awaitFrame, type WaitingExposure } from './exposure'
import { createFrameClock, type FrameClock } from './frame-clock'
import type { UvcHost, UvcStream } from './host'
import { uvcDevice } from './names'
import { asSetting, exposureOf, uvcProperties } from './properties'

/** How often a lost camera is looked for, and a silent one noticed. */
const LOOK_EVERY_MS = 1000
/** A camera without a frame for so long is lost: by itself it sends many a second. */
const SILENT_MS = 4000
/** Pixels are still sent for so long after an exposure, since the next one mostly follows soon. */
const KEEP_SENDING_MS = 1000
/** A new exposure time is in force in the frame after the next one. */
const FRAMES_TO_SETTLE = 2

const ns = (ms: number): bigint => BigInt(Math.round(ms * 1e6))

export async function connectUvcCamera(name: string, host: UvcHost): Promise<Camera> {
  const changes = createListeners<void>()
  const id = `uvc-${name.replace(/[^A-Za-z0-9]+/g, '-')}`
  let state: DeviceState = 'opening'
  let problem: Failed | null = null
  let waiting: WaitingExposure | null = null
  let stream: UvcStream
  let facts: UvcFacts
  let clock: FrameClock
  let area: SensorArea
  let seenAt: MonoNs = 0n
  let onSeen: () => void = () => undefined
  let sending = false
  let quiet: NodeJS.Timeout | null = null
  /** An end that belongs to a stream before this one is old news. */
  let opening = 0
  let looking = false
  await open()
  area = wholeSensor(sensor())
  state = 'ready'
  const watch = setInterval(() => void look(), LOOK_EVERY_MS).unref()

  function sensor(): SensorSize {
    return { width: facts.width, height: facts.height, binnings: [1] }
  }

  /** Resolves with the first frame. */
  async function open(): Promise<void> {
    const turn = (opening += 1)
    const early: UvcFrame[] = []
    const mine = (): boolean => turn === opening
    let hear: (frame: UvcFrame) => void = (frame) => early.push(frame)
    stream = await host.open((cameras) => uvcDevice(cameras, name), {
      onFrame: (frame) => mine() && hear(frame),
      onEnd: (why) => mine() && lose(why)
    })
    facts = stream.facts
    clock = createFrameClock(facts.frameMs)
    hear = see
    early.forEach(see)
    if (early.length === 0 && !(await nextFrame())) {
      stream.close()
      throw new Failed('device.timeout', `${facts.label} sends no picture.`, {
        next: 'Unplug it and plug it in again.'
      })
    }
  }

  /** False: none came. */
  function nextFrame(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), SILENT_MS).unref()
      onSeen = () => {
        clearTimeout(timer)
        onSeen = () => undefined
        resolve(true)
      }
    })
  }

  /** Lost: is it back? Else: is it still sending? */
  async function look(): Promise<void> {
    if (state === 'ready' && process.hrtime.bigint() - seenAt > ns(SILENT_MS)) lose('no frame came')
    if (state !== 'lost' || looking) return
    looking = true
    const { width, height, exposure } = facts
    try {
      await open()
      if (exposure !== null && exposure.valueMs !== null) facts = await stream.setExposure(exposure.valueMs)
      if (facts.width !== width || facts.height !== height) area = wholeSensor(sensor())
      if (isClosed()) return stream.close()
      state = 'ready'
      problem = null
      changes.tell()
    } catch (error) {
      opening += 1
      stream.close()
      if (!(error instanceof Failed)) throw error
      // It is not back; what was said when it was lost still holds.
    } finally {
      looking = false
    }
  }
  /** Whoever waited for a window may find it so. */
  function isClosed(): boolean {
    return state === 'absent'
  }

  function lose(why: string): void {
    if (state !== 'ready') return
    state = 'lost'
    problem = new Failed('device.lost', `${facts.label} sends no picture any more.`, {
      next: 'Look at its cable; it is taken up again by itself.',
      detail: why
    })
    opening += 1
    stopSending()
    stream.close()
    taken()?.refuse(problem)
    changes.tell()
  }

  /** The exposure that waits; it is answered once. */
  function taken(): WaitingExposure | null {
    const one = waiting
    waiting = null
    return one
  }

  /** Where the camera does not tell, a frame may have been exposed all the time since the one before. */
  function exposureMs(): number {
    return facts.exposure?.valueMs ?? Math.max(facts.frameMs, clock.intervalMs)
  }

  function see({ timestampUs, luma }: UvcFrame): void {
    const arrivedAt = (seenAt = process.hrtime.bigint())
    const { at, number, lost } = clock.see(timestampUs, arrivedAt)
    onSeen()
    const tookMs = exposureMs()
    const startedAt = at - ns(tookMs)
    const frame = { startedAt, exposureMs: tookMs, intervalMs: clock.intervalMs, number, lost, timestampUs }
    if (waiting?.isFor(frame) !== true) return
    if (luma === null) return // it was under way before the window knew that pixels are wanted
    if (luma.length !== facts.width * facts.height) return lose('the size of its picture changed')
    taken()?.answer(frame, luma, facts.width, area)
  }

  function usable(): void {
    if (state === 'absent') throw new Failed('device.absent', `${facts.label} is closed.`)
    if (problem !== null) throw problem
    if (waiting !== null) throw new Failed('device.busy', `${facts.label} is busy: one exposure is running.`)
  }

  function settings(): CameraSettings {
    return { ...area, pixelType: 'uint8', exposureMs: facts.exposure?.valueMs ?? facts.frameMs }
  }

  async function configure(wanted: Partial<CameraSettings>): Promise<CameraSettings> {
    usable()
    if (wanted.pixelType !== undefined) checkPixelType(facts.label, ['uint8'], wanted.pixelType)
    const changed = changesArea(wanted) ? changedArea(facts.label, sensor(), area, wanted) : area
    if (wanted.exposureMs !== undefined && wanted.exposureMs !== settings().exposureMs)
      await setExposure(wanted.exposureMs)
    area = changed
    changes.tell()
    return settings()
  }

  async function setExposure(ms: number | null): Promise<void> {
    usable()
    const range = facts.exposure
    if (range === null)
      throw new Failed('argument.invalid', `The exposure of ${facts.label} can't be set.`, {
        next: 'It exposes as long as its light asks for; more light makes it shorter.'
      })
    if (ms !== null)
      numberWithin(facts.label, 'exposure', ms, { min: range.minMs, max: range.maxMs, unit: 'ms' })
    facts = await stream.setExposure(ms)
    for (let i = 0; i < FRAMES_TO_SETTLE; i++) await nextFrame()
    changes.tell()
  }

  async function expose(
    target: Uint8Array,
    onStart?: (startedAt: MonoNs) => void,
    signal?: AbortSignal
  ): Promise<ExposureReport> {
    usable()
    const cancelled = new Failed('cancelled', `${facts.label}: the exposure was cancelled.`)
    if (signal?.aborted === true) throw cancelled
    checkRoom(facts.label, settings(), target)
    if (!sending) stream.pixels((sending = true))
    if (quiet !== null) clearTimeout(quiet)
    waiting = awaitFrame(target, onStart)
    const abort = (): void => taken()?.refuse(cancelled)
    signal?.addEventListener('abort', abort)
    try {
      return await waiting.report
    } finally {
      signal?.removeEventListener('abort', abort)
      if (waiting === null && state === 'ready') quiet = setTimeout(stopSending, KEEP_SENDING_MS).unref()
    }
  }

  function stopSending(): void {
    if (quiet !== null) clearTimeout(quiet)
    quiet = null
    if (sending) stream.pixels((sending = false))
  }

  async function set(property: string, value: PropertyValue): Promise<void> {
    if (property === 'exposureMode') await setExposure(exposureOf(facts, value))
    else await configure(asSetting(facts.label, property, value))
  }

  function status(): DeviceStatus {
    return {
      id,
      label: facts.label,
      kinds: ['camera'],
      state: state === 'ready' && waiting !== null ? 'busy' : state,
      ...(problem === null ? {} : { problem: problem.message, next: problem.next ?? '' }),
      proof: 'independent peer',
      port: name,
      identity: name,
      properties: uvcProperties(facts, sensor(), settings(), state !== 'ready')
    }
  }

  return {
    id,
    kind: 'camera',
    get settings() {
      return settings()
    },
    significantBits: 8,
    get sensor() {
      return sensor()
    },
    pixelSizeUm: null,
    status,
    onChange: changes.add,
    set,
    configure,
    expose,
    close() {
      if (state === 'absent') return Promise.resolve()
      state = 'absent'
      opening += 1
      clearInterval(watch)
      stopSending()
      stream.close()
      taken()?.refuse(new Failed('cancelled', `${facts.label} was closed.`))
      changes.clear()
      return Promise.resolve()
    }
  }
}
