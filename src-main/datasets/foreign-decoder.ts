/** Hands blocks that only a foreign library can decode to a thread that may die or hang without harm. */
import { Worker } from 'node:worker_threads'
import { builtFile } from '../built-file'
import { BlockDamage } from './tiff/decompress'
import type { ForeignDecoder } from './tiff/read-plane'
import type { Layout } from './tiff/layout'
import { sampleBytes, samplesAcross } from './tiff/unpack'

/** What goes to the thread and comes back. */
export interface DecodeRequest {
  readonly id: number
  readonly kind: 'jpeg'
  readonly block: Uint8Array
  readonly tables: Uint8Array | null
  readonly width: number
  readonly height: number
  readonly samples: number
  /** Colours are stored as brightness and two differences (TIFF 6.0 section 21). */
  readonly yCbCr: boolean
}

export type DecodeReply =
  { readonly id: number; readonly bytes: Uint8Array } | { readonly id: number; readonly reason: string }

const HEAP_MB = 512

interface Waiting {
  readonly resolve: (bytes: Uint8Array) => void
  readonly reject: (error: Error) => void
}

class DecoderThread {
  private readonly waiting = new Map<number, Waiting>()
  private readonly worker: Worker
  private timer: NodeJS.Timeout | null = null
  alive = true

  constructor(
    file: string,
    private readonly limitMs: number,
    heapMb: number
  ) {
    this.worker = new Worker(file, {
      resourceLimits: { maxOldGenerationSizeMb: heapMb }
    })
    this.worker.unref()
    this.worker.on('message', (reply: DecodeReply) => this.answer(reply))
    this.worker.on('error', (error) => this.end(`the decoder failed (${error.message})`))
    this.worker.on('exit', () => this.end('the decoder died'))
  }

  ask(request: DecodeRequest): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.waiting.set(request.id, { resolve, reject })
      this.worker.ref()
      this.watch()
      this.worker.postMessage(request)
    })
  }

  private answer(reply: DecodeReply): void {
    const waiting = this.waiting.get(reply.id)
    this.waiting.delete(reply.id)
    if ('bytes' in reply) waiting?.resolve(reply.bytes)
    else waiting?.reject(new BlockDamage(reply.reason))
    this.watch()
  }

  /** One decode may take so long, not all of them together. */
  private watch(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer =
      this.waiting.size === 0
        ? null
        : setTimeout(() => this.end(`the decoder took longer than ${this.limitMs / 1000} s`), this.limitMs)
    if (this.waiting.size === 0) this.worker.unref()
  }

  private end(reason: string): void {
    this.alive = false
    if (this.timer !== null) clearTimeout(this.timer)
    for (const { reject } of this.waiting.values()) reject(new BlockDamage(reason))
    this.waiting.clear()
    void this.worker.terminate()
  }
}

export interface DecoderOptions {
  /** The thread's code; found beside the built entries where left out. */
  readonly file?: string
  /** One block may take so long. */
  readonly limitMs?: number
  readonly heapMb?: number
}

const LIMIT_MS = 10_000

/** A decoder with a thread of its own, started at the first block and again after it died. */
export function createForeignDecoder(options: DecoderOptions = {}): ForeignDecoder {
  const { file, limitMs = LIMIT_MS, heapMb = HEAP_MB } = options
  let thread: DecoderThread | null = null
  let last = 0
  return async (layout, block, rows) => {
    thread =
      thread?.alive === true
        ? thread
        : new DecoderThread(file ?? builtFile('reader-thread.cjs'), limitMs, heapMb)
    const bytes = await thread.ask(requestFor(++last, layout, block, rows))
    const length = samplesAcross(layout) * rows * sampleBytes(layout)
    if (bytes.length < length) throw new BlockDamage(`its JPEG data gives ${bytes.length} of ${length} bytes`)
    return bytes.subarray(0, length)
  }
}

function requestFor(id: number, layout: Layout, block: Uint8Array, rows: number): DecodeRequest {
  return {
    id,
    kind: 'jpeg',
    block,
    tables: layout.jpegTables,
    width: layout.blockWidth,
    height: rows,
    samples: layout.planar ? 1 : layout.samples,
    yCbCr: layout.photometric === 6
  }
}

/** The one of the program. */
export const foreignDecoder = createForeignDecoder()
