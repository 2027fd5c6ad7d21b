/** An AVI file of JPEG pictures (Motion JPEG): the one kind of movie that every player and Fiji open. Source: Microsoft, AVI RIFF File Reference. */

/** Sizes in RIFF are 32 bit, and old readers take them as signed. */
export const LARGEST_AVI = 2 ** 31 - 2 ** 20

export interface MovieSize {
  readonly width: number
  readonly height: number
  readonly framesPerSecond: number
}

const text = (value: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([...value].map((letter) => letter.charCodeAt(0)))
const u32 = (...values: readonly number[]): Uint8Array<ArrayBuffer> => {
  const bytes = new DataView(new ArrayBuffer(values.length * 4))
  values.forEach((value, i) => bytes.setUint32(i * 4, value, true))
  return new Uint8Array(bytes.buffer)
}
const u16 = (...values: readonly number[]): Uint8Array<ArrayBuffer> => {
  const bytes = new DataView(new ArrayBuffer(values.length * 2))
  values.forEach((value, i) => bytes.setUint16(i * 2, value, true))
  return new Uint8Array(bytes.buffer)
}

type Part = Uint8Array<ArrayBuffer>
const lengthOf = (parts: readonly Part[]): number => parts.reduce((all, part) => all + part.length, 0)
/** A chunk begins at an even byte; its length does not count the byte that fills up. */
const chunk = (id: string, ...content: readonly Part[]): Part[] => {
  const length = lengthOf(content)
  return [text(id), u32(length), ...content, ...(length % 2 === 1 ? [new Uint8Array(1)] : [])]
}
const list = (id: string, kind: string, ...content: readonly Part[]): Part[] =>
  chunk(id, text(kind), ...content)

const HAS_INDEX = 0x10
const KEY_FRAME = 0x10

export function aviOf(pictures: readonly Part[], { width, height, framesPerSecond }: MovieSize): Part[] {
  const microseconds = Math.round(1e6 / framesPerSecond)
  const longest = Math.max(0, ...pictures.map(({ length }) => length))
  const count = pictures.length
  const main = chunk(
    'avih',
    u32(microseconds, Math.round(longest * framesPerSecond), 0, HAS_INDEX, count, 0, 1, longest),
    u32(width, height, 0, 0, 0, 0)
  )
  const stream = chunk(
    'strh',
    text('vidsMJPG'),
    u32(0, 0, 0, microseconds, 1_000_000, 0, count, longest, 0xffffffff, 0),
    u16(0, 0, width, height)
  )
  const format = chunk(
    'strf',
    u32(40, width, height),
    u16(1, 24),
    text('MJPG'),
    u32(width * height * 3, 0, 0, 0, 0)
  )
  const frames = pictures.map((picture) => chunk('00dc', picture))
  let at = 4
  const index = frames.flatMap((parts, i) => {
    const entry = [text('00dc'), u32(KEY_FRAME, at, pictures[i]?.length ?? 0)]
    at += lengthOf(parts)
    return entry
  })
  return list(
    'RIFF',
    'AVI ',
    ...list('LIST', 'hdrl', ...main, ...list('LIST', 'strl', ...stream, ...format)),
    ...list('LIST', 'movi', ...frames.flat()),
    ...chunk('idx1', ...index)
  )
}
