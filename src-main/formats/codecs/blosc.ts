/**
 * The Blosc 1 container (c-blosc, README_CHUNK_FORMAT): 16 bytes of header, the offset of each block, the blocks. Encodes LZ4 and zstd with byte
 * shuffle, and decodes both; all work is done in one memory that the kernel shares.
 */
import { SLACK_BYTES, TABLE_BYTES, type Kernel } from './kernel'
import { zstdDecode, zstdEncode } from './zstd'

export const BLOSC_HEADER = 16
const VERSION = 2
const CODEC_VERSION = 1
const SHUFFLED = 0x01
const STORED = 0x02
const BIT_SHUFFLED = 0x04
const UNSPLIT = 0x10
export const LZ4 = 1
export const ZSTD = 4

/** Fits the second-level cache together with its shuffled copy. */
const BLOCK_BYTES = 256 * 1024

/** Elements of more bytes are not split into streams, and blocks of fewer elements neither (MAX_SPLITS, MIN_BUFFERSIZE of c-blosc). */
const MOST_STREAMS = 16
const FEWEST_ELEMENTS = 128

interface Header {
  readonly codec: number
  readonly flags: number
  readonly typeSize: number
  readonly bytes: number
  readonly blockBytes: number
  readonly stored: number
}

export function readHeader(view: DataView, at: number): Header {
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

function writeHeader(view: DataView, at: number, header: Header): void {
  view.setUint8(at, VERSION)
  view.setUint8(at + 1, CODEC_VERSION)
  view.setUint8(at + 2, header.flags | (header.codec << 5))
  view.setUint8(at + 3, header.typeSize)
  view.setUint32(at + 4, header.bytes, true)
  view.setUint32(at + 8, header.blockBytes, true)
  view.setUint32(at + 12, header.stored, true)
}

const isSplit = ({ flags, typeSize, blockBytes }: Header): boolean =>
  (flags & UNSPLIT) === 0 && typeSize <= MOST_STREAMS && blockBytes / typeSize >= FEWEST_ELEMENTS

/** Room that `bytes` bytes may take up encoded, with what the kernel may write past it. */
export function mostEncoded(bytes: number): number {
  const blocks = Math.ceil(bytes / (BLOCK_BYTES - MOST_STREAMS))
  return BLOSC_HEADER + bytes + blocks * (4 + 4 * MOST_STREAMS) + SLACK_BYTES
}

/** Scratch for encoding: table, shuffled block, block as it came. */
const STAGED = TABLE_BYTES + BLOCK_BYTES + SLACK_BYTES
export const WORK_BYTES = STAGED + BLOCK_BYTES + SLACK_BYTES

export interface Workbench {
  readonly kernel: Kernel
  /** All of the kernel's memory. */
  readonly memory: Uint8Array
  /** Address of WORK_BYTES bytes of scratch. */
  readonly work: number
}

/**
 * Encodes `source` to the memory at `to`; the length. What does not get smaller is stored as it is behind a header that says so, so that a container
 * is never more than 16 bytes larger than what is in it.
 */
export function encodeBlosc(
  bench: Workbench,
  codec: typeof LZ4 | typeof ZSTD,
  source: Uint8Array,
  typeSize: number,
  to: number
): number {
  const { kernel, memory, work } = bench
  const bytes = source.byteLength
  const view = new DataView(memory.buffer, memory.byteOffset)
  const blockBytes = Math.min(BLOCK_BYTES - (BLOCK_BYTES % typeSize), bytes)
  const blocks = blockBytes === 0 ? 0 : Math.ceil(bytes / blockBytes)
  const flags = (typeSize > 1 ? SHUFFLED : 0) | (codec === ZSTD ? UNSPLIT : 0)
  const header: Header = { codec, flags, typeSize, bytes, blockBytes, stored: 0 }
  let out = to + BLOSC_HEADER + 4 * blocks
  for (let block = 0; block < blocks; block++) {
    const from = block * blockBytes
    const size = Math.min(blockBytes, bytes - from)
    memory.set(source.subarray(from, from + size), work + STAGED)
    view.setUint32(to + BLOSC_HEADER + 4 * block, out - to, true)
    if (codec === ZSTD) out += encodeZstdBlock(bench, size, typeSize, out)
    else {
      const split = size === blockBytes && isSplit(header) ? 1 : 0
      out += kernel.encodeBlock(work + STAGED, size, typeSize, split, out, work)
    }
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

/** One stream: its length, then a zstd frame, or the block as it is where that is not smaller. */
function encodeZstdBlock(
  { kernel, memory, work }: Workbench,
  size: number,
  typeSize: number,
  to: number
): number {
  const shuffled = work + TABLE_BYTES
  kernel.shuffle(work + STAGED, shuffled, size, typeSize)
  const block = memory.subarray(shuffled, shuffled + size)
  const encoded = zstdEncode(block)
  const kept = encoded.byteLength < size ? encoded : block
  new DataView(memory.buffer, memory.byteOffset).setUint32(to, kept.byteLength, true)
  memory.set(kept, to + 4)
  return 4 + kept.byteLength
}

/** Whether every block begins behind the header and its offsets, and before the end. */
export function blocksInside({ flags, bytes, blockBytes, stored }: Header, view: DataView): boolean {
  if ((flags & STORED) !== 0) return stored === BLOSC_HEADER + bytes
  if (bytes === 0) return true
  if (blockBytes === 0 || blockBytes > bytes) return false
  const blocks = Math.ceil(bytes / blockBytes)
  const first = BLOSC_HEADER + 4 * blocks
  if (first > stored) return false
  for (let block = 0; block < blocks; block++) {
    const at = view.getUint32(BLOSC_HEADER + 4 * block, true)
    if (at < first || at > stored) return false
  }
  return true
}

/** LZ4 with byte shuffle or none, and what is stored as it is: what the kernel decodes alone, within bounds that it checks. */
export const decodesBlosc = ({ codec, flags, typeSize }: Header): boolean =>
  typeSize > 0 && ((flags & STORED) !== 0 || (codec === LZ4 && (flags & BIT_SHUFFLED) === 0))

/** Decodes the container at `from` to `to`, with `work` as room for a block; false for a damaged one, or one of another codec. */
export function decodeBlosc(
  kernel: Kernel,
  memory: Uint8Array,
  from: number,
  stored: number,
  to: number,
  bytes: number,
  work: number
): boolean {
  const view = new DataView(memory.buffer, memory.byteOffset)
  if (stored < BLOSC_HEADER) return false
  const header = readHeader(view, from)
  if (header.stored !== stored || header.bytes !== bytes || header.typeSize === 0) return false
  if ((header.flags & STORED) !== 0) {
    if (stored !== BLOSC_HEADER + bytes) return false
    memory.copyWithin(to, from + BLOSC_HEADER, from + stored)
    return true
  }
  if ((header.flags & BIT_SHUFFLED) !== 0 || (header.codec !== LZ4 && header.codec !== ZSTD)) return false
  const blocks = Math.ceil(bytes / header.blockBytes)
  if (header.blockBytes === 0 || stored < BLOSC_HEADER + 4 * blocks) return false
  for (let block = 0; block < blocks; block++) {
    const at = from + view.getUint32(from + BLOSC_HEADER + 4 * block, true)
    const start = block * header.blockBytes
    const size = Math.min(header.blockBytes, bytes - start)
    if (at > from + stored) return false
    const shuffled = (header.flags & SHUFFLED) === 0 ? 0 : 1
    if (header.codec === ZSTD) {
      if (!decodeZstdBlock(kernel, memory, { header, at, end: from + stored, size, to: to + start, work }))
        return false
    } else {
      const split = size === header.blockBytes && isSplit(header) ? 1 : 0
      // streams of unequal length: the rest would keep what was in memory before
      if (split === 1 && size % header.typeSize !== 0) return false
      const found = kernel.decodeBlock(
        at,
        from + stored,
        size,
        header.typeSize,
        shuffled,
        split,
        to + start,
        work
      )
      if (found !== size) return false
    }
  }
  return true
}

interface ZstdBlock {
  readonly header: Header
  readonly at: number
  readonly end: number
  readonly size: number
  readonly to: number
  readonly work: number
}

function decodeZstdBlock(kernel: Kernel, memory: Uint8Array, block: ZstdBlock): boolean {
  const { header, at, end, size, to, work } = block
  const streams = size === header.blockBytes && isSplit(header) ? header.typeSize : 1
  const each = size / streams
  let from = at
  for (let k = 0; k < streams; k++) {
    if (from + 4 > end) return false
    const length = new DataView(memory.buffer, memory.byteOffset).getUint32(from, true)
    const bytes = memory.subarray(from + 4, from + 4 + length)
    if (from + 4 + length > end) return false
    const plain = length === each ? bytes : zstdDecode(bytes)
    if (plain.byteLength !== each) return false
    memory.set(plain, work + k * each)
    from += 4 + length
  }
  if ((header.flags & SHUFFLED) !== 0) kernel.unshuffle(work, to, size, header.typeSize)
  else memory.copyWithin(to, work, work + size)
  return true
}
