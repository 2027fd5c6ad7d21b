/** The thread in which foreign decoders run: JPEG by geotiff's decoder. It answers every request, or dies. */
import { parentPort } from 'node:worker_threads'
import { getDecoder } from 'geotiff'
import type { DecodeReply, DecodeRequest } from './foreign-decoder'

const JPEG = 7

async function decode(request: DecodeRequest): Promise<Uint8Array> {
  const { block, tables, width, height, samples, yCbCr } = request
  const parameters = {
    tileWidth: width,
    tileHeight: height,
    predictor: 1,
    bitsPerSample: 8,
    planarConfiguration: 1,
    samplesPerPixel: samples,
    ...(tables === null ? {} : { JPEGTables: tables })
  }
  const decoder = await getDecoder(JPEG, parameters)
  const bytes = new Uint8Array(await decoder.decode(block.slice().buffer))
  if (yCbCr && samples === 3) toRgb(bytes)
  return bytes
}

/** JFIF's conversion: TIFF 6.0 section 21 with CCIR 601 coefficients. */
function toRgb(bytes: Uint8Array): void {
  const clamped = new Uint8ClampedArray(bytes.buffer)
  for (let i = 0; i + 2 < bytes.length; i += 3) {
    const y = bytes[i] as number
    const cb = (bytes[i + 1] as number) - 128
    const cr = (bytes[i + 2] as number) - 128
    clamped[i] = y + 1.402 * cr
    clamped[i + 1] = y - 0.344136 * cb - 0.714136 * cr
    clamped[i + 2] = y + 1.772 * cb
  }
}

parentPort?.on('message', (request: DecodeRequest) => {
  const answer = (reply: DecodeReply): void => parentPort?.postMessage(reply)
  decode(request).then(
    (bytes) => answer({ id: request.id, bytes }),
    (error: unknown) => {
      const why = error instanceof Error ? error.message : String(error)
      answer({ id: request.id, reason: `its JPEG data is damaged (${why})` })
    }
  )
})
