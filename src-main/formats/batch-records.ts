/** The record texts of the frames of one batch, as bytes one behind the other: taken out of the ring, so that it has room again. */
export class BatchRecords {
  private bytes = new Uint8Array(64 * 1024)
  private ends = new Int32Array(1024)
  private count = 0
  private used = 0

  add(record: Uint8Array): void {
    const end = this.used + record.byteLength
    if (end > this.bytes.byteLength) this.bytes = grown(this.bytes, new Uint8Array(end * 2))
    if (this.count === this.ends.length) this.ends = grown(this.ends, new Int32Array(this.count * 2))
    this.bytes.set(record, this.used)
    this.ends[this.count++] = this.used = end
  }

  /** Good until `clear`. */
  at(i: number): Uint8Array {
    return this.bytes.subarray(i === 0 ? 0 : this.ends[i - 1], this.ends[i])
  }

  clear(): void {
    this.count = 0
    this.used = 0
    if (this.bytes.byteLength > 8 * 1024 * 1024) this.bytes = new Uint8Array(64 * 1024)
  }
}

function grown<T extends Uint8Array | Int32Array>(from: T, into: T): T {
  into.set(from)
  return into
}
