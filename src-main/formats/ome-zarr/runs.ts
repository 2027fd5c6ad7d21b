/** Gathers writes that are neighbours both in memory and in a file into one: a disk is fastest with 1–16 MB a write. */
import type { ChunkFile } from './chunk-file'

export class Runs {
  private file: ChunkFile | null = null
  private offset = 0
  private position = 0
  private length = 0

  add(file: ChunkFile, offset: number, length: number, position: number): void {
    if (
      this.file === file &&
      offset === this.offset + this.length &&
      position === this.position + this.length
    ) {
      this.length += length
      return
    }
    this.flush()
    this.file = file
    this.offset = offset
    this.position = position
    this.length = length
  }

  /** What was gathered is not to be written. */
  drop(): void {
    this.file = null
  }

  flush(): void {
    const { file, length } = this
    this.file = null
    if (file !== null && length > 0) file.opened.writeMemory(this.offset, length, this.position)
  }
}
