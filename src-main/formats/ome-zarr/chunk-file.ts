/**
 * One file of an array: a shard with its index, or a single chunk. Knows which chunks are in it and writes the index (Zarr v3 sharding_indexed:
 * offset and length of each chunk as u64, all ones where there is none, then their CRC-32C).
 */
import { crc32c } from '../codecs/crc32c'
import { DirectFile, toPage, type PixelMemory } from '../direct-file'
import type { Disk } from '../disk'
import type { Grid } from './grid'

export interface ChunkFileOptions {
  readonly disk: Disk
  /** Where the bytes come from that `writeMemory` takes. */
  readonly memory: PixelMemory
}

export class ChunkFile {
  /** Offset and length of each chunk in slot order; offset -1: not there. */
  private readonly table: Float64Array
  private file: DirectFile | null
  /** End of what was appended. */
  private tail: number

  constructor(
    readonly path: string,
    private readonly grid: Grid,
    private readonly options: ChunkFileOptions,
    existing: boolean
  ) {
    this.table = new Float64Array(grid.slots * 2).fill(-1)
    this.tail = grid.headBytes
    this.file = existing
      ? DirectFile.open(path, options.memory, options)
      : DirectFile.create(path, options.memory, options)
    // Before any chunk, so that a reader who comes early finds nothing instead of garbage.
    if (grid.indexAtStart && !existing) this.writeIndex(0)
  }

  /** The open file; opened again where it was parked. */
  get opened(): DirectFile {
    this.file ??= DirectFile.open(this.path, this.options.memory, this.options)
    return this.file
  }

  /** Where a chunk of known size lies: places are fixed, so that nothing needs to be looked up after a crash. */
  place(slot: number): number {
    return this.grid.headBytes + slot * this.grid.stride
  }

  has(slot: number): boolean {
    return this.table[slot * 2] !== -1
  }

  /** Notes that a chunk's bytes are in the file. */
  put(slot: number, offset: number, length: number): void {
    this.table[slot * 2] = offset
    this.table[slot * 2 + 1] = length
    this.tail = Math.max(this.tail, offset + length)
  }

  /** Gives a chunk of any size the next free place, at a multiple of `align`; its position. */
  append(slot: number, length: number, align: number): number {
    const position = Math.ceil(this.tail / align) * align
    this.put(slot, position, length)
    return position
  }

  /** The next chunk is to begin no earlier. */
  appendAfter(position: number): void {
    this.tail = Math.max(this.tail, position)
  }

  /** Takes a chunk out of the index; its bytes stay behind unreferenced. */
  drop(slot: number): void {
    this.table[slot * 2] = -1
    this.table[slot * 2 + 1] = -1
  }

  get empty(): boolean {
    return this.table.every((value) => value === -1)
  }

  /** First byte after the last chunk. */
  get end(): number {
    let end = this.grid.headBytes
    for (let at = 0; at < this.table.length; at += 2) {
      const offset = this.table[at] as number
      if (offset >= 0) end = Math.max(end, offset + (this.table[at + 1] as number))
    }
    return end
  }

  /** Zeros in the file where there is anything else. Zeros need no room on a full disk where the file has a hole. */
  wipe(position: number, length: number): void {
    const found = this.opened.read(position, length)
    if (found.some((byte) => byte !== 0)) this.opened.writeBytes(found.fill(0), position)
  }

  /** Brings the file to its final size and makes it readable as it is; for a shard that means its index. */
  seal(): void {
    const { grid, end } = this
    const size = grid.indexAtStart || !grid.sharded ? end : toPage(end) + toPage(grid.indexBytes)
    if (grid.indexAtStart) this.writeIndex(0)
    else if (grid.sharded) this.writeIndex(size - grid.indexBytes)
    if (this.opened.size !== size) this.opened.truncate(size)
  }

  /** For an index at the start: what has come since can be read from now on. */
  publish(): void {
    if (this.grid.indexAtStart) this.writeIndex(0)
  }

  sync(): void {
    this.file?.sync()
  }

  /** Syncs and closes the handle; the next use opens it again. */
  park(): void {
    this.sync()
    this.close()
  }

  close(): void {
    this.file?.close()
    this.file = null
  }

  /** At the end of a file it fills the end of whole pages: a part of a page would go through the page cache and cost each shard's sync a wait more. */
  private writeIndex(position: number): void {
    const bytes = indexBytes(this.table, this.grid.slots)
    if (sameBytes(bytes, this.opened, position)) return
    const room = toPage(bytes.length)
    if (this.grid.indexAtStart || room > PAGES_BYTES) {
      this.opened.writeBytes(bytes, position)
      return
    }
    pages ??= new Uint8Array(new WebAssembly.Memory({ initial: PAGES_BYTES / 65_536 }).buffer)
    pages.fill(0, 0, room - bytes.length)
    pages.set(bytes, room - bytes.length)
    this.opened.writePages(pages.subarray(0, room), position + bytes.length - room)
  }
}

/** Where an index lies while it is written: O_DIRECT takes only WebAssembly memory. */
let pages: Uint8Array | null = null
const PAGES_BYTES = 2 * 65_536

/** The index of a shard as it is stored. */
export function indexBytes(table: Float64Array, slots: number): Uint8Array {
  const bytes = new Uint8Array(slots * 16 + 4)
  const view = new DataView(bytes.buffer)
  for (let slot = 0; slot < slots; slot++) {
    const offset = table[slot * 2] as number
    if (offset < 0) bytes.fill(255, slot * 16, slot * 16 + 16)
    else {
      putUint64(view, slot * 16, offset)
      putUint64(view, slot * 16 + 8, table[slot * 2 + 1] as number)
    }
  }
  view.setUint32(slots * 16, crc32c(bytes.subarray(0, slots * 16)), true)
  return bytes
}

/** Sizes stay far below 2^53; two 32-bit halves are quicker than a BigInt. */
function putUint64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true)
  view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true)
}

/** Recovery of a recovered dataset changes nothing: what is right already is left as it is. */
function sameBytes(bytes: Uint8Array, file: DirectFile, position: number): boolean {
  if (file.size < position + bytes.length) return false
  return Buffer.compare(file.read(position, bytes.length), bytes) === 0
}
