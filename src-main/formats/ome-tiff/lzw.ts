/** LZW of TIFF 6.0, section 13: codes of 9 to 12 bits, most significant bit first, the code width growing one code early: the reader's table is one entry behind. */

const CLEAR = 256
const END = 257
const FIRST = 258
const MOST_CODES = 4096
/** The table is emptied here; its last codes are never given out. */
const LAST = 4094
/** Prime and roomy: the table is at most a quarter full. */
const TABLE = 16_411

const keys = new Int32Array(TABLE)
const codes = new Uint16Array(TABLE)
let output = new Uint8Array(0)

/** Good until the next call. */
export function lzwEncode(bytes: Uint8Array): Uint8Array {
  const most = Math.ceil(bytes.byteLength * 1.5) + 16
  if (output.byteLength < most) output = new Uint8Array(most)
  let at = 0
  let held = 0
  let bits = 0
  let width = 9
  let next = FIRST

  const put = (code: number): void => {
    held = (held << width) | code
    bits += width
    while (bits >= 8) {
      bits -= 8
      output[at++] = held >>> bits
    }
    held &= (1 << bits) - 1
  }

  keys.fill(-1)
  put(CLEAR)
  let prefix = -1
  for (let i = 0; i < bytes.byteLength; i++) {
    const byte = bytes[i] as number
    if (prefix < 0) {
      prefix = byte
      continue
    }
    const key = (prefix << 8) | byte
    let place = (key * 31) % TABLE
    while (keys[place] !== -1 && keys[place] !== key) place = place + 1 === TABLE ? 0 : place + 1
    if (keys[place] === key) {
      prefix = codes[place] as number
      continue
    }
    put(prefix)
    keys[place] = key
    codes[place] = next++
    if (next === LAST) {
      put(CLEAR)
      keys.fill(-1)
      next = FIRST
      width = 9
    } else if (next === 512 || next === 1024 || next === 2048) width += 1
    prefix = byte
  }
  if (prefix >= 0) {
    put(prefix)
    next += 1
    if (next === LAST) {
      put(CLEAR)
      width = 9
    } else if (next === 512 || next === 1024 || next === 2048) width += 1
  }
  put(END)
  if (bits > 0) output[at++] = held << (8 - bits)
  return output.subarray(0, at)
}

const prefixes = new Uint16Array(MOST_CODES)
const lasts = new Uint8Array(MOST_CODES)
const lengths = new Uint16Array(MOST_CODES)

/** Throws for codes that no encoder makes. */
export function lzwDecode(packed: Uint8Array, bytes: number): Uint8Array {
  const result = new Uint8Array(bytes)
  let at = 0
  let held = 0
  let bits = 0
  let width = 9
  let next = FIRST
  let before = -1

  const lengthOf = (code: number): number => (code < CLEAR ? 1 : (lengths[code] as number))
  /** Writes the string of a code so that it ends before `end`; answers its first byte. */
  const write = (code: number, end: number): number => {
    let from = code
    for (let place = end - 1; ; place--) {
      const byte = from < CLEAR ? from : (lasts[from] as number)
      if (place < result.length) result[place] = byte
      if (from < CLEAR) return byte
      from = prefixes[from] as number
    }
  }

  for (let i = 0; i < packed.byteLength;) {
    while (bits < width && i < packed.byteLength) {
      held = ((held << 8) | (packed[i++] as number)) & 0xfffff
      bits += 8
    }
    if (bits < width) break
    bits -= width
    const code = (held >>> bits) & ((1 << width) - 1)
    if (code === END) break
    if (code === CLEAR) {
      width = 9
      next = FIRST
      before = -1
      continue
    }
    if (code > next || (code === next && before < 0)) throw new Error(`LZW code ${code} at ${i}`)
    const known = code < next
    const length = known ? lengthOf(code) : lengthOf(before) + 1
    const first = write(known ? code : before, at + length - (known ? 0 : 1))
    if (!known && at + length - 1 < bytes) result[at + length - 1] = first
    at += length
    if (before >= 0 && next < MOST_CODES) {
      prefixes[next] = before
      lasts[next] = first
      lengths[next] = lengthOf(before) + 1
      next += 1
      if (next === 511 || next === 1023 || next === 2047) width += 1
    }
    before = code
  }
  return at === bytes ? result : result.subarray(0, Math.min(at, bytes))
}
