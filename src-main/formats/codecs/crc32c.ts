/** CRC-32C (Castagnoli), the checksum of Zarr's `crc32c` codec and of shard indices: eight bytes a step over eight tables. */

const POLYNOMIAL = 0x82f63b78

function makeTables(): readonly Int32Array[] {
  const tables = Array.from({ length: 8 }, () => new Int32Array(256))
  const first = tables[0] as Int32Array
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
    first[byte] = crc
  }
  for (let k = 1; k < 8; k++) {
    const before = tables[k - 1] as Int32Array
    const table = tables[k] as Int32Array
    for (let byte = 0; byte < 256; byte++) {
      const crc = before[byte] as number
      table[byte] = (crc >>> 8) ^ (first[crc & 255] as number)
    }
  }
  return tables
}

const [T0, T1, T2, T3, T4, T5, T6, T7] = makeTables() as [
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array
]

/** Checksum of `bytes` as an unsigned number; `start` goes on from an earlier part. */
export function crc32c(bytes: Uint8Array, start = 0): number {
  let crc = ~start
  let i = 0
  const whole = bytes.length - (bytes.length % 8)
  while (i < whole) {
    const low =
      crc ^
      ((bytes[i] as number) |
        ((bytes[i + 1] as number) << 8) |
        ((bytes[i + 2] as number) << 16) |
        ((bytes[i + 3] as number) << 24))
    crc =
      (T7[low & 255] as number) ^
      (T6[(low >>> 8) & 255] as number) ^
      (T5[(low >>> 16) & 255] as number) ^
      (T4[low >>> 24] as number) ^
      (T3[bytes[i + 4] as number] as number) ^
      (T2[bytes[i + 5] as number] as number) ^
      (T1[bytes[i + 6] as number] as number) ^
      (T0[bytes[i + 7] as number] as number)
    i += 8
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ (T0[(crc ^ (bytes[i] as number)) & 255] as number)
  return ~crc >>> 0
}
