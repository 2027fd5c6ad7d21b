// A disk whose process dies at a chosen call: that call is done half or not at all, and nothing after it reaches the disk.
import { realDisk, type Disk } from '../../src-main/formats/disk'

export class DyingDisk implements Disk {
  private calls = 0

  /** `at`: number of the changing call that is the last; Infinity: it never dies. */
  constructor(public at: number) {}

  get died(): boolean {
    return this.calls > this.at
  }

  /** Changing calls so far. */
  get count(): number {
    return this.calls
  }

  open = (path: string, flags: number): number => this.change(() => realDisk.open(path, flags))
  close = realDisk.close
  read = realDisk.read
  size = realDisk.size
  datasync = realDisk.datasync
  sync = realDisk.sync
  exists = realDisk.exists
  list = realDisk.list
  write = (fd: number, bytes: Uint8Array, position: number): number =>
    this.change(
      () => realDisk.write(fd, bytes, position),
      () => {
        const half = Math.floor(bytes.length / 8192) * 4096
        if (half > 0) realDisk.write(fd, bytes.subarray(0, half), position)
      }
    )
  truncate = (fd: number, size: number): void => {
    this.change(() => {
      realDisk.truncate(fd, size)
    })
  }
  rename = (from: string, to: string): void => {
    this.change(() => {
      realDisk.rename(from, to)
    })
  }
  unlink = (path: string): void => {
    this.change(() => {
      realDisk.unlink(path)
    })
  }
  makeFolder = (path: string): void => {
    this.change(() => {
      realDisk.makeFolder(path)
    })
  }
  makeFolders = (path: string): string | null => this.change(() => realDisk.makeFolders(path))
  removeFolder = (path: string): void => {
    this.change(() => {
      realDisk.removeFolder(path)
    })
  }

  private change<T>(call: () => T, half?: () => void): T {
    if (this.calls++ < this.at) return call()
    if (this.calls === this.at + 1) half?.()
    throw new Error('The process is dead.')
  }
}
