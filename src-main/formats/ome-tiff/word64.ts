/** The 64-bit numbers of BigTIFF, little-endian. */

/** Without BigInt: this runs for every tag of every frame. */
export function write64(bytes: Buffer, value: number, at: number): void {
  bytes.writeUInt32LE(value % 0x1_0000_0000, at)
  bytes.writeUInt32LE(Math.floor(value / 0x1_0000_0000), at + 4)
}

export const bytes64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  write64(bytes, value, 0)
  return bytes
}
