/** Compressed pixels into chunks of one plane (or a part of one): encoders work ahead while the chunks before go to disk, one behind the other. */
import type { PixelMemory } from '../direct-file'
import type { Location, PlacedFrame } from '../file-sink'
import type { ArrayStore } from './array-store'
import type { ChunkLog } from './chunk-log'
import type { ChunkFile } from './chunk-file'
import type { EncodedChunk } from './encoder-queue'
import { EncoderSet, type ChunkSource } from './encoder-set'
import { encoderLayout, type EncoderLayout } from './encoder'
import { planeSlot, type Grid } from './grid'
import { piecesOf, slotsPerPlane, type Piece } from './pieces'
import type { PixelWriter } from './raw-pixels'
import { Runs } from './runs'
import type { ChunkCompression } from '../codecs/chunk-codec'

interface Spot {
  readonly file: ChunkFile
  readonly slot: number
}

export class EncodedPixels implements PixelWriter {
  readonly memory: PixelMemory
  private readonly encoders: EncoderSet
  private readonly layout: EncoderLayout
  private readonly pieces: readonly Piece[]
  private readonly runs = new Runs()
  private begun: Spot[] = []

  constructor(
    private readonly grid: Grid,
    compression: ChunkCompression,
    frames: PixelMemory,
    threads: number,
    /** Where a plane is several chunks. */
    private readonly log: ChunkLog | null,
    private readonly storeOf: (image: number) => ArrayStore
  ) {
    this.layout = encoderLayout(grid, compression)
    this.encoders = new EncoderSet(this.layout, frames, threads)
    this.memory = this.encoders.memory
    this.pieces = piecesOf(grid)
  }

  write(frames: readonly PlacedFrame[]): Location[] {
    this.begun = []
    const { encoders, layout } = this
    const sources: ChunkSource[] = frames.flatMap(({ offset }) =>
      this.pieces.map((_, piece) => ({ source: offset, piece }))
    )
    const locations: Location[] = []
    let given = 0
    let taken = 0
    while (taken < sources.length) {
      while (given < sources.length && encoders.hasRoom) {
        const task = sources.slice(given, given + layout.chunksPerTask)
        encoders.give(task)
        given += task.length
      }
      for (const chunk of encoders.take()) {
        const frame = frames[Math.floor(taken / this.pieces.length)] as PlacedFrame
        const location = this.append(frame, this.pieces[taken % this.pieces.length] as Piece, chunk)
        if (taken % this.pieces.length === 0) locations.push(location)
        taken++
      }
      // The next task given may overwrite what these lie in.
      this.runs.flush()
    }
    return locations
  }

  settle(): void {
    this.log?.flush()
  }

  commit(): void {
    this.begun = []
  }

  sync(): void {
    this.log?.sync()
  }

  takeBack(): void {
    this.runs.drop()
    this.encoders.drop()
    for (const { file, slot } of this.begun) file.drop(slot)
  }

  close(): void {
    this.encoders.close()
    this.log?.close()
  }

  private append(frame: PlacedFrame, piece: Piece, { offset, length }: EncodedChunk): Location {
    const store = this.storeOf(frame.image)
    const set = store.setOf(frame.index)
    const file = store.file(set, piece.file)
    const slot = planeSlot(this.grid, frame.index) * slotsPerPlane(this.grid) + piece.slot
    const position = file.append(slot, length, this.layout.align)
    this.begun.push({ file, slot })
    this.log?.add({ image: frame.image, set: set.key, file: piece.file, slot, offset: position, length })
    this.runs.add(file, offset, Math.ceil(length / this.layout.align) * this.layout.align, position)
    return { file: 0, offset: position, length }
  }
}
