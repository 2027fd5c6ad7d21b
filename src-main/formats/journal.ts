/**
 * The append-only journal of a recording, `OUT.journal/frames.jsonl`: one JSON array a line. Its first item is the crc32c of the bytes between
 * `",` and the line's end, its second the kind of the line; of a frame, the record is the last item and no `{` comes before it, so that the
 * projections copy its bytes. Journal-reader.ts reads it back.
 */
import { join } from 'node:path'
import { crc32c } from './codecs/crc32c'
import { CREATE_NEW, OPEN_EXISTING, onDisk, writeAll, type Disk } from './disk'
import type { Location } from './file-sink'
import type { Json, KeyInfo, RunEvent } from '../../src-preload/contract/record'
import { jsonText } from './json-text'

export const journalFile = (folder: string): string => join(folder, 'frames.jsonl')

const BUFFER_BYTES = 512 * 1024
/** `["00000000",` */
const HEAD = 12

export class Journal {
  private buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  private used = 0
  private position = 0
  private unsynced = false

  private constructor(
    readonly folder: string,
    private readonly disk: Disk,
    private readonly fd: number
  ) {}

  /** In a journal folder that is ours. */
  static create(folder: string, disk: Disk): Journal {
    return new Journal(
      folder,
      disk,
      onDisk(`create ${journalFile(folder)}`, () => disk.open(journalFile(folder), CREATE_NEW))
    )
  }

  /** Goes on behind the last whole line, which ends at `position`. */
  static resume(folder: string, disk: Disk, position: number): Journal {
    const fd = onDisk(`open ${journalFile(folder)}`, () => disk.open(journalFile(folder), OPEN_EXISTING))
    const journal = new Journal(folder, disk, fd)
    onDisk(`cut ${journalFile(folder)}`, () => {
      disk.truncate(fd, position)
    })
    journal.position = position
    return journal
  }

  /** Bytes that are not yet handed to the operating system. */
  get pending(): number {
    return this.used
  }

  /** Length of the journal with what is pending. */
  get length(): number {
    return this.position + this.used
  }

  frame(
    number: number,
    image: number,
    index: readonly number[],
    locations: readonly Location[],
    mark: number,
    record: Uint8Array
  ): void {
    let places = ''
    for (let i = 0; i < locations.length; i++) {
      const { file, offset, length } = locations[i] as Location
      places += `${i === 0 ? '' : ','}[${file},${offset},${length}]`
    }
    const head = `"f",${number},${image},[${index.join(',')}],[${places}],"${mark.toString(16)}",`
    const start = this.begin(HEAD + head.length + record.byteLength + 2)
    this.used += this.buffer.write(head, this.used, 'latin1')
    this.buffer.set(record, this.used)
    this.used += record.byteLength
    this.end(start)
  }

  /** The next `planes` planes are left empty. */
  skip(planes: number): void {
    this.line(`"skip",${planes}`)
  }

  event(event: RunEvent): void {
    this.line(`"event",${strict(event, 'event')}`)
  }

  keys(keys: readonly KeyInfo[]): void {
    this.line(`"keys",${strict(keys, 'keys')}`)
  }

  global(namespace: string, value: Json): void {
    this.line(`"global",${JSON.stringify(namespace)},${strict(value, namespace)}`)
  }

  /** Frames below this number are safe on the disk with their pixels: recovery need not doubt them. */
  synced(frames: number): void {
    this.line(`"synced",${frames}`)
  }

  /** Hands what is pending to the operating system. After an error it stays pending and may be tried again. */
  flush(): void {
    if (this.used === 0) return
    onDisk(`write ${journalFile(this.folder)}`, () => {
      writeAll(this.disk, this.fd, this.buffer.subarray(0, this.used), this.position)
    })
    this.position += this.used
    this.used = 0
    this.unsynced = true
    if (this.buffer.byteLength > 4 * BUFFER_BYTES) this.buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  }

  sync(): void {
    this.flush()
    if (!this.unsynced) return
    onDisk(`write ${journalFile(this.folder)}`, () => {
      this.disk.datasync(this.fd)
    })
    this.unsynced = false
  }

  close(): void {
    onDisk(`close ${journalFile(this.folder)}`, () => {
      this.disk.close(this.fd)
    })
  }

  private line(text: string): void {
    const bytes = Buffer.from(text)
    const start = this.begin(HEAD + bytes.byteLength + 2)
    this.buffer.set(bytes, this.used)
    this.used += bytes.byteLength
    this.end(start)
  }

  /** Makes room for a line and leaves its head open. */
  private begin(length: number): number {
    if (this.used + length > this.buffer.byteLength && this.used > 0) this.flush()
    if (this.used + length > this.buffer.byteLength) this.buffer = Buffer.allocUnsafe(length)
    const start = this.used
    this.used += HEAD
    return start
  }

  private end(start: number): void {
    const crc = crc32c(this.buffer.subarray(start + HEAD, this.used))
    this.buffer.write(`["${crc.toString(16).padStart(8, '0')}",`, start, 'latin1')
    this.used += this.buffer.write(']\n', this.used, 'latin1')
  }
}

const strict = (value: unknown, where: string): string =>
  jsonText(value, where, { notFinite: () => undefined })
