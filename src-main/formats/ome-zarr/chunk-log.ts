/**
 * Where compressed chunks lie that a frame's location alone cannot tell: those of several planes, or several to a plane. A file in the journal's
 * folder with one checksummed line for each chunk; it goes with the journal.
 */
import { crc32c } from '../codecs/crc32c'
import { onDisk, readUpTo, READ_ONLY, writeAll, type Disk } from '../disk'
import type { StreamPlan } from '../file-sink'
import { chunkLogPath } from './notes'
import { constants } from 'node:fs'

export interface ChunkPlace {
  readonly image: number
  /** Key of the file set, file in it, chunk in the file. */
  readonly set: string
  readonly file: number
  readonly slot: number
  readonly offset: number
  readonly length: number
}

export type ChunkKey = Pick<ChunkPlace, 'image' | 'set' | 'file' | 'slot'>

const OPEN_OR_CREATE = constants.O_RDWR | constants.O_CREAT

export const keyText = ({ image, set, file, slot }: ChunkKey): string => `${image}:${set}:${file}:${slot}`

const sumOf = (text: string): string => crc32c(Buffer.from(text, 'latin1')).toString(16).padStart(8, '0')

export class ChunkLog {
  private readonly fd: number
  private held = ''

  private constructor(
    private readonly disk: Disk,
    private readonly path: string,
    private end: number
  ) {
    this.fd = onDisk(`open ${path}`, () => disk.open(path, OPEN_OR_CREATE))
  }

  static create(plan: StreamPlan, level: number, disk: Disk): ChunkLog {
    return new ChunkLog(disk, chunkLogPath(plan, level), 0)
  }

  /** Goes on after the last whole line. */
  static resume(plan: StreamPlan, disk: Disk, end: number): ChunkLog {
    return new ChunkLog(disk, chunkLogPath(plan, 0), end)
  }

  add({ image, set, file, slot, offset, length }: ChunkPlace): void {
    const line = JSON.stringify([image, set, file, slot, offset, length])
    this.held += `${sumOf(line)} ${line}\n`
  }

  flush(): void {
    if (this.held === '') return
    const bytes = Buffer.from(this.held, 'latin1')
    onDisk(`write ${this.path}`, () => {
      writeAll(this.disk, this.fd, bytes, this.end)
    })
    this.end += bytes.length
    this.held = ''
  }

  sync(): void {
    this.flush()
    onDisk(`sync ${this.path}`, () => {
      this.disk.datasync(this.fd)
    })
  }

  close(): void {
    this.disk.close(this.fd)
  }
}

export interface LoggedChunks {
  readonly places: ReadonlyMap<string, ChunkPlace>
  /** Bytes of the whole lines. */
  readonly end: number
}

export function readChunkLog(plan: StreamPlan, disk: Disk): LoggedChunks {
  const path = chunkLogPath(plan, 0)
  const places = new Map<string, ChunkPlace>()
  if (!disk.exists(path)) return { places, end: 0 }
  const text = onDisk(`read ${path}`, () => {
    const fd = disk.open(path, READ_ONLY)
    try {
      return Buffer.from(readUpTo(disk, fd, 0, disk.size(fd))).toString('latin1')
    } finally {
      disk.close(fd)
    }
  })
  let end = 0
  for (let next = text.indexOf('\n'); next >= 0; next = text.indexOf('\n', end)) {
    const line = text.slice(end + 9, next)
    if (text.slice(end, end + 8) !== sumOf(line)) break
    const [image, set, file, slot, offset, length] = JSON.parse(line) as [
      number,
      string,
      number,
      number,
      number,
      number
    ]
    const place = { image, set, file, slot, offset, length }
    places.set(keyText(place), place)
    end = next + 1
  }
  return { places, end }
}
