/** What one directory says about its picture: size, pixel type, compression and where each block of bytes lies. */
import type { ImageInfo } from '../../../src-preload/contract/dataset'
import type { ByteSource } from '../byte-source'
import { readBytes, readNumbers, TiffDamage, type Ifd, type TiffHeader } from './ifd'
import { COMPRESSION_NAMES, TAG } from './tags'

export type StoredType = ImageInfo['pixelType']

export interface Layout {
  readonly width: number
  readonly height: number
  readonly samples: number
  /** Samples lie in planes of their own, one after the other. */
  readonly planar: boolean
  /** Bits of a sample as stored; 1 to 64, 128 for complex. */
  readonly bits: number
  readonly pixelType: StoredType
  readonly littleEndian: boolean
  readonly compression: number
  readonly predictor: number
  readonly photometric: number
  readonly reversedBits: boolean
  readonly tiled: boolean
  readonly blockWidth: number
  readonly blockHeight: number
  readonly across: number
  readonly down: number
  readonly offsets: Float64Array
  readonly byteCounts: Float64Array
  readonly jpegTables: Uint8Array | null
}

/** The directory is sound, but this program has no way to show it; a clause. */
export class Unsupported extends Error {}

/** More bytes are never taken at once. */
export const LARGEST_PLANE = 2 ** 31

export function readLayout(source: ByteSource, header: TiffHeader, ifd: Ifd): Layout {
  const numbers = (tag: number): Float64Array | null => {
    const entry = ifd.entries.get(tag)
    return entry === undefined ? null : readNumbers(source, header, entry)
  }
  const number = (tag: number, otherwise: number): number => numbers(tag)?.[0] ?? otherwise
  const width = number(TAG.imageWidth, 0)
  const height = number(TAG.imageLength, 0)
  if (!(width > 0 && height > 0)) throw new TiffDamage(`the picture is ${width} × ${height} pixels`)
  const samples = number(TAG.samplesPerPixel, 1)
  const allBits = numbers(TAG.bitsPerSample) ?? Float64Array.of(1)
  const bits = allBits[0] ?? 1
  if (allBits.some((other) => other !== bits)) throw new Unsupported('its samples have different bit depths')
  if (!(samples >= 1 && samples <= 65_535)) throw new TiffDamage(`it has ${samples} samples per pixel`)
  const pixelType = storedType(bits, number(TAG.sampleFormat, 1))
  const planar = number(TAG.planarConfiguration, 1) === 2 && samples > 1
  const tiled = ifd.entries.has(TAG.tileOffsets)
  const blockWidth = tiled ? number(TAG.tileWidth, 0) : width
  const blockHeight = tiled ? number(TAG.tileLength, 0) : Math.min(number(TAG.rowsPerStrip, height), height)
  if (!(blockWidth > 0 && blockHeight > 0)) throw new TiffDamage('its blocks have no size')
  const compression = number(TAG.compression, 1)
  // rows of an uncompressed strip can be read alone
  const blockBytes = blockWidth * blockHeight * samples * (Math.max(bits, 8) / 8)
  if (blockBytes > LARGEST_PLANE && (tiled || compression !== 1)) {
    throw new TiffDamage(`it has blocks of ${blockWidth} × ${blockHeight} pixels`)
  }
  const across = Math.ceil(width / blockWidth)
  const down = Math.ceil(height / blockHeight)
  const offsets = numbers(tiled ? TAG.tileOffsets : TAG.stripOffsets)
  if (offsets === null) throw new TiffDamage('it has no table of pixels')
  const blocks = across * down * (planar ? samples : 1)
  if (offsets.length < blocks)
    throw new TiffDamage(`its table of pixels has ${offsets.length} of ${blocks} entries`)
  const tables = ifd.entries.get(TAG.jpegTables)
  return {
    width,
    height,
    samples,
    planar,
    bits,
    pixelType,
    littleEndian: header.littleEndian,
    compression,
    predictor: number(TAG.predictor, 1),
    photometric: number(TAG.photometric, 1),
    reversedBits: number(TAG.fillOrder, 1) === 2,
    tiled,
    blockWidth,
    blockHeight,
    across,
    down,
    offsets,
    byteCounts:
      numbers(tiled ? TAG.tileByteCounts : TAG.stripByteCounts) ?? guessed(offsets, source.size, compression),
    jpegTables: tables === undefined ? null : readBytes(source, tables)
  }
}

/** Some old writers leave the byte counts out; up to the end of the file is then allowed for one uncompressed strip. */
function guessed(offsets: Float64Array, size: number, compression: number): Float64Array {
  if (offsets.length !== 1 || compression !== 1) throw new TiffDamage('its table of byte counts is missing')
  return Float64Array.of(size - (offsets[0] ?? 0))
}

const BY_FORMAT: Readonly<Record<number, Readonly<Record<number, StoredType>>>> = {
  1: { 1: 'bool', 8: 'uint8', 16: 'uint16', 32: 'uint32', 64: 'uint64' },
  2: { 8: 'int8', 16: 'int16', 32: 'int32', 64: 'int64' },
  3: { 16: 'float16', 32: 'float32', 64: 'float64' },
  6: { 64: 'complex64', 128: 'complex128' }
}

/** SampleFormat (TIFF 6.0 section 19): 1 unsigned, 2 signed, 3 float, 4 undefined, 6 complex float. */
function storedType(bits: number, format: number): StoredType {
  const kind = format === 4 ? 1 : format
  const type = BY_FORMAT[kind]?.[bits]
  if (type !== undefined) return type
  if (kind === 1 && bits > 1 && bits < 8) return 'uint8'
  if (kind === 1 && bits > 8 && bits < 16) return 'uint16'
  throw new Unsupported(`its pixels have ${bits} bits of sample format ${format}`)
}

export const compressionName = (layout: Layout): string =>
  COMPRESSION_NAMES[layout.compression] ?? `number ${layout.compression}`

/** Why no decoder here can read it, in a clause; null where one can. */
export function unsupportedReason(layout: Layout): string | null {
  const known = [1, 5, 7, 8, 32773, 32946, 34926, 50000]
  if (!known.includes(layout.compression))
    return `its pixels are compressed by ${compressionName(layout)}, which Benchframe does not read`
  if (layout.compression === 7 && layout.bits !== 8)
    return `its pixels are ${layout.bits}-bit JPEG, which Benchframe does not read`
  if (![1, 2, 3].includes(layout.predictor))
    return `its pixels use predictor ${layout.predictor}, which Benchframe does not know`
  return null
}
