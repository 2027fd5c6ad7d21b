/** Modbus RTU on the wire (Modbus over Serial Line 1.02): the check of a frame, and how the answer to a request is told from all else. Bytes are text, one character each. */
import type { Frame, Framed } from './byte-answer'

/** CRC-16 of the serial line guide, 6.2.2, low byte first. */
export function checksum(bytes: string): string {
  let crc = 0xffff
  for (let i = 0; i < bytes.length; i++) {
    crc ^= bytes.charCodeAt(i)
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return String.fromCharCode(crc & 0xff, crc >> 8)
}

export const sealed = (body: string): string => body + checksum(body)

/** Unit, function with its highest bit set, code, check. */
const EXCEPTION_BYTES = 5

/**
 * The answer to a request at the end of what has come, without its check; null while there is none. Noise before it, and answers to something
 * else, are not it: where they are all that comes, nothing is answered.
 */
export function answerTo(request: string): Frame {
  const [unit = 0, call = 0] = [request.charCodeAt(0), request.charCodeAt(1)]
  const bytes = answerBytes(request)
  // A read is answered by the count of its bytes, a write by where it was written.
  const begin = request.slice(0, 2) + (call < 5 ? String.fromCharCode(bytes - 5) : request.slice(2, 4))
  const refusal = String.fromCharCode(unit, call | 0x80)
  return (taken) => ending(taken, bytes, begin) ?? ending(taken, EXCEPTION_BYTES, refusal)
}

function ending(taken: string, bytes: number, begin: string): Framed | null {
  if (taken.length < bytes) return null
  const frame = taken.slice(-bytes)
  const body = frame.slice(0, -2)
  return body.startsWith(begin) && sealed(body) === frame ? { text: body, length: bytes } : null
}

function answerBytes(request: string): number {
  const count = request.charCodeAt(4) * 256 + request.charCodeAt(5)
  switch (request.charCodeAt(1)) {
    case 1:
    case 2:
      return 5 + Math.ceil(count / 8)
    case 3:
    case 4:
      return 5 + 2 * count
    default:
      return 8
  }
}

/** Between two frames the line is silent for 3.5 characters of 11 bits, above 19200 baud for 1.75 ms (serial line guide, 2.5.1.1). */
export const silenceMs = (baud: number): number => (baud > 19_200 ? 1.75 : (3.5 * 11 * 1000) / baud)
