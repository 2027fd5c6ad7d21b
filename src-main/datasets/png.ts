/** A plane as an 8-bit PNG for looking at: grey or RGB, from its darkest to its brightest value but for one in a thousand. Source: PNG, third edition. */
import { pipeline, Readable } from 'node:stream'
import { createDeflate, deflateSync } from 'node:zlib'
import type { Plane } from './dataset'

const SIGNATURE = Uint8Array.from([137, 80, 78, 71, 13, 10, 26, 10])
const GREY = 0
const RGB = 2
/** So many values tell the window. */
const LOOKED_AT = 100_000

export function pngOf(plane: Plane): Buffer {
  const rows = pngRows(plane, windowOf(plane))
  return Buffer.concat([SIGNATURE, headOf(plane), chunk('IDAT', deflateSync(rows)), END])
}

/** A plane that is not held in memory: `sample` tells the window, then its bands from the top down become rows. */
export async function* pngOfBands(
  size: Pick<Plane, 'width' | 'height' | 'samples'>,
  sample: Plane,
  bands: AsyncIterable<Plane>
): AsyncGenerator<Buffer> {
  yield Buffer.from(SIGNATURE)
  yield headOf(size)
  const window = windowOf(sample)
  async function* rows(): AsyncGenerator<Buffer> {
    for await (const band of bands) yield pngRows(band, window)
  }
  const packed = createDeflate()
  pipeline(Readable.from(rows()), packed, () => undefined) // an error ends the loop below
  for await (const data of packed) yield chunk('IDAT', data as Buffer)
  yield END
}

const channelsOf = (samples: number): number => (samples >= 3 ? 3 : 1)

function headOf({ width, height, samples }: Pick<Plane, 'width' | 'height' | 'samples'>): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head[8] = 8
  head[9] = channelsOf(samples) === 3 ? RGB : GREY
  return chunk('IHDR', head)
}

function pngRows({ width, height, samples, data }: Plane, { from, to }: Window): Buffer {
  const channels = channelsOf(samples)
  const gain = 255 / (to - from)
  const rows = Buffer.alloc(height * (1 + width * channels))
  for (let y = 0, at = 0; y < height; y++) {
    at++ // filter type 0 of the row
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) {
        const value = Number(data[(y * width + x) * samples + c])
        rows[at++] = Math.max(0, Math.min(255, Math.round((value - from) * gain))) || 0
      }
  }
  return rows
}

export interface Window {
  readonly from: number
  readonly to: number
}

/** Colours are shown as they are. */
export function windowOf({
  data,
  samples,
  pixelType
}: Pick<Plane, 'data' | 'samples' | 'pixelType'>): Window {
  if (samples >= 3 && pixelType === 'uint8') return { from: 0, to: 255 }
  const step = Math.max(1, Math.floor(data.length / LOOKED_AT))
  const seen: number[] = []
  for (let i = 0; i < data.length; i += step) {
    const value = Number(data[i])
    if (Number.isFinite(value)) seen.push(value)
  }
  seen.sort((a, b) => a - b)
  const at = (share: number): number => seen[Math.round((seen.length - 1) * share)] ?? 0
  const [from, to] = [at(0.001), at(0.999)]
  return { from, to: to > from ? to : from + 1 }
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c >>> 0
})

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

const END = chunk('IEND', Buffer.alloc(0))
