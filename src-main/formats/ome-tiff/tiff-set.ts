/** The files of one OME-TIFF dataset: one for a single image, or a folder with one for each position, made when its first plane comes. */
import { join } from 'node:path'
import { onDisk, replaceFile, writeAll } from '../disk'
import type { ImagePlan, PlacedFrame, RecordSource, SinkDeps, StreamPlan } from '../file-sink'
import {
  binaryOnly,
  companionName,
  companionUuid,
  presentImages,
  rootStart,
  writeOmeXml
} from '../ome-xml/ome-xml'
import { memberName } from '../plan-paths'
import type { Description } from './ifd'
import { runsOfImage } from './runs-of-image'
import { storedAs, type StoredAs } from './stored-as'
import { TiffFile, type XmlOut } from './tiff-file'

/** Each file takes two handles. */
const MOST_OPEN = 100
const COPY_BYTES = 1024 * 1024

export class TiffSet {
  readonly path: string
  private readonly files = new Map<number, TiffFile>()
  private readonly stored: StoredAs
  /** Images whose files are open, the longest unused first. */
  private readonly open = new Set<number>()

  /** With `create`, the dataset's path is claimed: it must not exist. */
  constructor(
    private readonly plan: StreamPlan,
    private readonly deps: SinkDeps,
    private readonly mode: 'create' | 'resume'
  ) {
    if (plan.tiffPath === null) throw new Error('the plan has no OME-TIFF')
    this.path = plan.tiffPath
    this.stored = storedAs(plan)
    if (mode === 'resume') return
    if (this.several) {
      onDisk(`create ${this.path}`, () => {
        deps.disk.makeFolder(this.path)
      })
    } else this.file(0)
  }

  get several(): boolean {
    return this.plan.positionAxis !== null
  }

  pathOf(image: number): string {
    return this.several ? join(this.path, memberName(this.plan, image)) : this.path
  }

  /** The file of an image; made, when it is not there yet and this is no recovery. */
  file(image: number): TiffFile {
    const file = this.files.get(image) ?? this.make(image, this.mode)
    this.open.delete(image)
    this.open.add(image)
    for (const oldest of this.open) {
      if (this.open.size <= MOST_OPEN) break
      this.files.get(oldest)?.suspend()
      this.open.delete(oldest)
    }
    return file
  }

  /** The file of an image in a recovery; null: there is none. */
  existing(image: number): TiffFile | null {
    if (!this.files.has(image) && !this.deps.disk.exists(this.pathOf(image))) return null
    return this.file(image)
  }

  private make(image: number, mode: 'create' | 'resume'): TiffFile {
    const { plan, deps, stored } = this
    const path = this.pathOf(image)
    const file = new TiffFile({ plan, image: this.image(image), path, stored, ...deps }, mode)
    this.files.set(image, file)
    return file
  }

  private image(index: number): ImagePlan {
    const image = this.plan.images[index]
    if (image === undefined) throw new Error(`image ${index} of ${this.plan.images.length}`)
    return image
  }

  each(work: (file: TiffFile) => void): void {
    for (const file of this.files.values()) work(file)
  }

  /** Final sizes and metadata of every file with a frame; files without one go. */
  finish(records: RecordSource): void {
    const present = presentImages(this.plan, records)
    for (const { index } of this.plan.images) if (records.planes(index) === 0) this.removeFile(index)
    if (this.several && this.plan.tiffMetadata === 'companion') this.writeCompanion(records)
    let full: { file: TiffFile; description: Description } | null = null
    for (const { index } of present) {
      const file = this.file(index)
      const source = full
      const description = file.finish(records.planes(index), (out) => {
        if (source === null || this.plan.tiffMetadata !== 'redundant')
          this.metadata(records, index, present[0]?.index ?? 0, out)
        else
          this.copy(source.file, source.description, this.uuid(present[0]?.index ?? 0), this.uuid(index), out)
      })
      full ??= { file, description }
      file.suspend()
      this.open.delete(index)
    }
  }

  /** Makes smaller levels of frames just written, still in memory; with none, those of one plane that has none yet. Whether some may be missing. */
  makeLevels(frames: readonly PlacedFrame[]): boolean {
    if ((this.plan.pyramidLevels ?? 0) === 0) return false
    for (const [image, part] of runsOfImage(frames)) this.file(image).store.pyramid?.makeOf(part)
    if (frames.length > 0) return true
    for (const [image, { store }] of this.files) {
      if (store.pyramid?.missing !== true) continue
      this.file(image).store.pyramid?.makeNext()
      return true
    }
    return false
  }

  completeLevels(records: RecordSource): void {
    if ((this.plan.pyramidLevels ?? 0) === 0) return
    for (const { index } of presentImages(this.plan, records)) {
      const file = this.file(index)
      file.completeLevels()
      file.suspend()
      this.open.delete(index)
    }
  }

  private uuid(image: number): string {
    return this.plan.uuids[image] ?? ''
  }

  private metadata(records: RecordSource, image: number, first: number, out: XmlOut): void {
    const { plan } = this
    const uuid = this.uuid(image)
    if (this.several && plan.tiffMetadata === 'companion')
      out(binaryOnly(plan, uuid, companionName(plan), companionUuid(plan)))
    else if (this.several && plan.tiffMetadata === 'master' && image !== first) {
      out(binaryOnly(plan, uuid, memberName(plan, first), this.uuid(first)))
    } else writeOmeXml(plan, records, { kind: 'ome-tiff', uuid }, out)
  }

  private writeCompanion(records: RecordSource): void {
    const { plan, deps } = this
    replaceFile(deps.disk, join(this.path, companionName(plan)), (fd) => {
      let position = 0
      writeOmeXml(plan, records, { kind: 'ome-tiff', uuid: companionUuid(plan) }, (text) => {
        const bytes = Buffer.from(text)
        writeAll(deps.disk, fd, bytes, position)
        position += bytes.byteLength
      })
    })
  }

  /** The block of another file with this one's UUID: all that full blocks of a set may differ in. */
  private copy(
    from: TiffFile,
    { offset, length }: Description,
    theirs: string,
    ours: string,
    out: XmlOut
  ): void {
    const start = Buffer.byteLength(rootStart(this.plan, theirs))
    out(rootStart(this.plan, ours))
    for (let done = start; done < length - 1; done += COPY_BYTES) {
      out(from.read(offset + done, Math.min(COPY_BYTES, length - 1 - done)))
    }
  }

  private removeFile(image: number): void {
    if (this.existing(image) === null) return
    this.files.get(image)?.close()
    this.files.delete(image)
    this.open.delete(image)
    onDisk(`remove ${this.pathOf(image)}`, () => {
      this.deps.disk.unlink(this.pathOf(image))
    })
  }

  /** Deletes everything that was made. */
  remove(): void {
    for (const { index } of this.plan.images) this.removeFile(index)
    if (!this.several || !this.deps.disk.exists(this.path)) return
    onDisk(`remove ${this.path}`, () => {
      this.deps.disk.removeFolder(this.path)
    })
  }

  close(): void {
    this.each((file) => {
      file.close()
    })
  }
}
