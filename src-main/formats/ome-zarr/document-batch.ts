/**
 * Documents that are replaced together: each is written beside the old one, all are synced, then each takes its name, then the folders are synced. A
 * reader, or a crash, sees every one old or new as a whole; together they cost the disk two waits instead of two for each.
 */
import { dirname } from 'node:path'
import { CREATE_OR_EMPTY, onDisk, syncFolder, writeAll, type Disk } from '../disk'

const MOST_HELD = 256 * 1024
/** So many handles are open until the batch is synced. */
const MOST_WAITING = 64

export class DocumentBatch {
  private readonly waiting: { readonly fd: number; readonly path: string }[] = []

  /** `durable` false: they need not survive a loss of power yet. */
  constructor(
    private readonly disk: Disk,
    private readonly durable = true
  ) {}

  /** Streams a document to disk; it takes its place at `commit`, or earlier where there are many. */
  add(path: string, write: (put: (text: string) => void) => void): void {
    const { disk } = this
    onDisk(`write ${path}`, () => {
      const fd = disk.open(`${path}.tmp`, CREATE_OR_EMPTY)
      this.waiting.push({ fd, path })
      let held = ''
      let position = 0
      const flush = (): void => {
        const bytes = Buffer.from(held, 'utf8')
        writeAll(disk, fd, bytes, position)
        position += bytes.length
        held = ''
      }
      write((text) => {
        held += text
        if (held.length >= MOST_HELD) flush()
      })
      if (held !== '') flush()
    })
    if (this.waiting.length >= MOST_WAITING) this.commit()
  }

  commit(): void {
    const { disk, durable } = this
    if (durable) for (const { fd, path } of this.waiting) onDisk(`write ${path}`, () => disk.datasync(fd))
    for (const { fd, path } of this.waiting.splice(0)) {
      this.folders.add(dirname(path))
      onDisk(`write ${path}`, () => {
        disk.close(fd)
        disk.rename(`${path}.tmp`, path)
      })
    }
    if (durable) for (const folder of this.folders) onDisk(`sync ${folder}`, () => syncFolder(disk, folder))
    this.folders.clear()
  }

  /** After a failure: closes what is open. What lies beside the documents is written over by the next batch. */
  drop(): void {
    for (const { fd } of this.waiting.splice(0)) this.disk.close(fd)
  }

  private readonly folders = new Set<string>()
}

/** Replaces what `fill` adds, all of it or, after a failure, perhaps none. */
export function replaceDocuments(disk: Disk, fill: (batch: DocumentBatch) => void, durable = true): void {
  const batch = new DocumentBatch(disk, durable)
  try {
    fill(batch)
    batch.commit()
  } catch (error) {
    batch.drop()
    throw error
  }
}
