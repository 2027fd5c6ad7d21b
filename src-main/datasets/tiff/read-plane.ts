/** Reads the pixels of one directory. Plain strips and tiles go from the file straight to their place; the rest is decoded block by block. */
import type { MissingPlane, Plane } from '../dataset'
import { roomFor, type ByteSource } from '../byte-source'
import { typedView } from '../plane'
import { BlockDamage, decompress } from './decompress'
import { unsupportedReason, type Layout } from './layout'
import { rowBytes, sampleBytes, samplesAcross, swapBytes, unpack } from './unpack'

/** Decodes blocks that only a library can read, elsewhere: a thread that may die. */
export type ForeignDecoder = (
  layout: Layout,
  block: Uint8Array,
  rows: number,
  signal?: AbortSignal
) => Promise<Uint8Array>

class BlockMissing extends Error {}

export async function readTiffPlane(
  source: ByteSource,
  layout: Layout,
  foreign: ForeignDecoder,
  signal?: AbortSignal
): Promise<Plane | MissingPlane> {
  const unsupported = unsupportedReason(layout)
  if (unsupported !== null) return { missing: 'damaged', reason: `In ${source.path}, ${unsupported}.` }
  try {
    const bytes = isPlain(layout)
      ? await readPlain(source, layout)
      : await readBlocks(source, layout, foreign, signal)
    const { width, height, samples, pixelType } = layout
    const data = typedView(pixelType, bytes.buffer as ArrayBuffer)
    return { width, height, samples, pixelType, data }
  } catch (error) {
    if (error instanceof BlockDamage)
      return { missing: 'damaged', reason: `In ${source.path}, ${error.message}.` }
    if (error instanceof BlockMissing)
      return { missing: 'missing', reason: `In ${source.path}, ${error.message}.` }
    throw error
  }
}

const blockName = (layout: Layout, block: number): string =>
  `${layout.tiled ? 'tile' : 'strip'} ${block + 1} of ${layout.offsets.length}`

/** Where block `block` lies; throws where it was never written or runs out of the file. */
function place(source: ByteSource, layout: Layout, block: number): { at: number; length: number } {
  const at = layout.offsets[block] ?? 0
  const length = layout.byteCounts[block] ?? 0
  if (at === 0 || length === 0) throw new BlockMissing(`${blockName(layout, block)} was never written`)
  if (at + length > source.size && at + length > source.refresh()) {
    throw new BlockDamage(`${blockName(layout, block)} runs beyond the end of the file`)
  }
  return { at, length }
}

async function readExactly(source: ByteSource, target: Uint8Array, at: number, name: string): Promise<void> {
  const got = await source.read(target, at)
  if (got < target.length) throw new BlockDamage(`${name} ends after ${got} of ${target.length} bytes`)
}

/** Strips of whole bytes without compression: consecutive ones are read at once. */
const isPlain = (layout: Layout): boolean =>
  layout.compression === 1 &&
  !layout.tiled &&
  !layout.planar &&
  layout.predictor === 1 &&
  layout.bits >= 8 &&
  layout.bits % 8 === 0

async function readPlain(source: ByteSource, layout: Layout): Promise<Uint8Array> {
  const row = rowBytes(layout, layout.width)
  const bytes = roomFor(row * layout.height)
  const rowsOf = (strip: number): number =>
    Math.min(layout.blockHeight, layout.height - strip * layout.blockHeight)
  for (let strip = 0; strip < layout.down;) {
    const { at } = place(source, layout, strip)
    const from = strip * layout.blockHeight * row
    let length = 0
    const first = strip
    do {
      const wanted = rowsOf(strip) * row
      const has = place(source, layout, strip).length
      if (has < wanted) throw new BlockDamage(`${blockName(layout, strip)} has ${has} of ${wanted} bytes`)
      length += wanted
      strip++
    } while (strip < layout.down && layout.offsets[strip] === at + length)
    await readExactly(source, bytes.subarray(from, from + length), at, blockName(layout, first))
  }
  if (layout.reversedBits && layout.compression !== 1) reverseBits(bytes)
  if (!layout.littleEndian)
    swapBytes(bytes, layout.pixelType.startsWith('complex') ? layout.bits / 16 : layout.bits / 8)
  return bytes
}

const REVERSED = Uint8Array.from({ length: 256 }, (_, byte) => {
  let out = 0
  for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) out |= 128 >> bit
  return out
})

function reverseBits(bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i++) bytes[i] = REVERSED[bytes[i] as number] as number
}

async function readBlocks(
  source: ByteSource,
  layout: Layout,
  foreign: ForeignDecoder,
  signal?: AbortSignal
): Promise<Uint8Array> {
  const out = new Uint8Array(layout.width * layout.height * layout.samples * sampleBytes(layout))
  const perPlane = layout.across * layout.down
  const planes = layout.planar ? layout.samples : 1
  for (let block = 0; block < perPlane * planes; block++) {
    signal?.throwIfAborted()
    const { at, length } = place(source, layout, block)
    const stored = new Uint8Array(length)
    await readExactly(source, stored, at, blockName(layout, block))
    const inPlane = block % perPlane
    const down = Math.floor(inPlane / layout.across)
    const rows = layout.tiled
      ? layout.blockHeight
      : Math.min(layout.blockHeight, layout.height - down * layout.blockHeight)
    const samples = await decodeBlock(layout, stored, rows, foreign, signal)
    putBlock(layout, samples, out, {
      left: (inPlane % layout.across) * layout.blockWidth,
      top: down * layout.blockHeight,
      plane: Math.floor(block / perPlane)
    })
  }
  return out
}

async function decodeBlock(
  layout: Layout,
  stored: Uint8Array,
  rows: number,
  foreign: ForeignDecoder,
  signal?: AbortSignal
): Promise<Uint8Array> {
  if (layout.compression === 7) return foreign(layout, stored, rows, signal)
  const length = rowBytes(layout, layout.blockWidth) * rows
  if (layout.reversedBits) reverseBits(stored)
  if (layout.compression !== 1)
    return unpack(layout, await decompress(layout.compression, stored, length), rows)
  if (stored.length < length) throw new BlockDamage(`a block has ${stored.length} of ${length} bytes`)
  return unpack(layout, stored.subarray(0, length), rows)
}

/** Copies the part of a block that lies inside the picture; samples of a planar picture are put side by side. */
function putBlock(
  layout: Layout,
  block: Uint8Array,
  out: Uint8Array,
  at: { left: number; top: number; plane: number }
): void {
  const size = sampleBytes(layout)
  const width = Math.min(layout.blockWidth, layout.width - at.left)
  const rows = Math.min(layout.blockHeight, layout.height - at.top)
  const blockRow = samplesAcross(layout) * size
  const outRow = layout.width * layout.samples * size
  for (let row = 0; row < rows; row++) {
    const from = row * blockRow
    const to = (at.top + row) * outRow + at.left * layout.samples * size
    if (!layout.planar) out.set(block.subarray(from, from + width * layout.samples * size), to)
    else putApart(block, from, out, to + at.plane * size, { width, size, step: layout.samples * size })
  }
}

function putApart(
  block: Uint8Array,
  from: number,
  out: Uint8Array,
  to: number,
  row: { width: number; size: number; step: number }
): void {
  for (let i = 0; i < row.width; i++) {
    for (let b = 0; b < row.size; b++) out[to + i * row.step + b] = block[from + i * row.size + b] as number
  }
}
