/** Reads the pixels of one directory, all or a part of them. Plain strips go from the file straight to their place; the rest is decoded block by block. */
import type { Hole, MissingPlane, Plane, PlanePart } from '../dataset'
import { roomFor, type ByteSource } from '../byte-source'
import { typedView } from '../plane'
import { BlockDamage } from './decompress'
import { LARGEST_PLANE, unsupportedReason, type Layout } from './layout'
import {
  BlockMissing,
  blockName,
  blockPlace,
  readBlocks,
  readExactly,
  storedRows,
  toNative,
  type ForeignDecoder,
  type Rectangle
} from './read-blocks'
import { rowBytes, sampleBytes } from './unpack'

export type { ForeignDecoder } from './read-blocks'

export async function readTiffPlane(
  source: ByteSource,
  layout: Layout,
  foreign: ForeignDecoder,
  signal?: AbortSignal
): Promise<Plane | MissingPlane> {
  const { width, height } = layout
  return reading(source, layout, { x: 0, y: 0, width, height }, async (box) => {
    if (isPlain(layout)) return readPlain(source, layout)
    const gone = (error: Error): never => {
      throw error
    }
    return readBlocks(source, layout, box, { foreign, signal, gone })
  })
}

/** A rectangle of the picture. Blocks that are gone are holes in it. */
export async function readTiffPart(
  source: ByteSource,
  layout: Layout,
  box: Rectangle,
  foreign: ForeignDecoder,
  signal?: AbortSignal
): Promise<PlanePart | MissingPlane> {
  const holes: Hole[] = []
  const gone = (error: BlockMissing | BlockDamage, where: Rectangle): void => {
    const missing = error instanceof BlockMissing ? 'missing' : 'damaged'
    holes.push({ ...where, missing, reason: `In ${source.path}, ${error.message}.` })
  }
  const plane = await reading(source, layout, box, () =>
    isPlain(layout)
      ? readPlainRows(source, layout, box, gone, signal)
      : readBlocks(source, layout, box, { foreign, signal, gone })
  )
  return 'missing' in plane ? plane : { ...plane, holes }
}

async function reading(
  source: ByteSource,
  layout: Layout,
  box: Rectangle,
  read: (box: Rectangle) => Promise<Uint8Array>
): Promise<Plane | MissingPlane> {
  const refused = unsupportedReason(layout) ?? tooLarge(layout, box)
  if (refused !== null) return { missing: 'damaged', reason: `In ${source.path}, ${refused}.` }
  const { width, height } = box
  const { samples, pixelType } = layout
  try {
    const bytes = await read(box)
    return { width, height, samples, pixelType, data: typedView(pixelType, bytes.buffer as ArrayBuffer) }
  } catch (error) {
    if (error instanceof BlockDamage)
      return { missing: 'damaged', reason: `In ${source.path}, ${error.message}.` }
    if (error instanceof BlockMissing)
      return { missing: 'missing', reason: `In ${source.path}, ${error.message}.` }
    throw error
  }
}

/** Looked at before memory is taken (acceptance R15). */
const tooLarge = (layout: Layout, { width, height }: Rectangle): string | null =>
  width * height * layout.samples * sampleBytes(layout) > LARGEST_PLANE
    ? `a plane of ${width} × ${height} pixels is too large to be read whole`
    : null

/** Strips of whole bytes without compression: consecutive ones are read at once. */
export const isPlain = (layout: Layout): boolean =>
  layout.compression === 1 &&
  !layout.tiled &&
  !layout.planar &&
  layout.predictor === 1 &&
  layout.bits >= 8 &&
  layout.bits % 8 === 0

/** Where a strip lies that has all of its rows. */
function wholeStrip(source: ByteSource, layout: Layout, strip: number): number {
  const wanted = storedRows(layout, strip) * rowBytes(layout, layout.width)
  const { at, length } = blockPlace(source, layout, strip)
  if (length < wanted) throw new BlockDamage(`${blockName(layout, strip)} has ${length} of ${wanted} bytes`)
  return at
}

async function readPlain(source: ByteSource, layout: Layout): Promise<Uint8Array> {
  const row = rowBytes(layout, layout.width)
  const bytes = roomFor(row * layout.height)
  for (let strip = 0; strip < layout.down;) {
    const first = strip
    const at = wholeStrip(source, layout, strip)
    const from = strip * layout.blockHeight * row
    let length = 0
    do {
      wholeStrip(source, layout, strip)
      length += storedRows(layout, strip) * row
      strip++
    } while (strip < layout.down && layout.offsets[strip] === at + length)
    await readExactly(source, bytes.subarray(from, from + length), at, blockName(layout, first))
  }
  toNative(layout, bytes)
  return bytes
}

/** Rows that are read whole and then cut; a wider picture is read row by row. */
const LONGEST_SPAN = 1 << 22

/** The part of plain strips that a rectangle needs. */
async function readPlainRows(
  source: ByteSource,
  layout: Layout,
  box: Rectangle,
  gone: (error: BlockMissing | BlockDamage, where: Rectangle) => void,
  signal?: AbortSignal
): Promise<Uint8Array> {
  const row = rowBytes(layout, layout.width)
  const pixel = row / layout.width
  const wide = box.width * pixel
  const bytes = new Uint8Array(wide * box.height)
  const end = box.y + box.height
  for (let y = box.y; y < end;) {
    signal?.throwIfAborted()
    const strip = Math.floor(y / layout.blockHeight)
    const count = Math.min(end, (strip + 1) * layout.blockHeight) - y
    const target = bytes.subarray((y - box.y) * wide, (y - box.y + count) * wide)
    try {
      const at = wholeStrip(source, layout, strip) + (y - strip * layout.blockHeight) * row + box.x * pixel
      await readRows(source, target, { at, count, row, wide, name: blockName(layout, strip) })
    } catch (error) {
      if (!(error instanceof BlockMissing || error instanceof BlockDamage)) throw error
      gone(error, { x: 0, y: y - box.y, width: box.width, height: count })
    }
    y += count
  }
  toNative(layout, bytes)
  return bytes
}

interface Rows {
  readonly at: number
  readonly count: number
  /** Bytes from one row to the next. */
  readonly row: number
  /** Bytes that are wanted of each. */
  readonly wide: number
  readonly name: string
}

async function readRows(source: ByteSource, target: Uint8Array, rows: Rows): Promise<void> {
  const { at, count, row, wide, name } = rows
  const span = (count - 1) * row + wide
  if (row === wide) return readExactly(source, target, at, name)
  if (span > LONGEST_SPAN) {
    for (let i = 0; i < count; i++)
      await readExactly(source, target.subarray(i * wide, (i + 1) * wide), at + i * row, name)
    return
  }
  const all = roomFor(span)
  await readExactly(source, all, at, name)
  for (let i = 0; i < count; i++) target.set(all.subarray(i * row, i * row + wide), i * wide)
}
