/** The files and folders that a sink has open or not yet synced: how many handles at once, and what a sync has to reach. */
import { dirname, join } from 'node:path'
import { errorCode, diskFailure, onDisk, syncFolder, type Disk } from '../disk'
import { ChunkFile, type ChunkFileOptions } from './chunk-file'
import type { Grid } from './grid'

/** Two handles each; systems allow a process 1024 or more. */
const MOST_OPEN = 128

export class OpenFiles {
  /** In order of their last use. */
  private readonly files = new Set<ChunkFile>()
  private readonly sealed = new Set<ChunkFile>()
  private readonly newFolders = new Set<string>()
  private newest: ChunkFile | null = null
  /** Folders known to be there: the way to the newest file. */
  private known: string[] = []

  constructor(private readonly options: ChunkFileOptions) {}

  private get disk(): Disk {
    return this.options.disk
  }

  create(folder: string, key: string, grid: Grid): ChunkFile {
    const path = join(folder, key)
    this.makeFolders(folder, dirname(key).split('/'))
    this.noteNew(dirname(path))
    return this.touch(new ChunkFile(path, grid, this.options, false))
  }

  open(path: string, grid: Grid): ChunkFile {
    return this.touch(new ChunkFile(path, grid, this.options, true))
  }

  /** Marks a file as used just now; the one unused for longest may lose its handle. */
  touch(file: ChunkFile): ChunkFile {
    if (this.newest === file) return file
    this.newest = file
    this.files.delete(file)
    this.files.add(file)
    if (this.files.size > MOST_OPEN) {
      const [oldest] = this.files
      if (oldest !== undefined) {
        oldest.park()
        this.files.delete(oldest)
        this.sealed.delete(oldest)
      }
    }
    return file
  }

  /** Names in these folders are new: the next sync makes them last. */
  noteFolders(folders: readonly string[]): void {
    for (const folder of folders) this.newFolders.add(folder)
  }

  /** Nothing more comes to this file; it is closed once it is synced. */
  retire(file: ChunkFile): void {
    this.sealed.add(file)
  }

  /** The file is about to be deleted. */
  forget(file: ChunkFile): void {
    this.newest = null
    file.close()
    this.files.delete(file)
    this.sealed.delete(file)
  }

  sync(): void {
    for (const file of this.files) file.sync()
    this.newest = null
    for (const file of this.sealed) {
      file.close()
      this.files.delete(file)
    }
    this.sealed.clear()
    for (const folder of this.newFolders) onDisk(`sync ${folder}`, () => syncFolder(this.disk, folder))
    this.newFolders.clear()
  }

  closeAll(): void {
    for (const file of this.files) file.close()
    this.files.clear()
    this.sealed.clear()
  }

  /**
   * On Linux's file systems (ext4, XFS, Btrfs) syncing a new file makes its name and the folders above it last too; a sync for each of them would cost a
   * disk flush each, several for every shard.
   */
  private noteNew(folder: string): void {
    if (process.platform !== 'linux') this.newFolders.add(folder)
  }

  private makeFolders(base: string, names: readonly string[]): void {
    let path = base
    let same = this.known[0] === base
    const way = [base]
    names.forEach((name, depth) => {
      const parent = path
      path = join(path, name)
      way.push(path)
      same &&= this.known[depth + 1] === path
      if (!same && makeFolder(this.disk, path)) this.noteNew(parent)
    })
    this.known = way
  }
}

/** False where it is there already. */
export function makeFolder(disk: Disk, path: string): boolean {
  try {
    disk.makeFolder(path)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw diskFailure(error, `create the folder ${path}`)
  }
}

/** Deletes a file or a folder with all that is in it. */
export function removeTree(disk: Disk, path: string): void {
  let names: string[]
  try {
    names = disk.list(path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return
    if (errorCode(error) !== 'ENOTDIR') throw diskFailure(error, `delete ${path}`)
    onDisk(`delete ${path}`, () => disk.unlink(path))
    return
  }
  for (const name of names) removeTree(disk, join(path, name))
  onDisk(`delete ${path}`, () => disk.removeFolder(path))
}
