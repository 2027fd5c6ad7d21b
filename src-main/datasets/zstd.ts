/** Decoding of zstd frames (RFC 8878) by a WASM build of the reference decoder, with a bound on what comes out. */
import { ZSTDDecoder } from 'zstddec'

let ready: Promise<ZSTDDecoder> | null = null

async function decoder(): Promise<ZSTDDecoder> {
  const made = new ZSTDDecoder()
  await made.init()
  return made
}

/** What a frame says of its length (RFC 8878, 3.1.1.1); null where it does not. */
function announced(data: Uint8Array): number | null {
  const descriptor = data[4] ?? 0
  const single = (descriptor >> 5) & 1
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0
  const field = [single, 2, 4, 8][descriptor >> 6] ?? 0
  const at = 5 + (single === 1 ? 0 : 1) + dictionary
  if (field === 0 || data.length < at + field) return null
  const view = new DataView(data.buffer, data.byteOffset + at, field)
  if (field === 1) return view.getUint8(0)
  if (field === 2) return view.getUint16(0, true) + 256
  return field === 4 ? view.getUint32(0, true) : Number(view.getBigUint64(0, true))
}

/** At most `most` bytes; throws a clause when the frame is damaged. Memory is taken for no more than the frame announces. */
export async function decodeZstd(data: Uint8Array, most: number): Promise<Uint8Array> {
  if (!(data[0] === 0x28 && data[1] === 0xb5 && data[2] === 0x2f && data[3] === 0xfd))
    throw new Error('no zstd frame')
  const length = announced(data)
  if (length !== null && length > most)
    throw new Error(`the frame announces ${length} bytes, ${most} are expected`)
  ready ??= decoder()
  const out = (await ready).decode(data, most)
  // The library answers nothing where the reference decoder reports an error.
  if (out.length === 0 && most > 0) throw new Error('the frame does not decode')
  return out
}
