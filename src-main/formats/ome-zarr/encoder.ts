/** One encoder: takes the tasks of its queue in order and encodes their chunks side by side. Runs in a thread, or in the writer where there is none. */
import type { PixelMemory } from '../direct-file'
import { cut } from '../cut-plane'
import { piecesOf, type Piece } from './pieces'
import type { Grid } from './grid'
import {
  chunkEncoder,
  ENCODER_WORK_BYTES,
  mostStored,
  type ChunkCompression,
  type EncodeChunk
} from '../codecs/chunk-codec'
import type { EncoderQueue } from './encoder-queue'
import { MOST_PER_TASK } from './encoder-queue'

/** Where the encoders' memory is cut: scratch of each, then the outputs of its tasks. */
export interface EncoderLayout {
  readonly grid: Grid
  readonly compression: ChunkCompression
  /** Tasks under way at once for one encoder. */
  readonly ring: number
  readonly chunksPerTask: number
  /** Encoded chunks of a task begin at multiples of it, as they do in the file. */
  readonly align: number
  readonly outputBytes: number
  /** Bytes of one encoder's part. */
  readonly partBytes: number
}

const WASM_PAGE = 65_536
const TASK_BYTES = 4 * 1024 * 1024
const WARM_BYTES = 4 * 1024 * 1024
const LARGE_CHUNK = 64 * 1024

const roundUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit

export function encoderLayout(grid: Grid, compression: ChunkCompression): EncoderLayout {
  const align = grid.chunkBytes >= LARGE_CHUNK ? 4096 : 64
  const perChunk = roundUp(mostStored(grid.chunkBytes), align)
  const chunksPerTask = Math.max(1, Math.min(MOST_PER_TASK, Math.floor(TASK_BYTES / grid.chunkBytes)))
  const outputBytes = roundUp(perChunk * chunksPerTask, WASM_PAGE)
  const ring = grid.chunkBytes > 16 * 1024 * 1024 ? 2 : 3
  const partBytes = roundUp(ENCODER_WORK_BYTES, WASM_PAGE) + ring * outputBytes
  return { grid, compression, ring, chunksPerTask, align, outputBytes, partBytes }
}

export class Encoder {
  private readonly encode: EncodeChunk
  private readonly pieces: readonly Piece[]
  /** A piece cut out of its plane. */
  private readonly cutOut: Uint8Array
  private readonly all: Uint8Array
  private next = 0

  constructor(
    private readonly layout: EncoderLayout,
    /** Which encoder of several this is. */
    private readonly number: number,
    private readonly queue: EncoderQueue,
    private readonly frames: PixelMemory,
    private readonly memory: WebAssembly.Memory
  ) {
    const { grid, compression, partBytes } = layout
    this.encode = chunkEncoder(compression, grid.pixelBytes, memory, number * partBytes)
    this.pieces = piecesOf(grid)
    this.all = new Uint8Array(memory.buffer)
    this.cutOut = new Uint8Array(grid.whole ? 0 : grid.pieceBytes)
  }

  /** Encodes task after task until the queue is stopped. */
  run(): void {
    this.warmUp()
    this.queue.ready()
    while (this.queue.waitFor(this.next)) this.encodeNext()
  }

  /** V8 optimises the kernel only after it ran a while, and memory costs time when it is touched first: neither is for the first frames. */
  private warmUp(): void {
    const { number, layout, memory } = this
    const part = new Uint8Array(memory.buffer, number * layout.partBytes, layout.partBytes)
    for (let at = 0; at < part.length; at += 4096) part[at] = 0
    const { grid } = layout
    const picture = new Uint8Array(Math.min(grid.chunkBytes, WARM_BYTES / 8))
    for (let at = 0; at < picture.length; at += grid.pixelBytes)
      picture[at] = (Math.imul(at, 2654435761) >>> 13) & 63
    for (let done = 0; done < WARM_BYTES; done += picture.length) this.encode(picture, this.output(0))
  }

  encodeNext(): void {
    const { layout, queue } = this
    const task = this.next
    let to = this.output(task)
    const chunks = queue.chunks(task)
    for (let k = 0; k < chunks; k++) {
      const { source, piece } = queue.chunk(task, k)
      const length = this.encode(this.pixels(source, piece), to)
      queue.answer(task, k, { offset: to, length })
      const next = to + roundUp(length, layout.align)
      // The gap goes to disk too: zeros, not what was there before.
      this.all.fill(0, to + length, next)
      to = next
    }
    this.next++
    queue.finished()
  }

  private output(task: number): number {
    const { partBytes, ring, outputBytes } = this.layout
    return (this.number + 1) * partBytes - (ring - (task % ring)) * outputBytes
  }

  private pixels(source: number, number: number): Uint8Array {
    const { grid } = this.layout
    const plane = new Uint8Array(this.frames.buffer, source, grid.frameBytes)
    const piece = this.pieces[number]
    if (grid.whole || piece === undefined) return plane
    cut(grid, plane, piece, this.cutOut)
    return this.cutOut
  }
}
