/** Taking over compressed chunks that are more, or less, than a plane: the chunk log says where they lie, the plane store holds what waited for one. */
import { ChunkDecoder, type ChunkCompression } from '../codecs/chunk-codec'
import type { LocatedFrame, SinkDeps, StreamPlan } from '../file-sink'
import type { ArrayStore, FileSet } from './array-store'
import { ChunkBuilder } from './chunk-builder'
import { ChunkLog, keyText, readChunkLog, type ChunkPlace } from './chunk-log'
import { filePosition, planeInChunk, planeSlot, type Grid } from './grid'
import { paste } from '../cut-plane'
import { slotsPerPlane } from './pieces'
import { PlaneStore } from './plane-store'
import type { StoredFiles } from './stored-files'
import type { StoredForm } from './stored-form'

interface AdoptedChunk {
  readonly image: number
  readonly folder: string
  readonly chunk: number
  readonly set: FileSet
  /** Places of the adopted planes in the plane store, for chunks that were not written yet; -1: not adopted. */
  readonly places: Int32Array
}

interface RawChunk {
  readonly key: string
  readonly chunks: readonly Uint8Array[] | null
}

export class LoggedForm implements StoredForm {
  private readonly places: Map<string, ChunkPlace>
  private readonly log: ChunkLog
  private readonly planes: PlaneStore | null
  private readonly builder: ChunkBuilder
  private readonly decoder: ChunkDecoder
  private readonly adopted = new Map<FileSet, Map<number, AdoptedChunk>>()
  /** The chunk decoded last: frames come in an order in which the next one is often in the same. */
  private newest: RawChunk = { key: '', chunks: null }

  constructor(
    plan: StreamPlan,
    private readonly grid: Grid,
    private readonly files: StoredFiles,
    compression: ChunkCompression,
    { disk }: SinkDeps
  ) {
    const { places, end } = readChunkLog(plan, disk)
    this.places = new Map(places)
    this.log = ChunkLog.resume(plan, disk, end)
    this.planes = PlaneStore.open(plan, disk, grid.frameBytes)
    this.builder = new ChunkBuilder(grid, compression, this.log)
    this.decoder = new ChunkDecoder(compression)
  }

  pixels(folder: string, frame: LocatedFrame): Uint8Array | null {
    const { grid } = this
    const position = filePosition(grid, frame.index)
    const chunk = planeSlot(grid, frame.index)
    if (!this.isLogged(frame.image, position, chunk)) return this.planes?.read(frame.location.offset) ?? null
    const chunks = this.decoded(frame.image, folder, position, chunk)
    if (chunks === null) return null
    const plane = new Uint8Array(grid.frameBytes)
    const from = planeInChunk(grid, frame.index) * grid.pieceBytes
    this.builder.pieces.forEach((piece, k) => {
      paste(grid, plane, piece, (chunks[k] as Uint8Array).subarray(from, from + grid.pieceBytes))
    })
    return plane
  }

  adopt(store: ArrayStore, set: FileSet, { image, index, location }: LocatedFrame): void {
    let chunks = this.adopted.get(set)
    if (chunks === undefined) this.adopted.set(set, (chunks = new Map<number, AdoptedChunk>()))
    const chunk = planeSlot(this.grid, index)
    let entry = chunks.get(chunk)
    if (entry === undefined) {
      const places = new Int32Array(this.grid.planesPerChunk).fill(-1)
      chunks.set(chunk, (entry = { image, folder: store.folder, chunk, set, places }))
    }
    entry.places[planeInChunk(this.grid, index)] = location.offset
  }

  settle(store: ArrayStore, set: FileSet): void {
    for (const entry of this.adopted.get(set)?.values() ?? []) {
      if (this.isLogged(entry.image, set.position, entry.chunk)) this.takeOver(store, entry)
      else {
        const planes = Array.from(entry.places, (place) =>
          place < 0 ? null : (this.planes?.read(place) ?? null)
        )
        this.write(store, entry, this.builder.assemble(planes))
      }
    }
    this.adopted.delete(set)
    this.log.flush()
  }

  sync(): void {
    this.log.sync()
  }

  close(): void {
    this.files.close()
    this.log.close()
    this.planes?.close()
  }

  /** A chunk that is on disk stays as it is, unless it holds planes that were not adopted. */
  private takeOver(store: ArrayStore, entry: AdoptedChunk): void {
    const { grid } = this
    if (grid.planesPerChunk > 1) {
      const chunks = this.decoded(entry.image, entry.folder, entry.set.position, entry.chunk)
      const strange = chunks?.filter((chunk) => wipeOthers(chunk, entry.places, grid.pieceBytes)) ?? []
      if (chunks !== null && strange.length > 0) {
        this.write(store, entry, chunks)
        return
      }
    }
    for (const piece of this.builder.pieces) {
      const slot = entry.chunk * slotsPerPlane(grid) + piece.slot
      const place = this.placeOf(entry.image, entry.set.key, piece.file, slot)
      if (place !== undefined) store.file(entry.set, piece.file).put(slot, place.offset, place.length)
    }
  }

  /** Behind all that is in the file: a second recovery must still find the old chunk whole. */
  private write(store: ArrayStore, entry: AdoptedChunk, chunks: readonly Uint8Array[]): void {
    for (const piece of this.builder.pieces) {
      const file = store.file(entry.set, piece.file)
      file.appendAfter(file.opened.size)
    }
    this.builder.write(entry.image, store, entry.set, entry.chunk, chunks)
  }

  private isLogged(image: number, position: readonly number[], chunk: number): boolean {
    const set = position.join('/')
    return this.builder.pieces.every(
      (piece) =>
        this.placeOf(image, set, piece.file, chunk * slotsPerPlane(this.grid) + piece.slot) !== undefined
    )
  }

  private placeOf(image: number, set: string, file: number, slot: number): ChunkPlace | undefined {
    return this.places.get(keyText({ image, set, file, slot }))
  }

  private decoded(
    image: number,
    folder: string,
    position: readonly number[],
    chunk: number
  ): readonly Uint8Array[] | null {
    const set = position.join('/')
    const key = `${image}:${set}:${chunk}`
    if (this.newest.key === key) return this.newest.chunks
    const chunks = this.builder.pieces.map((piece) => {
      const place = this.placeOf(image, set, piece.file, chunk * slotsPerPlane(this.grid) + piece.slot)
      const stored = place && this.files.read(folder, position, piece.file, place.offset, place.length)
      return stored ? this.decoder.decode(stored, this.grid.chunkBytes) : null
    })
    const whole = chunks.every((bytes): bytes is Uint8Array => bytes !== null)
    this.newest = { key, chunks: whole ? chunks : null }
    return this.newest.chunks
  }
}

/** Zeros the planes of a raw chunk that were not adopted; true where there was anything to zero. */
function wipeOthers(chunk: Uint8Array, places: Int32Array, planeBytes: number): boolean {
  let found = false
  places.forEach((place, plane) => {
    if (place >= 0) return
    const bytes = chunk.subarray(plane * planeBytes, (plane + 1) * planeBytes)
    if (bytes.some((byte) => byte !== 0)) {
      bytes.fill(0)
      found = true
    }
  })
  return found
}
