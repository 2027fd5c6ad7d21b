/** One open GenICam camera inside its thread: how it is set, armed, triggered and read, and which frames it lost. */
import { Failed } from '../../../src-preload/contract/failure'
import { FrameStream, type FrameNumbers } from './frame-stream'
import type { Aravis, Pointer } from './library'
import type { FromGenicamThread, GenicamFacts, GenicamSettings, PaceNews, Range } from './messages'
import { PacedFrames } from './paced-frames'

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
/** At its own pace the camera goes on while this thread or the computer is held up: for so long, in so much memory. */
const PACED_BUFFER_MS = 400
const PACED_BUFFER_BYTES = 256 << 20
const PACED_BUFFERS = { least: 8, most: 128 }
const PACKET_SIZE = 'GevSCPSPacketSize'
/** ARV_GV_STREAM_OPTION_PACKET_SOCKET_DISABLED: a packet socket needs root and does not see the loopback device. */
const NO_PACKET_SOCKET = 1
/** ARV_ACQUISITION_MODE_CONTINUOUS. */
const CONTINUOUS = 0
const LOOK_EVERY_US = 5_000
/** How long after the end of the exposure a frame may take to arrive. */
const PATIENCE_MS = 2_000
const sleeper = new Int32Array(new SharedArrayBuffer(4))

export class Session {
  readonly #arv: Aravis
  readonly #camera: Pointer
  readonly #formats: readonly Format[]
  readonly #hasBinning: boolean
  #format: Format
  #trigger: GenicamSettings['trigger'] = 'software'
  #binning = 1
  #armed: FrameStream | null = null
  readonly #numbers: FrameNumbers = { newest: 0 }

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
    const isGigE = arv.isGigE(camera)
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
        binning: this.#binning,
        packetBytes: isGigE ? arv.packetSize(camera) : null
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
      gain: hasGain ? this.#range(arv.gains) : null,
      intervalsMs: arv.hasFrameRate(camera) !== 0 ? this.#intervalsMs() : null,
      packetBytes: isGigE
        ? this.#range((one, low, high) => arv.integerBounds(one, PACKET_SIZE, low, high))
        : null
    }
  }

  #range(ask: (camera: Pointer, low: [number], high: [number]) => void): Range {
    const [low, high]: [[number], [number]] = [[0], [0]]
    ask(this.#camera, low, high)
    return { min: low[0], max: high[0] }
  }

  /** No frame can follow another before its exposure is over. */
  #intervalsMs(): Range {
    const { min, max } = this.#range(this.#arv.frameRates)
    return { min: Math.max(1000 / max, this.#arv.exposure(this.#camera) / 1000), max: 1000 / min }
  }

  configure(wanted: Partial<GenicamSettings>): void {
    const { x, y, width, height, pixelType, exposureMs, trigger, gain, binning, packetBytes } = wanted
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
    if (typeof packetBytes === 'number') arv.setPacketSize(camera, packetBytes)
    if (trigger !== undefined) this.#trigger = trigger
  }

  #arm(): FrameStream {
    if (this.#armed !== null) return this.#armed
    this.#arv.setTrigger(this.#camera, this.#trigger === 'software' ? 'Software' : 'Line0')
    return (this.#armed = new FrameStream(this.#arv, this.#camera, BUFFERS, this.#numbers))
  }

  /** Ends the stream; frames that are still on their way go with it. */
  #disarm(): void {
    const stream = this.#armed
    this.#armed = null
    stream?.end()
  }

  /** The camera goes at its own pace until `unpace`. */
  pace(everyMs: number, tell: (news: PaceNews) => void): PacedFrames {
    const arv = this.#arv
    const camera = this.#camera
    this.#disarm()
    arv.clearTriggers(camera)
    arv.setFrameRate(camera, 1000 / everyMs)
    const wanted = Math.min(PACED_BUFFER_MS / everyMs, PACED_BUFFER_BYTES / arv.payload(camera))
    const buffers = Math.min(PACED_BUFFERS.most, Math.max(PACED_BUFFERS.least, Math.ceil(wanted)))
    this.#armed = new FrameStream(arv, camera, buffers, this.#numbers)
    const exposureMs = arv.exposure(camera) / 1000
    return new PacedFrames(this.#armed, this.#numbers, { exposureMs, everyMs }, tell)
  }

  unpace(): void {
    this.#disarm()
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
      const buffer = armed.pop(LOOK_EVERY_US)
      if (buffer !== null) {
        if (!onCommand) {
          // The edge came to the camera, not to us: the exposure began its own length before the frame was here.
          startedAt = process.hrtime.bigint() - length
          onStart(startedAt)
        }
        try {
          // No exposure is over before its time: a peer that answers sooner, as the fake camera does, is held until then.
          while (process.hrtime.bigint() < startedAt + length && !cut()) Atomics.wait(sleeper, 0, 0, 1)
          const lostBefore = armed.count(buffer) ?? 0
          if (cut()) return null
          const ticks = armed.read(buffer, target)
          return { kind: 'exposed', startedAt, frame: this.#numbers.newest, ticks, lostBefore }
        } finally {
          armed.giveBack(buffer)
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
  #dropLate(armed: FrameStream): void {
    for (let late = armed.pop(0); late !== null; late = armed.pop(0)) {
      armed.count(late)
      armed.giveBack(late)
    }
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
