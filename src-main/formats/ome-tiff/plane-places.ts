/** Where each plane's strip and directory lie: computed for uncompressed planes, remembered (24 bytes a plane) for compressed ones. */
import { GrowingNumbers } from '../tally'
import { IFD_BYTES, type Strip } from './ifd'
import { groupStart, planeOffset, type GroupLayout } from './tiff-layout'

export interface PlanePlaces {
  strip(plane: number): Strip
  ifd(plane: number): number
}

export function fixedPlaces(layout: GroupLayout): PlanePlaces {
  return {
    strip: (plane) => ({ offset: planeOffset(layout, plane), length: layout.planeBytes }),
    ifd: (plane) =>
      groupStart(layout, Math.floor(plane / layout.perGroup)) + (plane % layout.perGroup) * IFD_BYTES
  }
}

export class NotedPlaces implements PlanePlaces {
  private readonly offsets = new GrowingNumbers()
  private readonly lengths = new GrowingNumbers()
  private readonly groups = new GrowingNumbers()

  constructor(private readonly perGroup: number) {}

  /** Planes up to the last one noted. */
  get count(): number {
    return this.offsets.length
  }

  note(plane: number, strip: Strip): void {
    this.offsets.set(plane, strip.offset)
    this.lengths.set(plane, strip.length)
  }

  noteGroup(group: number, start: number): void {
    this.groups.set(group, start)
  }

  /** 0: not noted. */
  groupAt(group: number): number {
    return group < this.groups.length ? this.groups.at(group) : 0
  }

  has(plane: number): boolean {
    return plane < this.lengths.length && this.lengths.at(plane) > 0
  }

  strip(plane: number): Strip {
    return { offset: this.offsets.at(plane), length: this.lengths.at(plane) }
  }

  ifd(plane: number): number {
    return this.groupAt(Math.floor(plane / this.perGroup)) + (plane % this.perGroup) * IFD_BYTES
  }
}
