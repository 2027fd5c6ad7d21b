/**
 * The files of one image's array while they are written: which are open, which chunks they hold, and when nothing more can come to them.
 * A file set is all files at one grid position along the plane axes: one, unless a shard is smaller than a plane.
 */
import { join } from 'node:path'
import { onDisk, type Disk } from '../disk'
import type { ChunkFile } from './chunk-file'
import { fileKey, filePosition, type Grid, type PlaneAxis } from './grid'
import type { OpenFiles } from './open-files'
import type { Order } from './order'

export interface FileSet {
  readonly key: string
  readonly position: readonly number[]
  /** Ordinal of the last plane that can lie here. */
  readonly last: number
  readonly files: (ChunkFile | null)[]
}

export class ArrayStore {
  private readonly sets = new Map<string, FileSet>()
  private newest: FileSet | null = null

  constructor(
    readonly folder: string,
    private readonly image: number,
    private readonly grid: Grid,
    private readonly order: Order,
    private readonly files: OpenFiles,
    private readonly disk: Disk,
    /** Files may be there already: a recovery goes on with them. */
    private readonly resumed: boolean
  ) {}

  setOf(index: readonly number[]): FileSet {
    if (this.newest !== null && this.holds(this.newest, index)) return this.newest
    const position = filePosition(this.grid, index)
    const key = position.join('/')
    let set = this.sets.get(key)
    if (set === undefined) {
      const last = this.order.lastInFile(this.image, position)
      set = { key, position, last, files: new Array<ChunkFile | null>(this.grid.filesPerPlane).fill(null) }
      this.sets.set(key, set)
    }
    return (this.newest = set)
  }

  file(set: FileSet, number: number): ChunkFile {
    const known = set.files[number]
    if (known) return this.files.touch(known)
    const columns = this.grid.x.files
    const key = fileKey(set.position, Math.floor(number / columns), number % columns)
    const path = join(this.folder, key)
    const there = this.resumed && this.disk.exists(path)
    return (set.files[number] = there
      ? this.files.open(path, this.grid)
      : this.files.create(this.folder, key, this.grid))
  }

  /** The file sets that nothing more can come to at this point of the acquisition; all of them for Infinity. */
  due(ordinal: number): FileSet[] {
    return [...this.sets.values()].filter((set) => set.last <= ordinal)
  }

  /** Gives what is due its final size and index. */
  seal(ordinal: number): void {
    for (const set of this.due(ordinal)) this.sealSet(set)
  }

  /** Lets go of what `seal` sealed; until then it can be changed and sealed again. */
  forget(ordinal: number): void {
    for (const set of this.due(ordinal)) {
      for (const file of set.files) if (file) this.files.retire(file)
      this.sets.delete(set.key)
      if (this.newest === set) this.newest = null
    }
  }

  publish(): void {
    if (!this.grid.indexAtStart) return
    for (const set of this.sets.values()) {
      for (const file of set.files) if (file) this.files.touch(file).publish()
    }
  }

  private holds(set: FileSet, index: readonly number[]): boolean {
    const { axes } = this.grid
    for (let k = 0; k < axes.length; k++) {
      const { at, span } = axes[k] as PlaneAxis
      const from = (set.position[k] as number) * span
      const value = index[at] as number
      if (value < from || value >= from + span) return false
    }
    return true
  }

  private sealSet(set: FileSet): void {
    set.files.forEach((file, number) => {
      if (file === null) return
      this.files.touch(file)
      if (file.empty) {
        // Created for frames that then could not be written.
        this.files.forget(file)
        onDisk(`delete ${file.path}`, () => this.disk.unlink(file.path))
        set.files[number] = null
      } else file.seal()
    })
  }
}
