/** Zstandard frames, encoded and decoded at once. Each thread has its own contexts. */
import zstd from '@toondepauw/node-zstd'

/** Fast; higher levels cost much time for little on noisy pictures. */
export const ZSTD_LEVEL = 1

let encoder: zstd.Encoder | null = null
let decoder: zstd.Decoder | null = null

/** A copy outside shared memory: the library takes ordinary buffers alone. */
const own = (bytes: Uint8Array): Buffer => {
  const copy = Buffer.allocUnsafe(bytes.byteLength)
  copy.set(bytes)
  return copy
}

export function zstdEncode(bytes: Uint8Array): Uint8Array {
  encoder ??= new zstd.Encoder(ZSTD_LEVEL)
  return encoder.encodeSync(own(bytes))
}

/** Throws for what is not a whole frame. */
export function zstdDecode(bytes: Uint8Array): Uint8Array {
  decoder ??= new zstd.Decoder()
  return decoder.decodeSync(own(bytes))
}
