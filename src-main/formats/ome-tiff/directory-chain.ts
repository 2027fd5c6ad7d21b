/** Writes the directories of a TIFF and links them: first the directories, then the link that leads to them, so that a reader never follows one into nothing. */
import type { DirectFile } from '../direct-file'
import {
  DESCRIPTION_AT,
  FIRST_IFD_AT,
  IFD_BYTES,
  bytes64,
  descriptionBytes,
  nextAt,
  type Description,
  type IfdMaker
} from './ifd'
import type { PlanePlaces } from './plane-store'

const MOST_AT_ONCE = 4096

export class DirectoryChain {
  /** Planes that the chain reaches. */
  reach = 0

  constructor(
    private readonly maker: IfdMaker,
    private readonly places: PlanePlaces,
    private readonly perGroup: number,
    private readonly description: Description
  ) {}

  /** Goes on to `planes`; all of them must be written. */
  extend(file: DirectFile, planes: number): void {
    const from = this.reach
    if (planes <= from) return
    for (let plane = from; plane < planes;) {
      const groupEnd = (Math.floor(plane / this.perGroup) + 1) * this.perGroup
      const end = Math.min(planes, groupEnd, plane + MOST_AT_ONCE)
      file.writeBytes(this.directories(plane, end, planes), this.places.ifd(plane))
      plane = end
    }
    const link = bytes64(this.places.ifd(from))
    if (from === 0) file.writeBytes(link, FIRST_IFD_AT)
    else file.writeBytes(link, this.places.ifd(from - 1) + nextAt(from === 1))
    this.reach = planes
  }

  /** Writes all directories anew, ending with `planes`: for a chain that was longer, or whose state on disk nobody knows. */
  rewrite(file: DirectFile, planes: number): void {
    this.reach = 0
    this.extend(file, planes)
  }

  /** Points the first directory to another description. */
  describe(file: DirectFile, description: Description): void {
    file.writeBytes(descriptionBytes(description), this.places.ifd(0) + DESCRIPTION_AT)
  }

  private directories(from: number, end: number, planes: number): Buffer {
    const bytes = Buffer.alloc((end - from) * IFD_BYTES)
    for (let plane = from; plane < end; plane++) {
      const next = plane + 1 < planes ? this.places.ifd(plane + 1) : 0
      const description = plane === 0 ? this.description : null
      this.maker.write(bytes, (plane - from) * IFD_BYTES, this.places.strip(plane), next, description)
    }
    return bytes
  }
}
