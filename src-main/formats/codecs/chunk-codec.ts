/** The compressions of OME-Zarr chunks, each as one call: bytes to bytes in a shared memory, and back. */
import { constants, gunzipSync, gzipSync } from 'node:zlib'
import type { Compression } from '../settings'
import { decodeBlosc, encodeBlosc, LZ4, mostEncoded, WORK_BYTES, ZSTD } from './blosc'
import { bindKernel, sharedMemory, SLACK_BYTES } from './kernel'
import { zstdDecode, zstdEncode } from './zstd'

export type ChunkCompression = Exclude<Compression, 'none' | 'lzw' | 'deflate'>

export const GZIP_LEVEL = 1

/** Encodes `source` to an address of the memory; the length. */
export type EncodeChunk = (source: Uint8Array, to: number) => number

/** Room to leave for an encoded chunk of so many bytes, whatever the compression. zstd and gzip add less than 1 % to noise. */
export const mostStored = (bytes: number): number => mostEncoded(bytes) + Math.ceil(bytes / 128) + 1024

/** Scratch that an encoder needs at `work`. */
export const ENCODER_WORK_BYTES = WORK_BYTES

export function chunkEncoder(
  compression: ChunkCompression,
  typeSize: number,
  memory: WebAssembly.Memory,
  work: number
): EncodeChunk {
  const bytes = new Uint8Array(memory.buffer)
  const put = (encoded: Uint8Array, to: number): number => {
    bytes.set(encoded, to)
    return encoded.byteLength
  }
  switch (compression) {
    case 'blosc-lz4':
    case 'blosc-zstd': {
      const bench = { kernel: bindKernel(memory), memory: bytes, work }
      const codec = compression === 'blosc-lz4' ? LZ4 : ZSTD
      return (source, to) => encodeBlosc(bench, codec, source, typeSize, to)
    }
    case 'zstd':
      return (source, to) => put(zstdEncode(source), to)
    case 'gzip':
      // A copy outside shared memory, which zlib refuses.
      return (source, to) =>
        put(gzipSync(new Uint8Array(source), { level: GZIP_LEVEL, memLevel: constants.Z_MAX_MEMLEVEL }), to)
  }
}

/** Decodes one chunk at a time, in a memory of its own that grows with the largest. */
export class ChunkDecoder {
  private memory = sharedMemory(65_536)

  constructor(private readonly compression: ChunkCompression) {}

  /** The chunk's `bytes` bytes; null for a damaged one. */
  decode(stored: Uint8Array, bytes: number): Uint8Array | null {
    try {
      const plain = this.plain(stored, bytes)
      return plain?.byteLength === bytes ? plain : null
    } catch {
      return null // zlib and zstd throw for damaged input; there is nothing else that they could fail at
    }
  }

  private plain(stored: Uint8Array, bytes: number): Uint8Array | null {
    switch (this.compression) {
      case 'zstd':
        return zstdDecode(stored)
      case 'gzip':
        return gunzipSync(stored)
      case 'blosc-lz4':
      case 'blosc-zstd':
        return this.blosc(stored, bytes)
    }
  }

  private blosc(stored: Uint8Array, bytes: number): Uint8Array | null {
    const to = stored.byteLength + SLACK_BYTES
    const work = to + bytes + SLACK_BYTES
    const room = work + bytes + SLACK_BYTES
    if (this.memory.buffer.byteLength < room) this.memory = sharedMemory(room)
    const memory = new Uint8Array(this.memory.buffer)
    memory.set(stored)
    const whole = decodeBlosc(bindKernel(this.memory), memory, 0, stored.byteLength, to, bytes, work)
    return whole ? memory.slice(to, to + bytes) : null
  }
}
