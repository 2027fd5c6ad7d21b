/** Decoding of zstd frames (RFC 8878) by a WASM build of the reference decoder, with a bound on what comes out. */
import { ZSTDDecoder } from 'zstddec'

let ready: Promise<ZSTDDecoder> | null = null

async function decoder(): Promise<ZSTDDecoder> {
  const made = new ZSTDDecoder()
  await made.init()
  return made
}

/** At most `most` bytes; throws a clause when the frame is damaged. */
export async function decodeZstd(data: Uint8Array, most: number): Promise<Uint8Array> {
  if (!(data[0] === 0x28 && data[1] === 0xb5 && data[2] === 0x2f && data[3] === 0xfd)) throw new Error('no zstd frame')
  ready ??= decoder()
  const out = (await ready).decode(data, most)
  // The library answers nothing where the reference decoder reports an error.
  if (out.length === 0 && most > 0) throw new Error('the frame does not decode')
  return out
}
