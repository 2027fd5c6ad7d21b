/**
 * A picture as it is stored: one strip; or, where it is larger than a tile, a table of the tiles' offsets and byte counts with the tiles behind it, all
 * of one size as TIFF wants them (TIFF 6.0 section 15), so that what a directory and a recovery need to know is one place.
 */
import { BYTES_PER_PIXEL, frameBytes, type FrameFormat } from '../../../src-preload/contract/pixels'
import { sharedMemory } from '../codecs/kernel'
import { cut, paste, type Cell, type Cutting } from '../cut-plane'
import { toPage } from '../direct-file'
import type { PlaneCodec } from './plane-codec'
import { write64 } from './word64'

export interface PictureForm {
  /** What `encode` answers are whole pages at the start of a WebAssembly memory, to be written to the start of a page. */
  readonly pages: boolean
  /** The bytes of a picture that shall lie at this place of the file. Good until the next call. */
  encode(pixels: Uint8Array, at: number): Uint8Array
  /** A picture of zeros. */
  blank(at: number): Uint8Array
  /** The pixels of a picture from this place; null: damaged. */
  decode(stored: Uint8Array, at: number): Uint8Array | null
}

export interface Tiling extends Cutting {
  readonly tiles: number
}

/** Sides of tiles are multiples of 16 (TIFF 6.0 section 15). */
export const TILE_UNIT = 16
const toUnit = (size: number): number => Math.ceil(size / TILE_UNIT) * TILE_UNIT

/** `tileSize` null, or a picture that one tile would hold: null, one strip. */
export function tilingOf({ width, height, pixelType }: FrameFormat, tileSize: number | null): Tiling | null {
  if (tileSize === null || (width <= tileSize && height <= tileSize)) return null
  const y = { size: height, chunk: Math.min(tileSize, toUnit(height)) }
  const x = { size: width, chunk: Math.min(tileSize, toUnit(width)) }
  const tiles = Math.ceil(y.size / y.chunk) * Math.ceil(x.size / x.chunk)
  return { y, x, pixelBytes: BYTES_PER_PIXEL[pixelType], tiles }
}

export const pictureForm = (
  format: FrameFormat,
  tiling: Tiling | null,
  codec: PlaneCodec | null
): PictureForm =>
  tiling === null ? new StripForm(frameBytes(format), codec) : new TileForm(tiling, frameBytes(format), codec)

/** Strips, tiles and directories begin on even multiples of this. */
export const ALIGN = 16
export const aligned = (bytes: number): number => Math.ceil(bytes / ALIGN) * ALIGN

class StripForm implements PictureForm {
  readonly pages = false
  private zeros: Uint8Array | null = null

  constructor(
    private readonly bytes: number,
    private readonly codec: PlaneCodec | null
  ) {}

  encode(pixels: Uint8Array): Uint8Array {
    return this.codec === null ? pixels : this.codec.encode(pixels)
  }

  blank(): Uint8Array {
    return (this.zeros ??= Uint8Array.from(this.encode(new Uint8Array(this.bytes))))
  }

  decode(stored: Uint8Array): Uint8Array | null {
    if (this.codec !== null) return this.codec.decode(stored, this.bytes)
    return stored.byteLength === this.bytes ? stored : null
  }
}

class TileForm implements PictureForm {
  readonly pages: boolean
  private readonly cells: readonly Cell[]
  private readonly tile: Uint8Array
  private readonly tableBytes: number
  private zeros: Uint8Array | null = null
  /** What is written of a picture; grows where compression makes tiles longer. */
  private room: Buffer

  constructor(
    private readonly tiling: Tiling,
    private readonly bytes: number,
    private readonly codec: PlaneCodec | null
  ) {
    const { x, y, tiles, pixelBytes } = tiling
    const across = Math.ceil(x.size / x.chunk)
    this.cells = Array.from({ length: tiles }, (_, n) => ({
      row: Math.floor(n / across),
      column: n % across
    }))
    this.tile = new Uint8Array(x.chunk * y.chunk * pixelBytes)
    this.tableBytes = aligned(tiles * 16)
    const all = toPage(this.tableBytes + tiles * aligned(this.tile.byteLength))
    this.pages = codec === null
    this.room = this.pages ? Buffer.from(sharedMemory(all).buffer, 0, all) : Buffer.alloc(all)
  }

  encode(pixels: Uint8Array, at: number): Uint8Array {
    return this.assemble(at, (cell) => {
      cut(this.tiling, pixels, cell, this.tile)
      return this.codec === null ? this.tile : this.codec.encode(this.tile)
    })
  }

  blank(at: number): Uint8Array {
    const zeros = (this.zeros ??= Uint8Array.from(this.codec?.encode(this.tile.fill(0)) ?? this.tile.fill(0)))
    return this.assemble(at, () => zeros)
  }

  private assemble(at: number, stored: (cell: Cell) => Uint8Array): Uint8Array {
    const { tiles } = this.tiling
    let end = this.tableBytes
    this.cells.forEach((cell, n) => {
      const bytes = stored(cell)
      this.makeRoom(end + bytes.byteLength)
      this.room.set(bytes, end)
      write64(this.room, at + end, n * 8)
      write64(this.room, bytes.byteLength, (tiles + n) * 8)
      end = aligned(end + bytes.byteLength)
    })
    return this.room.subarray(0, this.pages ? toPage(end) : end)
  }

  private makeRoom(bytes: number): void {
    if (bytes <= this.room.byteLength) return
    const larger = Buffer.alloc(bytes * 2)
    this.room.copy(larger)
    this.room = larger
  }

  decode(stored: Uint8Array, at: number): Uint8Array | null {
    const { tiles } = this.tiling
    if (stored.byteLength < this.tableBytes) return null
    const table = new DataView(stored.buffer, stored.byteOffset, this.tableBytes)
    const plane = new Uint8Array(this.bytes)
    for (const [n, cell] of this.cells.entries()) {
      const from = Number(table.getBigUint64(n * 8, true)) - at
      const length = Number(table.getBigUint64((tiles + n) * 8, true))
      if (from < this.tableBytes || from + length > stored.byteLength) return null
      const tile = this.tileOf(stored.subarray(from, from + length))
      if (tile === null) return null
      paste(this.tiling, plane, cell, tile)
    }
    return plane
  }

  private tileOf(stored: Uint8Array): Uint8Array | null {
    const { byteLength } = this.tile
    if (this.codec !== null) return this.codec.decode(stored, byteLength)
    return stored.byteLength === byteLength ? stored : null
  }
}
