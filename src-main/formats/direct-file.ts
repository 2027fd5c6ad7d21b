/**
 * One file that pixels go to, past the page cache where the platform lets us: O_DIRECT wants memory, length and place in whole pages, and takes
 * only WebAssembly memory in Node (performance.md). All else goes through an ordinary handle to the same file; callers need not care which.
 */
import { constants } from 'node:fs'
import {
  CREATE_NEW,
  OPEN_EXISTING,
  errorCode,
  diskFailure,
  onDisk,
  readUpTo,
  realDisk,
  writeAll,
  type Disk
} from './disk'

/** Unit of O_DIRECT used here: a multiple of every sector and page size in sight. */
export const PAGE = 4096
export const toPage = (bytes: number): number => Math.ceil(bytes / PAGE) * PAGE

/** One write call takes at most so much (1–16 MB is where the disk is fastest). */
const MOST_PER_WRITE = 16 * 1024 * 1024

/** A shared WebAssembly.Memory, or anything with a buffer in tests. */
export interface PixelMemory {
  readonly buffer: ArrayBufferLike
}

export interface DirectFileOptions {
  readonly disk?: Disk
  /** Never by-pass the page cache: tests of that path, and files of a few kB. */
  readonly buffered?: boolean
}

export class DirectFile {
  private directFd: number | null = null
  private plainFd: number | null = null
  private dirty = false

  private constructor(
    readonly path: string,
    private readonly memory: PixelMemory,
    private readonly disk: Disk
  ) {}

  /** Creates the file; one that is there already is `target.exists` and stays untouched. */
  static create(path: string, memory: PixelMemory, options: DirectFileOptions = {}): DirectFile {
    return DirectFile.start(path, memory, CREATE_NEW, options)
  }

  /** Opens a file of ours to go on with it. */
  static open(path: string, memory: PixelMemory, options: DirectFileOptions = {}): DirectFile {
    return DirectFile.start(path, memory, OPEN_EXISTING, options)
  }

  private static start(
    path: string,
    memory: PixelMemory,
    flags: number,
    options: DirectFileOptions
  ): DirectFile {
    const file = new DirectFile(path, memory, options.disk ?? realDisk)
    // The ordinary handle first: it alone decides whether the file may be created.
    file.plainFd = onDisk(`create ${path}`, () => file.disk.open(path, flags))
    const direct: number | undefined = constants.O_DIRECT
    if (direct !== undefined && options.buffered !== true) {
      try {
        file.directFd = file.disk.open(path, OPEN_EXISTING | direct)
      } catch {
        // The file system has no O_DIRECT (tmpfs before Linux 6.6, some network disks): the ordinary handle does it all.
      }
    }
    return file
  }

  /** Whether whole pages still by-pass the page cache. */
  get direct(): boolean {
    return this.directFd !== null
  }

  /** Writes `length` bytes of the shared memory from `offset` on to `position` in the file. */
  writeMemory(offset: number, length: number, position: number): void {
    this.dirty = true
    const aligned = offset % PAGE === 0 && position % PAGE === 0
    let done = 0
    while (done < length) {
      const size = Math.min(length - done, MOST_PER_WRITE)
      if (aligned && this.directFd !== null && size % PAGE === 0 && done % PAGE === 0) {
        done += this.writeDirect(this.directFd, this.view(offset + done, size), position + done)
      } else {
        done += this.plain((fd) => this.disk.write(fd, this.view(offset + done, size), position + done))
      }
    }
  }

  /**
   * Writes whole pages that lie at the start of a WebAssembly memory to the start of a page. Past the page cache they get their place on the disk at
   * once, so that a later sync has nothing to allocate.
   */
  writePages(pages: Uint8Array, position: number): void {
    this.dirty = true
    let done = 0
    if (this.directFd !== null) done = this.writeDirect(this.directFd, pages, position)
    if (done < pages.byteLength) this.writeBytes(pages.subarray(done), position + done)
  }

  /** Writes any bytes to any place. */
  writeBytes(bytes: Uint8Array, position: number): void {
    this.dirty = true
    this.plain((fd) => {
      writeAll(this.disk, fd, bytes, position)
    })
  }

  /** Up to `length` bytes from `position`; fewer only at the end of the file. */
  read(position: number, length: number): Uint8Array {
    return this.plain((fd) => readUpTo(this.disk, fd, position, length))
  }

  get size(): number {
    return this.plain((fd) => this.disk.size(fd))
  }

  truncate(size: number): void {
    this.dirty = true
    this.plain((fd) => {
      this.disk.truncate(fd, size)
    })
  }

  /** Something was written that is not synced. */
  get unsynced(): boolean {
    return this.dirty
  }

  /** Says that an earlier handle wrote to the file, so that the next sync is not left out. */
  touch(): void {
    this.dirty = true
  }

  /** fdatasync, where something was written since the last one. */
  sync(): void {
    if (!this.dirty) return
    this.plain((fd) => {
      this.disk.datasync(fd)
    })
    this.dirty = false
  }

  close(): void {
    const handles = [this.directFd, this.plainFd]
    this.directFd = this.plainFd = null
    for (const fd of handles) if (fd !== null) onDisk(`close ${this.path}`, () => this.disk.close(fd))
  }

  private view(offset: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, offset, length)
  }

  private writeDirect(fd: number, bytes: Uint8Array, position: number): number {
    try {
      return this.disk.write(fd, bytes, position)
    } catch (error) {
      if (errorCode(error) !== 'EINVAL') throw diskFailure(error, `write ${this.path}`)
      // Opened, but refused at the first write (some FUSE and overlay file systems).
      this.disk.close(fd)
      this.directFd = null
      return 0
    }
  }

  private plain<T>(call: (fd: number) => T): T {
    const fd = this.plainFd
    if (fd === null) throw new Error(`${this.path} is closed`)
    return onDisk(`write ${this.path}`, () => call(fd))
  }
}
