/** Reads pieces of the files of an array, the last one staying open; what is not there is no error. */
import { join } from 'node:path'
import { errorCode, diskFailure, READ_ONLY, readUpTo, type Disk } from '../disk'
import { fileKey, type Grid } from './grid'

export class StoredFiles {
  private openPath: string | null = null
  private fd = -1

  constructor(
    private readonly grid: Grid,
    private readonly disk: Disk
  ) {}

  /** Bytes of file number `file` of the set at this grid position; null: not there, or not as many. */
  read(
    folder: string,
    set: readonly number[],
    file: number,
    position: number,
    length: number
  ): Uint8Array | null {
    const columns = this.grid.x.files
    const path = join(folder, fileKey(set, Math.floor(file / columns), file % columns))
    try {
      if (this.openPath !== path) {
        this.close()
        this.fd = this.disk.open(path, READ_ONLY)
        this.openPath = path
      }
      const bytes = readUpTo(this.disk, this.fd, position, length)
      return bytes.length === length ? bytes : null
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null
      throw diskFailure(error, `read ${path}`)
    }
  }

  close(): void {
    if (this.openPath !== null) this.disk.close(this.fd)
    this.openPath = null
  }
}
