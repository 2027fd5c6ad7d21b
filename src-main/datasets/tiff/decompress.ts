/** Undoes the compression of one block; knows the limits that keep a damaged block from taking memory. JPEG is not here: it runs in a thread. */
import { inflate, type InputType, type ZlibOptions } from 'node:zlib'
import { promisify } from 'node:util'
import { decodeZstd } from '../zstd'
import { decodeLzw } from './lzw'

const inflateAsync = promisify<InputType, ZlibOptions, Buffer>(inflate)

/** A block whose bytes can't be what was written; the message is a clause. */
export class BlockDamage extends Error {}

/** Exactly `length` bytes from `data`. */
export async function decompress(compression: number, data: Uint8Array, length: number): Promise<Uint8Array> {
  switch (compression) {
    case 5:
      return lzw(data, length)
    case 8:
    case 32946:
      return deflate(data, length)
    case 32773:
      return packBits(data, length)
    case 34926:
    case 50000:
      return exactly(await zstd(data, length), length, 'zstd')
    default:
      throw new Error(`compression ${compression} has no decoder here`)
  }
}

function exactly(bytes: Uint8Array, length: number, name: string): Uint8Array {
  if (bytes.length < length)
    throw new BlockDamage(`its ${name} data ends after ${bytes.length} of ${length} bytes`)
  // typed views of wider samples need an offset that they divide; a Buffer's own slice would be no copy
  const aligned = bytes.byteOffset % 8 === 0
  return aligned
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, length)
    : new Uint8Array(bytes.subarray(0, length))
}

function lzw(data: Uint8Array, length: number): Uint8Array {
  if (data[0] === 0 && ((data[1] ?? 0) & 1) === 1)
    throw new BlockDamage('its LZW data is of the old kind from before TIFF 5')
  const out = new Uint8Array(length)
  let done: number
  try {
    done = decodeLzw(data, out)
  } catch (error) {
    throw new BlockDamage(`its LZW data is damaged (${(error as Error).message})`)
  }
  return exactly(out.subarray(0, done), length, 'LZW')
}

async function deflate(data: Uint8Array, length: number): Promise<Uint8Array> {
  try {
    return exactly(await inflateAsync(data, { maxOutputLength: length + 65_536 }), length, 'deflate')
  } catch (error) {
    if (error instanceof BlockDamage) throw error
    throw new BlockDamage(`its deflate data is damaged (${(error as Error).message})`)
  }
}

async function zstd(data: Uint8Array, length: number): Promise<Uint8Array> {
  try {
    return await decodeZstd(data, length)
  } catch (error) {
    throw new BlockDamage(`its zstd data is damaged (${(error as Error).message})`)
  }
}

/** TIFF 6.0 section 9. */
function packBits(data: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length)
  let at = 0
  let done = 0
  while (done < length && at < data.length) {
    const head = data[at++] as number
    if (head < 128) {
      const run = Math.min(head + 1, length - done, data.length - at)
      out.set(data.subarray(at, at + run), done)
      at += head + 1
      done += run
    } else if (head > 128) {
      const run = Math.min(257 - head, length - done)
      out.fill(data[at++] ?? 0, done, done + run)
      done += run
    }
  }
  return exactly(out.subarray(0, done), length, 'PackBits')
}
