/** Writes the directories of a TIFF and links them: first the directories, then the link that leads to them, so that a reader never follows one into nothing. */
import type { DirectFile } from '../direct-file'
import { DESCRIPTION_AT, FIRST_IFD_AT, descriptionBytes, type Description, type IfdMaker } from './ifd'
import type { PlanePlaces } from './plane-store'
import { bytes64 } from './word64'

const MOST_AT_ONCE = 4096

export class DirectoryChain {
  /** Planes that the chain reaches. */
  reach = 0
  /** A directory that it reaches does not lead to smaller levels. */
  plain = false
  /** The word that leads to the first directory not yet reached. */
  private link = FIRST_IFD_AT

  constructor(
    private readonly maker: IfdMaker,
    private readonly places: PlanePlaces,
    private readonly perGroup: number,
    private description: Description
  ) {}

  /** Goes on to `planes`; all of them must be written. */
  extend(file: DirectFile, planes: number): void {
    const from = this.reach
    if (planes <= from) return
    let link = 0
    for (let plane = from; plane < planes;) {
      const groupEnd = (Math.floor(plane / this.perGroup) + 1) * this.perGroup
      const end = Math.min(planes, groupEnd, plane + MOST_AT_ONCE)
      const block = this.directories(plane, end, planes)
      file.writeBytes(block.bytes, this.places.ifd(plane))
      link = block.link
      plane = end
    }
    file.writeBytes(bytes64(this.places.ifd(from)), this.link)
    this.link = link
    this.reach = planes
  }

  /** Writes all directories anew, ending with `planes`: for a chain that was longer, or whose state on disk nobody knows. */
  rewrite(file: DirectFile, planes: number): void {
    this.reach = 0
    this.plain = false
    this.link = FIRST_IFD_AT
    this.extend(file, planes)
  }

  /** Points the first directory to another description. */
  describe(file: DirectFile, description: Description): void {
    this.description = description
    file.writeBytes(descriptionBytes(description), this.places.ifd(0) + DESCRIPTION_AT)
  }

  /** Of these planes; and where in the file the last one's link to the next lies. */
  private directories(from: number, end: number, planes: number): { bytes: Buffer; link: number } {
    const { maker, places } = this
    const bytes = Buffer.alloc((end - from) * maker.bytes)
    let link = 0
    for (let plane = from; plane < end; plane++) {
      const next = plane + 1 < planes ? places.ifd(plane + 1) : 0
      const description = plane === 0 ? this.description : null
      const lower = places.lower(plane)
      this.plain ||= lower === 0
      const at = (plane - from) * maker.bytes
      link = places.ifd(plane) + maker.write(bytes, at, places.strip(plane), next, description, lower)
    }
    return { bytes, link }
  }
}
