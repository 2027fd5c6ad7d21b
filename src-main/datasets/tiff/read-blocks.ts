/** Reads the strips or tiles that a rectangle of a picture touches, decodes them and puts them together. */
import type { ByteSource } from '../byte-source'
import { BlockDamage, decompress } from './decompress'
import type { Layout } from './layout'
import { rowBytes, sampleBytes, samplesAcross, swapBytes, unpack } from './unpack'

/** Decodes blocks that only a library can read, elsewhere: a thread that may die. */
export type ForeignDecoder = (
  layout: Layout,
  block: Uint8Array,
  rows: number,
  signal?: AbortSignal
) => Promise<Uint8Array>

export class BlockMissing extends Error {}

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export const blockName = (layout: Layout, block: number): string =>
  `${layout.tiled ? 'tile' : 'strip'} ${block + 1} of ${layout.offsets.length}`

/** Where block `block` lies; throws where it was never written or runs out of the file. */
export function blockPlace(
  source: ByteSource,
  layout: Layout,
  block: number
): { at: number; length: number } {
  const at = layout.offsets[block] ?? 0
  const length = layout.byteCounts[block] ?? 0
  if (at === 0 || length === 0) throw new BlockMissing(`${blockName(layout, block)} was never written`)
  if (at + length > source.size && at + length > source.refresh()) {
    throw new BlockDamage(`${blockName(layout, block)} runs beyond the end of the file`)
  }
  return { at, length }
}

export async function readExactly(
  source: ByteSource,
  target: Uint8Array,
  at: number,
  name: string
): Promise<void> {
  const got = await source.read(target, at)
  if (got < target.length) throw new BlockDamage(`${name} ends after ${got} of ${target.length} bytes`)
}

/** Rows of a block that are stored: the last strip ends with the picture, tiles are always whole. */
export const storedRows = (layout: Layout, down: number): number =>
  layout.tiled ? layout.blockHeight : Math.min(layout.blockHeight, layout.height - down * layout.blockHeight)

export interface BlockReading {
  readonly foreign: ForeignDecoder
  readonly signal?: AbortSignal | undefined
  /** Told of a block that is not there or damaged; may throw. The rectangle is relative to the one that is read. */
  readonly gone: (error: BlockMissing | BlockDamage, where: Rectangle) => void
}

/** The samples of a rectangle, native byte order, row by row. */
export async function readBlocks(
  source: ByteSource,
  layout: Layout,
  box: Rectangle,
  reading: BlockReading
): Promise<Uint8Array> {
  const out = new Uint8Array(box.width * box.height * layout.samples * sampleBytes(layout))
  const perPlane = layout.across * layout.down
  const lastRow = Math.floor((box.y + box.height - 1) / layout.blockHeight)
  const lastColumn = Math.floor((box.x + box.width - 1) / layout.blockWidth)
  for (let plane = 0; plane < (layout.planar ? layout.samples : 1); plane++) {
    for (let row = Math.floor(box.y / layout.blockHeight); row <= lastRow; row++) {
      for (let column = Math.floor(box.x / layout.blockWidth); column <= lastColumn; column++) {
        reading.signal?.throwIfAborted()
        const at = { left: column * layout.blockWidth, top: row * layout.blockHeight, plane }
        try {
          const samples = await readBlock(
            source,
            layout,
            plane * perPlane + row * layout.across + column,
            row,
            reading
          )
          putBlock(layout, samples, out, box, at)
        } catch (error) {
          if (!(error instanceof BlockMissing || error instanceof BlockDamage)) throw error
          reading.gone(error, common(layout, box, at))
        }
      }
    }
  }
  return out
}

async function readBlock(
  source: ByteSource,
  layout: Layout,
  block: number,
  down: number,
  { foreign, signal }: BlockReading
): Promise<Uint8Array> {
  const { at, length } = blockPlace(source, layout, block)
  const stored = new Uint8Array(length)
  await readExactly(source, stored, at, blockName(layout, block))
  return decodeBlock(layout, stored, storedRows(layout, down), foreign, signal)
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

const REVERSED = Uint8Array.from({ length: 256 }, (_, byte) => {
  let out = 0
  for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) out |= 128 >> bit
  return out
})

function reverseBits(bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i++) bytes[i] = REVERSED[bytes[i] as number] as number
}

interface BlockAt {
  readonly left: number
  readonly top: number
  readonly plane: number
}

/** What a block and the rectangle have in common, relative to the rectangle. */
function common(layout: Layout, box: Rectangle, { left, top }: BlockAt): Rectangle {
  const x = Math.max(left, box.x)
  const y = Math.max(top, box.y)
  const right = Math.min(left + layout.blockWidth, box.x + box.width)
  const bottom = Math.min(top + layout.blockHeight, box.y + box.height)
  return { x: x - box.x, y: y - box.y, width: right - x, height: bottom - y }
}

/** Copies the part of a block that lies inside the rectangle; samples of a planar picture are put side by side. */
function putBlock(layout: Layout, block: Uint8Array, out: Uint8Array, box: Rectangle, at: BlockAt): void {
  const size = sampleBytes(layout)
  const shared = common(layout, box, at)
  const blockRow = samplesAcross(layout) * size
  const outRow = box.width * layout.samples * size
  const inBlock = layout.planar ? size : layout.samples * size
  for (let row = 0; row < shared.height; row++) {
    const from = (box.y + shared.y - at.top + row) * blockRow + (box.x + shared.x - at.left) * inBlock
    const to = (shared.y + row) * outRow + shared.x * layout.samples * size
    if (!layout.planar) out.set(block.subarray(from, from + shared.width * layout.samples * size), to)
    else
      putApart(block, from, out, to + at.plane * size, {
        width: shared.width,
        size,
        step: layout.samples * size
      })
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

/** Bytes of big-endian samples are turned round. */
export function toNative(layout: Layout, bytes: Uint8Array): void {
  if (!layout.littleEndian)
    swapBytes(bytes, layout.pixelType.startsWith('complex') ? layout.bits / 16 : layout.bits / 8)
}
