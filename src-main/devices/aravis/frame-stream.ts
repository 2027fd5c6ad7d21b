/** A stream of frames from a camera, from its first buffer to its end: how it is opened, which frames are missing, and what of a frame arrived. */
import { Failed } from '../../../src-preload/contract/failure'
import type { Aravis, Pointer } from './library'

/** ARV_GV_STREAM_SOCKET_BUFFER_FIXED. The other way, a buffer as large as a frame, loses packets of small frames; the system cuts this to what it allows. */
const SOCKET_BUFFER_FIXED = 0
const LEAST_SOCKET_BUFFER = 8 << 20
/** How long a frame may wait for its last packets: Aravis' own 0.1 s gives frames up when the computer is merely busy. */
const RETENTION_US = 400_000
/** GigE Vision 1 counts frames in 16 bits and leaves out 0. */
const FRAME_IDS = 65_535

/** The running number of a camera's newest frame, which does not wrap and goes on in its next stream. */
export interface FrameNumbers {
  newest: number
}

export class FrameStream {
  readonly #arv: Aravis
  readonly #camera: Pointer
  readonly #stream: Pointer
  readonly #numbers: FrameNumbers
  #lastId: number | null = null

  /** Opens it and starts the camera, whose triggers are set before. */
  constructor(arv: Aravis, camera: Pointer, buffers: number, numbers: FrameNumbers) {
    const stream = arv.createStream(camera, null, null)
    if (stream === null) throw new Failed('device.refused', 'The camera opened no stream.')
    this.#arv = arv
    this.#camera = camera
    this.#stream = stream
    this.#numbers = numbers
    const bytes = arv.payload(camera)
    if (arv.isGigE(camera)) {
      arv.setInt(stream, 'socket-buffer', 'int', SOCKET_BUFFER_FIXED, 'void *', null)
      arv.setInt(stream, 'socket-buffer-size', 'int', Math.max(LEAST_SOCKET_BUFFER, bytes), 'void *', null)
      arv.setInt(stream, 'frame-retention', 'int', RETENTION_US, 'void *', null)
    }
    for (let i = 0; i < buffers; i++) arv.push(stream, arv.newBuffer(bytes))
    arv.start(camera)
  }

  /** The next frame, to be given back; null when none came in this time. */
  pop(waitUs: number): Pointer {
    return this.#arv.pop(this.#stream, waitUs)
  }

  giveBack(buffer: Pointer): void {
    this.#arv.push(this.#stream, buffer)
  }

  /**
   * Counts a frame; answers how many are missing since the last one, by the camera's own numbers. null: it was given up after newer ones had come
   * whole, and was counted as missing by them.
   */
  count(buffer: Pointer): number | null {
    const id = Number(this.#arv.frameId(buffer))
    const step = this.#lastId === null ? 1 : (id - this.#lastId + FRAME_IDS) % FRAME_IDS
    if (step === 0 || step > FRAME_IDS / 2) return null
    this.#lastId = id
    this.#numbers.newest += Math.max(1, step)
    return Math.max(0, step - 1)
  }

  /** Copies the pixels of a frame; answers the camera's own time of it. Errors: `frame.lost` where not all of it arrived. */
  read(buffer: Pointer, target: Uint8Array): bigint {
    const arv = this.#arv
    const status = arv.bufferStatus(buffer)
    const size: [number | bigint] = [0]
    const data = arv.data(buffer, size)
    if (status !== 0 || data === null || Number(size[0]) < target.byteLength) {
      throw new Failed('frame.lost', `Frame ${this.#numbers.newest} of the camera arrived incomplete.`, {
        next: 'Look at the cable and the network card; large packets help.',
        detail: `buffer status ${status}, ${String(size[0])} of ${target.byteLength} bytes`
      })
    }
    arv.copy(target, data, target.byteLength)
    return BigInt(arv.ticks(buffer))
  }

  /** Frames that are still on their way go with it. */
  end(): void {
    try {
      this.#arv.stop(this.#camera)
    } finally {
      this.#arv.unref(this.#stream)
    }
  }
}
