/** Turns decompressed bytes of a block into samples: predictors (TIFF 6.0 section 14, technical note 3), bit depths below a byte, byte order. */
import type { Layout } from './layout'

/** Bytes of a sample in memory. */
export function sampleBytes(layout: Layout): number {
  if (layout.bits < 8) return 1
  return layout.bits > 8 && layout.bits < 16 ? 2 : layout.bits / 8
}

/** Bytes of one row of `width` pixels as stored in a block. */
export const rowBytes = (layout: Layout, width: number): number =>
  Math.ceil((width * (layout.planar ? 1 : layout.samples) * layout.bits) / 8)

export const samplesAcross = (layout: Layout): number =>
  layout.blockWidth * (layout.planar ? 1 : layout.samples)

/** Swaps the bytes of each `size`-byte value in place. */
export function swapBytes(bytes: Uint8Array, size: number): void {
  if (size === 1) return
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength - (bytes.byteLength % size))
  if (size === 2) buffer.swap16()
  else if (size === 4) buffer.swap32()
  else buffer.swap64()
}

/** Bytes of one number: half of a complex sample. */
const numberBytes = (layout: Layout): number =>
  layout.pixelType === 'complex64' ? 4 : layout.pixelType === 'complex128' ? 8 : sampleBytes(layout)

/** Undoes predictor and byte order of the whole rows in `bytes`, in place where it can; answers native samples, row by row. */
export function unpack(layout: Layout, bytes: Uint8Array, rows: number): Uint8Array {
  if (layout.bits < 8 || (layout.bits > 8 && layout.bits < 16)) return unpackBits(layout, bytes, rows)
  if (layout.predictor === 3) return undoFloatPredictor(layout, bytes, rows)
  if (!layout.littleEndian) swapBytes(bytes, numberBytes(layout))
  if (layout.predictor === 2) undoDifferences(layout, bytes, rows)
  return bytes
}

function unpackBits(layout: Layout, bytes: Uint8Array, rows: number): Uint8Array {
  const across = samplesAcross(layout)
  const stored = rowBytes(layout, layout.blockWidth)
  const { bits } = layout
  const mask = (1 << bits) - 1
  const out = bits < 8 ? new Uint8Array(rows * across) : new Uint16Array(rows * across)
  for (let row = 0; row < rows; row++) {
    let held = 0
    let have = 0
    let at = row * stored
    for (let i = 0; i < across; i++) {
      while (have < bits) {
        held = ((held << 8) | (bytes[at++] ?? 0)) & 0xffffff
        have += 8
      }
      out[row * across + i] = (held >>> (have - bits)) & mask
      have -= bits
    }
  }
  return new Uint8Array(out.buffer)
}

function undoDifferences(layout: Layout, bytes: Uint8Array, rows: number): void {
  const step = layout.planar ? 1 : layout.samples
  const across = samplesAcross(layout)
  const size = sampleBytes(layout)
  const values =
    size === 1
      ? bytes
      : size === 2
        ? new Uint16Array(bytes.buffer, bytes.byteOffset, rows * across)
        : size === 4
          ? new Uint32Array(bytes.buffer, bytes.byteOffset, rows * across)
          : null
  if (values === null) return undoWideDifferences(bytes, rows, across, step)
  for (let row = 0; row < rows; row++) {
    const from = row * across
    for (let i = from + step; i < from + across; i++) {
      values[i] = (values[i] as number) + (values[i - step] as number)
    }
  }
}

function undoWideDifferences(bytes: Uint8Array, rows: number, across: number, step: number): void {
  const values = new BigUint64Array(bytes.buffer, bytes.byteOffset, rows * across)
  for (let row = 0; row < rows; row++) {
    const from = row * across
    for (let i = from + step; i < from + across; i++) {
      values[i] = (values[i] as bigint) + (values[i - step] as bigint)
    }
  }
}

/** Technical note 3: each row holds all most significant bytes, then the next ones, …, and differences run over the bytes. */
function undoFloatPredictor(layout: Layout, bytes: Uint8Array, rows: number): Uint8Array {
  const step = layout.planar ? 1 : layout.samples
  const across = samplesAcross(layout)
  const size = sampleBytes(layout)
  const rowLength = across * size
  const out = new Uint8Array(rows * rowLength)
  for (let row = 0; row < rows; row++) {
    const from = row * rowLength
    for (let i = from + step; i < from + rowLength; i++) {
      bytes[i] = (bytes[i] as number) + (bytes[i - step] as number)
    }
    for (let i = 0; i < across; i++) {
      for (let b = 0; b < size; b++)
        out[from + i * size + b] = bytes[from + (size - 1 - b) * across + i] as number
    }
  }
  return out
}
