/** One open GenICam camera inside its thread: how it is set, armed, triggered and read, and which frames it lost. */
import { Failed } from '../../../src-preload/contract/failure'
import type { Aravis, Pointer } from './library'
import type { FromGenicamThread, GenicamFacts, GenicamSettings, Range } from './messages'

/** Pixel formats we take, the best first, with the bits that carry signal. */
const FORMATS = [
  { name: 'Mono16', pixelType: 'uint16', bits: 16 },
  { name: 'Mono12', pixelType: 'uint16', bits: 12 },
  { name: 'Mono10', pixelType: 'uint16', bits: 10 },
  { name: 'Mono8', pixelType: 'uint8', bits: 8 }
] as const
type Format = (typeof FORMATS)[number]

/** Binnings in use on the bench; a camera may know only some of them. */
const BINNINGS = [1, 2, 4, 8]
const BUFFERS = 4
/** ARV_GV_STREAM_OPTION_PACKET_SOCKET_DISABLED: a packet socket needs root and does not see the loopback device. */
const NO_PACKET_SOCKET = 1
/** ARV_GV_STREAM_SOCKET_BUFFER_FIXED. The other way, a buffer as large as a frame, loses packets of small frames; the system cuts this to what it allows. */
const SOCKET_BUFFER_FIXED = 0
const LEAST_SOCKET_BUFFER = 8 << 20
/** ARV_ACQUISITION_MODE_CONTINUOUS. */
const CONTINUOUS = 0
/** How long a frame may wait for its last packets: Aravis' own 0.1 s gives frames up when the computer is merely busy. */
const RETENTION_US = 400_000
const LOOK_EVERY_US = 5_000
/** How long after the end of the exposure a frame may take to arrive. */
const PATIENCE_MS = 2_000
/** GigE Vision 1 counts frames in 16 bits and leaves out 0. */
const FRAME_IDS = 65_535
const sleeper = new Int32Array(new SharedArrayBuffer(4))

interface Armed {
  readonly stream: Pointer
  lastFrame: number | null
}

export class Session {
  readonly #arv: Aravis
  readonly #camera: Pointer
  readonly #formats: readonly Format[]
  readonly #hasBinning: boolean
  #format: Format
  #trigger: GenicamSettings['trigger'] = 'software'
  #binning = 1
  #armed: Armed | null = null
  /** The running number of the newest frame, which does not wrap. */
  #frames = 0

  constructor(arv: Aravis, id: string) {
    this.#arv = arv
    const camera = arv.open(id)
    if (camera === null) throw absent(id)
    this.#camera = camera
    this.#formats = usableFormats(arv, camera)
    const [best] = this.#formats
    if (best === undefined) {
      arv.unref(camera)
      throw new Failed('device.refused', `The camera ${id} offers no monochrome format.`)
    }
    this.#format = best
    arv.setFormat(camera, best.name)
    this.#hasBinning = arv.hasBinning(camera) !== 0
    if (this.#hasBinning) arv.setBinning(camera, 1, 1)
    arv.setContinuous(camera, CONTINUOUS)
    if (arv.isGigE(camera)) arv.streamOptions(camera, NO_PACKET_SOCKET)
  }

  facts(): GenicamFacts {
    const arv = this.#arv
    const camera = this.#camera
    const [x, y, width, height]: [[number], [number], [number], [number]] = [[0], [0], [0], [0]]
    arv.region(camera, x, y, width, height)
    const sensor = this.#range(arv.sensor)
    const binning = this.#hasBinning ? this.#range(arv.binnings) : { min: 1, max: 1 }
    const exposure = this.#range(arv.exposures)
    const hasGain = arv.hasGain(camera) !== 0
    return {
      name: `${arv.vendorOf(camera)} ${arv.modelOf(camera)}`,
      settings: {
        x: x[0],
        y: y[0],
        width: width[0],
        height: height[0],
        pixelType: this.#format.pixelType,
        exposureMs: arv.exposure(camera) / 1000,
        trigger: this.#trigger,
        gain: hasGain ? arv.gain(camera) : null,
        binning: this.#binning
      },
      significantBits: this.#format.bits,
      pixelTypes: [...new Set(this.#formats.map(({ pixelType }) => pixelType))],
      sensor: {
        width: sensor.min,
        height: sensor.max,
        binnings: BINNINGS.filter((one) => one === 1 || (one >= binning.min && one <= binning.max))
      },
      steps: {
        x: arv.stepX(camera),
        y: arv.stepY(camera),
        width: arv.stepWidth(camera),
        height: arv.stepHeight(camera)
      },
      exposureMs: { min: exposure.min / 1000, max: exposure.max / 1000 },
      gain: hasGain ? this.#range(arv.gains) : null
    }
  }

  #range(ask: (camera: Pointer, low: [number], high: [number]) => void): Range {
    const [low, high]: [[number], [number]] = [[0], [0]]
    ask(this.#camera, low, high)
    return { min: low[0], max: high[0] }
  }

  configure(wanted: Partial<GenicamSettings>): void {
    const { x, y, width, height, pixelType, exposureMs, trigger, gain, binning } = wanted
    const arv = this.#arv
    const camera = this.#camera
    this.#disarm()
    const format = this.#formats.find((one) => one.pixelType === pixelType)
    if (format !== undefined && format.pixelType !== this.#format.pixelType) {
      arv.setFormat(camera, format.name)
      this.#format = format
    }
    if (binning !== undefined && binning !== this.#binning) {
      arv.setBinning(camera, binning, binning)
      this.#binning = binning
    }
    if (x !== undefined && y !== undefined && width !== undefined && height !== undefined)
      arv.setRegion(camera, x, y, width, height)
    if (exposureMs !== undefined) arv.setExposure(camera, exposureMs * 1000)
    if (typeof gain === 'number') arv.setGain(camera, gain)
    if (trigger !== undefined) this.#trigger = trigger
  }

  #arm(): Armed {
    if (this.#armed !== null) return this.#armed
    const arv = this.#arv
    arv.setTrigger(this.#camera, this.#trigger === 'software' ? 'Software' : 'Line0')
    const stream = arv.createStream(this.#camera, null, null)
    if (stream === null) throw new Failed('device.refused', 'The camera opened no stream.')
    const bytes = arv.payload(this.#camera)
    if (arv.isGigE(this.#camera)) {
      arv.setInt(stream, 'socket-buffer', 'int', SOCKET_BUFFER_FIXED, 'void *', null)
      arv.setInt(stream, 'socket-buffer-size', 'int', Math.max(LEAST_SOCKET_BUFFER, bytes), 'void *', null)
      arv.setInt(stream, 'frame-retention', 'int', RETENTION_US, 'void *', null)
    }
    for (let i = 0; i < BUFFERS; i++) arv.push(stream, arv.newBuffer(bytes))
    arv.start(this.#camera)
    return (this.#armed = { stream, lastFrame: null })
  }

  /** Ends the stream; frames that are still on their way go with it. */
  #disarm(): void {
    if (this.#armed === null) return
    const { stream } = this.#armed
    this.#armed = null
    try {
      this.#arv.stop(this.#camera)
    } finally {
      this.#arv.unref(stream)
    }
  }

  /** Null: it was cut short. */
  expose(
    target: Uint8Array,
    cut: () => boolean,
    onStart: (at: bigint) => void
  ): Extract<FromGenicamThread, { kind: 'exposed' }> | null {
    const arv = this.#arv
    const armed = this.#arm()
    const exposureMs = arv.exposure(this.#camera) / 1000
    const length = BigInt(Math.round(exposureMs * 1e6))
    this.#dropLate(armed)
    const onCommand = this.#trigger === 'software'
    let startedAt = process.hrtime.bigint()
    if (onCommand) {
      arv.fire(this.#camera)
      onStart(startedAt)
    }
    const deadline = startedAt + BigInt(Math.round((exposureMs + PATIENCE_MS) * 1e6))
    for (;;) {
      if (cut() && !(onCommand && soonOver(startedAt + length))) {
        this.#disarm()
        return null
      }
      const buffer = arv.pop(armed.stream, LOOK_EVERY_US)
      if (buffer !== null) {
        if (!onCommand) {
          // The edge came to the camera, not to us: the exposure began its own length before the frame was here.
          startedAt = process.hrtime.bigint() - length
          onStart(startedAt)
        }
        try {
          // No exposure is over before its time: a peer that answers sooner, as the fake camera does, is held until then.
          while (process.hrtime.bigint() < startedAt + length && !cut()) Atomics.wait(sleeper, 0, 0, 1)
          if (!cut()) return { kind: 'exposed', startedAt, ...this.#take(armed, buffer, target) }
          this.#count(armed, Number(arv.frameId(buffer)))
          return null
        } finally {
          arv.push(armed.stream, buffer)
        }
      }
      if (onCommand && !cut() && process.hrtime.bigint() > deadline) {
        this.#disarm()
        throw new Failed('device.timeout', 'The camera sent no frame after its trigger.', {
          next: 'Look at its cable and at the network card.'
        })
      }
    }
  }

  /** Frames that came after their exposure was given up belong to nobody. */
  #dropLate(armed: Armed): void {
    for (;;) {
      const late = this.#arv.pop(armed.stream, 0)
      if (late === null) return
      this.#count(armed, Number(this.#arv.frameId(late)))
      this.#arv.push(armed.stream, late)
    }
  }

  #take(
    armed: Armed,
    buffer: Pointer,
    target: Uint8Array
  ): { frame: number; ticks: bigint; lostBefore: number } {
    const arv = this.#arv
    const lostBefore = this.#count(armed, Number(arv.frameId(buffer)))
    const status = arv.bufferStatus(buffer)
    const size: [number | bigint] = [0]
    const data = arv.data(buffer, size)
    if (status !== 0 || data === null || Number(size[0]) < target.byteLength) {
      throw new Failed('frame.lost', `Frame ${this.#frames} of the camera arrived incomplete.`, {
        next: 'Look at the cable and the network card; large packets help.',
        detail: `buffer status ${status}, ${String(size[0])} of ${target.byteLength} bytes`
      })
    }
    arv.copy(target, data, target.byteLength)
    return { frame: this.#frames, ticks: BigInt(arv.ticks(buffer)), lostBefore }
  }

  /** Frames missing since the last one, by the camera's own numbers. */
  #count(armed: Armed, id: number): number {
    const step = armed.lastFrame === null ? 1 : (id - armed.lastFrame + FRAME_IDS) % FRAME_IDS
    armed.lastFrame = id
    this.#frames += Math.max(1, step)
    return Math.max(0, step - 1)
  }

  /** Asks the camera something small; fails when it does not answer. */
  alive(): void {
    this.#arv.exposure(this.#camera)
  }

  close(): void {
    try {
      this.#disarm()
    } finally {
      this.#arv.unref(this.#camera)
    }
  }
}

/** A cut exposure that is over this soon is waited out, and its frame dropped: a new stream would take longer and could lose the next frame. */
const WAITED_OUT_NS = 60_000_000n
/** How late after its exposure such a frame may be. */
const WAITED_FOR_NS = 300_000_000n

function soonOver(end: bigint): boolean {
  const now = process.hrtime.bigint()
  return end < now + WAITED_OUT_NS && now < end + WAITED_FOR_NS
}

export const absent = (id: string): Failed =>
  new Failed('device.absent', `There is no GenICam camera “${id}”.`, {
    next: 'Look at its cable and power, and choose it from the list of cameras.'
  })

function inUse(error: unknown): unknown {
  if (!(error instanceof Failed)) return error
  return new Failed('device.busy', 'Another program controls the camera.', {
    next: 'Close that program, wait five seconds, and connect the camera again.',
    detail: error.message
  })
}

/** Formats that the camera takes; those that it refuses are not ours to offer. */
function usableFormats(arv: Aravis, camera: Pointer): readonly Format[] {
  return FORMATS.filter(({ name }) => {
    try {
      arv.setFormat(camera, name)
      return arv.format(camera) === name
    } catch (error) {
      if (error instanceof Failed && !/denied|privilege/i.test(error.message)) return false
      throw inUse(error)
    }
  })
}
