/**
 * The Blosc 1 container (c-blosc, README_CHUNK_FORMAT): 16 bytes of header, the offset of each block, the blocks. Encodes LZ4 with byte shuffle in a
 * shared memory, without copies but one of each block; tells headers apart for decoding.
 */
import { SLACK_BYTES, TABLE_BYTES, type Kernel } from './kernel'

export const BLOSC_HEADER = 16
const VERSION = 2
const LZ4_VERSION = 1
export const SHUFFLED = 0x01
export const STORED = 0x02
export const BIT_SHUFFLED = 0x04
export const UNSPLIT = 0x10
export const LZ4 = 1
export const ZSTD = 4

/** Fits the second-level cache together with its shuffled copy. */
export const BLOCK_BYTES = 256 * 1024

/** Elements of more bytes are not split into streams, and blocks of fewer elements neither (MAX_SPLITS, MIN_BUFFERSIZE of c-blosc). */
const MOST_STREAMS = 16
const FEWEST_ELEMENTS = 128

export interface BloscHeader {
  readonly codec: number
  readonly flags: number
  readonly typeSize: number
  readonly bytes: number
  readonly blockBytes: number
  readonly stored: number
}

export function readHeader(view: DataView, at: number): BloscHeader {
  const flags = view.getUint8(at + 2)
  return {
    codec: flags >> 5,
    flags,
    typeSize: view.getUint8(at + 3),
    bytes: view.getUint32(at + 4, true),
    blockBytes: view.getUint32(at + 8, true),
    stored: view.getUint32(at + 12, true)
  }
}

export function writeHeader(view: DataView, at: number, header: BloscHeader): void {
  view.setUint8(at, VERSION)
  view.setUint8(at + 1, LZ4_VERSION)
  view.setUint8(at + 2, header.flags | (header.codec << 5))
  view.setUint8(at + 3, header.typeSize)
  view.setUint32(at + 4, header.bytes, true)
  view.setUint32(at + 8, header.blockBytes, true)
  view.setUint32(at + 12, header.stored, true)
}

export const isSplit = ({ flags, typeSize, blockBytes }: BloscHeader): boolean =>
  (flags & UNSPLIT) === 0 && typeSize <= MOST_STREAMS && blockBytes / typeSize >= FEWEST_ELEMENTS

const blockSize = (bytes: number, typeSize: number): number =>
  Math.min(BLOCK_BYTES - (BLOCK_BYTES % typeSize), bytes)

/** Room that `bytes` bytes may take up encoded, with what the kernel may write past it. */
export function mostEncoded(bytes: number): number {
  const blocks = Math.ceil(bytes / (BLOCK_BYTES - 8))
  return BLOSC_HEADER + bytes + blocks * (4 + 4 * MOST_STREAMS) + SLACK_BYTES
}

/** Scratch that encoding and decoding need: one block as it comes, one shuffled, the table. */
export const WORK_BYTES = 2 * BLOCK_BYTES + TABLE_BYTES + 2 * SLACK_BYTES

/**
 * Encodes `source` to the memory at `to`, with `work` as scratch there; the length. What does not get smaller is stored as it is behind a header
 * that says so, so that a container is never more than 16 bytes larger than what is in it.
 */
export function encodeLz4(
  kernel: Kernel,
  memory: Uint8Array,
  source: Uint8Array,
  typeSize: number,
  to: number,
  work: number
): number {
  const bytes = source.byteLength
  const view = new DataView(memory.buffer, memory.byteOffset)
  const blockBytes = blockSize(bytes, typeSize)
  const blocks = blockBytes === 0 ? 0 : Math.ceil(bytes / blockBytes)
  const flags = typeSize > 1 ? SHUFFLED : 0
  const header: BloscHeader = { codec: LZ4, flags, typeSize, bytes, blockBytes, stored: 0 }
  const staged = work + TABLE_BYTES + BLOCK_BYTES + SLACK_BYTES
  let out = to + BLOSC_HEADER + 4 * blocks
  for (let block = 0; block < blocks; block++) {
    const from = block * blockBytes
    const size = Math.min(blockBytes, bytes - from)
    memory.set(source.subarray(from, from + size), staged)
    view.setUint32(to + BLOSC_HEADER + 4 * block, out - to, true)
    const split = size === blockBytes && isSplit(header) ? 1 : 0
    out += kernel.encodeBlock(staged, size, typeSize, split, out, work)
  }
  const stored = out - to
  if (stored < BLOSC_HEADER + bytes) {
    writeHeader(view, to, { ...header, stored })
    return stored
  }
  writeHeader(view, to, { ...header, flags: flags | STORED, stored: BLOSC_HEADER + bytes })
  memory.set(source, to + BLOSC_HEADER)
  return BLOSC_HEADER + bytes
}
