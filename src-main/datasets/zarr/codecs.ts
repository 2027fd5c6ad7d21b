/** Bytes-to-bytes codecs of Zarr v2 and v3, decoding only, each with a bound on what may come out. */
import { gunzip, inflate, type InputType, type ZlibOptions } from 'node:zlib'
import { promisify } from 'node:util'
import { blocksInside, decodesBlosc, readHeader } from '../../formats/codecs/blosc'
import { ChunkDecoder } from '../../formats/codecs/chunk-codec'
import { crc32c } from '../../formats/codecs/crc32c'
import { decodeZstd } from '../zstd'

const gunzipAsync = promisify<InputType, ZlibOptions, Buffer>(gunzip)
const inflateAsync = promisify<InputType, ZlibOptions, Buffer>(inflate)

/** Stored bytes that can't be what was written; the message is a clause. */
export class ChunkDamage extends Error {}

/** Decodes to at most `most` bytes. */
export interface BytesCodec {
  readonly name: string
  decode(bytes: Uint8Array, most: number): Promise<Uint8Array>
}

type Settings = { readonly [key: string]: unknown }

/** Null: not known here. */
export function bytesCodec(name: string, settings: Settings): BytesCodec | null {
  const decode = decoderOf(name.replace(/^numcodecs\./, ''), settings)
  if (decode === null) return null
  return {
    name,
    async decode(bytes, most) {
      try {
        return await decode(bytes, most)
      } catch (error) {
        if (error instanceof ChunkDamage) throw error
        throw new ChunkDamage(
          `its ${name} data is damaged (${error instanceof Error ? error.message : String(error)})`
        )
      }
    }
  }
}

type Decode = BytesCodec['decode']

/** A Buffer's slice is no copy; whoever gets these bytes must be able to rely on it. */
const plainView = (buffer: Buffer): Uint8Array =>
  new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)

function decoderOf(name: string, settings: Settings): Decode | null {
  switch (name) {
    case 'gzip':
      return async (bytes, most) => plainView(await gunzipAsync(bytes, { maxOutputLength: most + 1 }))
    case 'zlib':
      return async (bytes, most) => plainView(await inflateAsync(bytes, { maxOutputLength: most + 1 }))
    case 'zstd':
      return decodeZstd
    case 'blosc':
      return blosc
    case 'lz4':
      return lz4
    case 'crc32c':
      return (bytes) => Promise.resolve(checked(bytes))
    case 'shuffle':
      return (bytes) => Promise.resolve(unshuffle(bytes, Number(settings['elementsize'] ?? 4)))
    default:
      return null
  }
}

/** The last four bytes are the checksum of those before (Zarr v3 codec `crc32c`). */
function checked(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 4) throw new ChunkDamage('it is too short for its checksum')
  const body = bytes.subarray(0, bytes.length - 4)
  const told = new DataView(bytes.buffer, bytes.byteOffset + body.length, 4).getUint32(0, true)
  if (crc32c(body) !== told) throw new ChunkDamage('its checksum is wrong')
  return body
}

const ownBlosc = new ChunkDecoder('blosc-lz4')
/** The decoder keeps room for its largest chunk; larger ones go to the library. */
const LARGEST_OWN = 2 ** 26

/** Blosc 1 frame: byte 4 to 7 raw length, 8 to 11 block length, 12 to 15 stored length. */
async function blosc(bytes: Uint8Array, most: number): Promise<Uint8Array> {
  if (bytes.length < 16) throw new ChunkDamage('its blosc frame is cut short')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const raw = view.getUint32(4, true)
  const stored = view.getUint32(12, true)
  if (stored > bytes.length) throw new ChunkDamage(`its blosc frame has ${bytes.length} of ${stored} bytes`)
  if (raw > most) throw new ChunkDamage(`its blosc frame announces ${raw} bytes, ${most} are expected`)
  const header = readHeader(view, 0)
  if (!blocksInside(header, view)) throw new ChunkDamage('its blosc frame is damaged')
  if (raw <= LARGEST_OWN && decodesBlosc(header)) {
    const plain = ownBlosc.decode(bytes.subarray(0, stored), raw)
    if (plain === null) throw new ChunkDamage('its blosc data does not decode')
    return plain
  }
  const { default: Blosc } = await import('numcodecs/blosc')
  return Blosc.fromConfig({ id: 'blosc' }).decode(bytes)
}

/** numcodecs' LZ4: four bytes of raw length, then one block (LZ4 block format description). */
function lz4(bytes: Uint8Array, most: number): Promise<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = view.getUint32(0, true)
  if (length > most) throw new ChunkDamage(`its lz4 block announces ${length} bytes, ${most} are expected`)
  return Promise.resolve(lz4Block(bytes.subarray(4), length))
}

function lz4Block(data: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length)
  let at = 0
  let done = 0
  const more = (first: number): number => {
    let sum = first
    if (first < 15) return sum
    for (let byte = 255; byte === 255; sum += byte) {
      if (at >= data.length) throw new ChunkDamage('its lz4 block is cut short')
      byte = data[at++] as number
    }
    return sum
  }
  while (at < data.length) {
    const token = data[at++] as number
    const literals = more(token >> 4)
    if (at + literals > data.length || done + literals > length)
      throw new ChunkDamage('its lz4 block is damaged')
    out.set(data.subarray(at, at + literals), done)
    at += literals
    done += literals
    if (at >= data.length) break
    const distance = (data[at] as number) | ((data[at + 1] ?? 0) << 8)
    at += 2
    const match = more(token & 15) + 4
    if (distance === 0 || distance > done || done + match > length)
      throw new ChunkDamage('its lz4 block is damaged')
    for (let i = 0; i < match; i++, done++) out[done] = out[done - distance] as number
  }
  return out.subarray(0, done)
}

function unshuffle(bytes: Uint8Array, size: number): Uint8Array {
  const count = Math.floor(bytes.length / size)
  const out = new Uint8Array(bytes.length)
  for (let b = 0; b < size; b++)
    for (let i = 0; i < count; i++) out[i * size + b] = bytes[b * count + i] as number
  out.set(bytes.subarray(count * size), count * size)
  return out
}
