/**
 * Planes that wait on disk for the rest of their compressed chunk, so that neither memory nor a crash limits how long they wait. A file of equal places
 * in the journal's folder; a place is used again only after the chunk that took its plane is safely on disk.
 */
import { DirectFile } from '../direct-file'
import type { Disk } from '../disk'
import type { SinkDeps, StreamPlan } from '../file-sink'
import { slotStride } from '../frame-pool'
import { planeStorePath } from './notes'

export class PlaneStore {
  private readonly stride: number
  private free: number[] = []
  /** Freed since the last sync, and before the sync before it: what reads them must have reached the disk first, and the journal with it. */
  private freed: number[] = []
  private aging: number[] = []
  private next = 0

  private constructor(
    private readonly file: DirectFile,
    private readonly frameBytes: number
  ) {
    this.stride = slotStride(frameBytes)
  }

  static create(plan: StreamPlan, level: number, { disk, memory }: SinkDeps, frameBytes: number): PlaneStore {
    return new PlaneStore(DirectFile.create(planeStorePath(plan, level), memory, { disk }), frameBytes)
  }

  /** null: no plane waits. */
  static open(plan: StreamPlan, disk: Disk, frameBytes: number): PlaneStore | null {
    const path = planeStorePath(plan, 0)
    if (!disk.exists(path)) return null
    return new PlaneStore(DirectFile.open(path, { buffer: new ArrayBuffer(0) }, { disk }), frameBytes)
  }

  /** Puts the plane at this address away; its place. */
  add(offset: number): number {
    const place = this.free.pop() ?? this.next++
    this.file.writeMemory(offset, this.stride, place * this.stride)
    return place
  }

  /** null: the file ends before the plane does. */
  read(place: number): Uint8Array | null {
    const bytes = this.file.read(place * this.stride, this.frameBytes)
    return bytes.length === this.frameBytes ? bytes : null
  }

  release(places: readonly number[]): void {
    this.freed.push(...places)
  }

  /** After everything else is synced. */
  sync(): void {
    this.file.sync()
    this.free.push(...this.aging)
    this.aging = this.freed
    this.freed = []
  }

  close(): void {
    this.file.close()
  }
}
