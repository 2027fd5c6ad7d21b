/** The compressions of TIFF strips (tag 259): lzw, deflate, zstd. */
import { deflateSync, inflateSync } from 'node:zlib'
import { zstdDecode, zstdEncode } from '../codecs/zstd'
import type { Compression } from '../settings'
import { lzwDecode, lzwEncode } from './lzw'

export interface PlaneCodec {
  /** Good until the next call. */
  encode(pixels: Uint8Array): Uint8Array
  /** Null: damaged. */
  decode(packed: Uint8Array, bytes: number): Uint8Array | null
}

/** Fast rather than small: a camera waits. */
const DEFLATE_LEVEL = 1

export function planeCodec(compression: Compression): PlaneCodec | null {
  switch (compression) {
    case 'none':
      return null
    case 'deflate':
      return {
        encode: (pixels) => deflateSync(pixels, { level: DEFLATE_LEVEL }),
        decode: checked((packed) => inflateSync(packed))
      }
    case 'zstd':
      return {
        encode: (pixels) => withContentSize(zstdEncode(pixels), pixels.byteLength),
        decode: checked(zstdDecode)
      }
    case 'lzw':
      return { encode: lzwEncode, decode: checked(lzwDecode) }
    case 'blosc-zstd':
    case 'blosc-lz4':
    case 'gzip':
      throw new Error(`TIFF has no ${compression}`)
  }
}

/** Descriptor bits of a frame header (RFC 8878, 3.1.1.1): content size flag, single segment, dictionary. */
const SIZE_BITS = 0xc0
const SINGLE_SEGMENT = 0x20
const DICTIONARY_BITS = 0x03
const FOUR_BYTE_SIZE = 0x80

/** Bio-Formats needs the size of the content in the frame's header, which the library leaves out. */
function withContentSize(frame: Uint8Array, bytes: number): Uint8Array {
  const descriptor = frame[4] ?? 0
  if ((descriptor & (SIZE_BITS | SINGLE_SEGMENT | DICTIONARY_BITS)) !== 0) return frame
  const result = new Uint8Array(frame.byteLength + 4)
  result.set(frame.subarray(0, 6))
  result[4] = descriptor | FOUR_BYTE_SIZE
  new DataView(result.buffer).setUint32(6, bytes, true)
  result.set(frame.subarray(6), 10)
  return result
}

function checked(decode: (packed: Uint8Array, bytes: number) => Uint8Array): PlaneCodec['decode'] {
  return (packed, bytes) => {
    try {
      const pixels = decode(packed, bytes)
      return pixels.byteLength === bytes ? pixels : null
    } catch {
      return null // what does not decode is what this asks
    }
  }
}
