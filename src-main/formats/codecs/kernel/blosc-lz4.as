// AssemblyScript, compiled by build-kernel.mjs: byte shuffle and LZ4 blocks on an imported memory. No memory of its own: every address is an argument.

const MIN_MATCH: u32 = 4
const LAST_LITERALS: u32 = 5
const MATCH_LIMIT: u32 = 12
const MOST_BACK: u32 = 65535
const HASH_BITS: u32 = 12

// ---------------------------------------------------------------------------------------------------------------- shuffle

/** Bytes of the same rank side by side: n elements of 2 bytes. */
function shuffle2(from: u32, to: u32, n: u32): void {
  const high = to + n
  let i: u32 = 0
  for (; i + 16 <= n; i += 16) {
    const a = v128.load(from + 2 * i)
    const b = v128.load(from + 2 * i, 16)
    v128.store(to + i, i8x16.shuffle(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30))
    v128.store(high + i, i8x16.shuffle(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31))
  }
  for (; i < n; i++) {
    store<u8>(to + i, load<u8>(from + 2 * i))
    store<u8>(high + i, load<u8>(from + 2 * i, 1))
  }
}

function unshuffle2(from: u32, to: u32, n: u32): void {
  const high = from + n
  let i: u32 = 0
  for (; i + 16 <= n; i += 16) {
    const a = v128.load(from + i)
    const b = v128.load(high + i)
    v128.store(to + 2 * i, i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23))
    v128.store(to + 2 * i, i8x16.shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), 16)
  }
  for (; i < n; i++) {
    store<u8>(to + 2 * i, load<u8>(from + i))
    store<u8>(to + 2 * i, load<u8>(high + i), 1)
  }
}

/** Four elements of 4 bytes: their bytes by rank. */
function shuffle4(from: u32, to: u32, n: u32): void {
  let i: u32 = 0
  for (; i + 16 <= n; i += 16) {
    const p = from + 4 * i
    const a = byRank(v128.load(p))
    const b = byRank(v128.load(p, 16))
    const c = byRank(v128.load(p, 32))
    const d = byRank(v128.load(p, 48))
    const ab0 = i32x4.shuffle(a, b, 0, 4, 1, 5)
    const ab1 = i32x4.shuffle(a, b, 2, 6, 3, 7)
    const cd0 = i32x4.shuffle(c, d, 0, 4, 1, 5)
    const cd1 = i32x4.shuffle(c, d, 2, 6, 3, 7)
    v128.store(to + i, i64x2.shuffle(ab0, cd0, 0, 2))
    v128.store(to + n + i, i64x2.shuffle(ab0, cd0, 1, 3))
    v128.store(to + 2 * n + i, i64x2.shuffle(ab1, cd1, 0, 2))
    v128.store(to + 3 * n + i, i64x2.shuffle(ab1, cd1, 1, 3))
  }
  for (; i < n; i++) for (let k: u32 = 0; k < 4; k++) store<u8>(to + k * n + i, load<u8>(from + 4 * i + k))
}

@inline
function byRank(v: v128): v128 {
  return i8x16.shuffle(v, v, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15)
}

/** `bytes` bytes in elements of `size`; a remainder that is no whole element stays as it is at the end. */
export function shuffle(from: u32, to: u32, bytes: u32, size: u32): void {
  const n = bytes / size
  if (size == 2) shuffle2(from, to, n)
  else if (size == 4) shuffle4(from, to, n)
  else {
    for (let k: u32 = 0; k < size; k++) {
      const rank = to + k * n
      for (let i: u32 = 0; i < n; i++) store<u8>(rank + i, load<u8>(from + i * size + k))
    }
  }
  memory.copy(to + n * size, from + n * size, bytes - n * size)
}

export function unshuffle(from: u32, to: u32, bytes: u32, size: u32): void {
  const n = bytes / size
  if (size == 2) unshuffle2(from, to, n)
  else {
    for (let k: u32 = 0; k < size; k++) {
      const rank = from + k * n
      for (let i: u32 = 0; i < n; i++) store<u8>(to + i * size + k, load<u8>(rank + i))
    }
  }
  memory.copy(to + n * size, from + n * size, bytes - n * size)
}

// -------------------------------------------------------------------------------------------------------------------- LZ4

@inline
function hash(value: u32): u32 {
  return (value * 2654435761) >> (32 - HASH_BITS)
}

/** How many bytes are the same from a and b on; b is read no further than `limit`. */
@inline
function same(a: u32, b: u32, limit: u32): u32 {
  const start = b
  while (b + 8 <= limit) {
    const diff = load<u64>(a) ^ load<u64>(b)
    if (diff != 0) return b - start + (<u32>ctz(diff) >> 3)
    a += 8
    b += 8
  }
  while (b < limit && load<u8>(a) == load<u8>(b)) {
    a++
    b++
  }
  return b - start
}

/** Copies at least n bytes, 16 at a time: up to 15 more are written. */
@inline
function copyWild(to: u32, from: u32, n: u32): void {
  const end = to + n
  do {
    v128.store(to, v128.load(from))
    to += 16
    from += 16
  } while (to < end)
}

/** The rest of a length that did not fit into the token. */
@inline
function putLength(to: u32, rest: u32): u32 {
  while (rest >= 255) {
    store<u8>(to++, 255)
    rest -= 255
  }
  store<u8>(to++, <u8>rest)
  return to
}

/**
 * One LZ4 block (format of lz4 1.x). `table`: 16 KiB of scratch. Writes at most up to `to + most`, and some bytes of slack after it.
 * 0: it does not get that small.
 */
export function lz4(from: u32, size: u32, to: u32, most: u32, table: u32): u32 {
  memory.fill(table, 0, 4 << HASH_BITS)
  const end = from + size
  const limit = to + most
  let out = to
  let anchor = from
  if (size > MATCH_LIMIT) {
    const searchEnd = end - MATCH_LIMIT
    const matchEnd = end - LAST_LITERALS
    let at = from + 1
    let done = false
    while (!done) {
      // Steps get longer while nothing is found, so that noise is passed quickly.
      let found: u32 = 0
      let tries: u32 = 64
      while (true) {
        if (at > searchEnd) {
          done = true
          break
        }
        const value = load<u32>(at)
        const slot = table + (hash(value) << 2)
        const candidate = load<u32>(slot)
        store<u32>(slot, at)
        if (candidate != 0 && at - candidate <= MOST_BACK && load<u32>(candidate) == value) {
          found = candidate
          break
        }
        at += tries++ >> 6
      }
      if (done) break
      while (at > anchor && found > from && load<u8>(at - 1) == load<u8>(found - 1)) {
        at--
        found--
      }
      const literals = at - anchor
      if (out + literals + literals / 255 + 16 > limit) return 0
      let token = out++
      if (literals >= 15) {
        store<u8>(token, 15 << 4)
        out = putLength(out, literals - 15)
      } else store<u8>(token, <u8>(literals << 4))
      copyWild(out, anchor, literals)
      out += literals
      while (true) {
        store<u16>(out, <u16>(at - found))
        out += 2
        const length = same(found + MIN_MATCH, at + MIN_MATCH, matchEnd)
        at += MIN_MATCH + length
        anchor = at
        if (out + length / 255 + 8 > limit) return 0
        if (length >= 15) {
          store<u8>(token, load<u8>(token) | 15)
          out = putLength(out, length - 15)
        } else store<u8>(token, load<u8>(token) | <u8>length)
        if (at > searchEnd) {
          done = true
          break
        }
        store<u32>(table + (hash(load<u32>(at - 2)) << 2), at - 2)
        const value = load<u32>(at)
        const slot = table + (hash(value) << 2)
        const candidate = load<u32>(slot)
        store<u32>(slot, at)
        if (candidate == 0 || at - candidate > MOST_BACK || load<u32>(candidate) != value) break
        found = candidate
        token = out++
        store<u8>(token, 0)
      }
      if (!done) at++
    }
  }
  const rest = end - anchor
  if (out + rest + rest / 255 + 2 > limit) return 0
  if (rest >= 15) {
    store<u8>(out++, 15 << 4)
    out = putLength(out, rest - 15)
  } else store<u8>(out++, <u8>(rest << 4))
  memory.copy(out, anchor, rest)
  return out + rest - to
}

/** Undoes `lz4`, also of other encoders. Reads and writes nothing outside the two ranges. Bytes written, or -1 for a damaged block. */
export function unlz4(from: u32, size: u32, to: u32, room: u32): i32 {
  const end = from + size
  const limit = to + room
  let out = to
  while (from < end) {
    const token: u32 = load<u8>(from++)
    let literals = token >> 4
    if (literals == 15) {
      let more: u32
      do {
        if (from >= end) return -1
        more = load<u8>(from++)
        literals += more
        if (literals > room) return -1
      } while (more == 255)
    }
    if (literals > end - from || literals > limit - out) return -1
    if (literals + 16 <= end - from && literals + 16 <= limit - out) copyWild(out, from, literals)
    else memory.copy(out, from, literals)
    from += literals
    out += literals
    if (from == end) break
    if (end - from < 2) return -1
    const back: u32 = load<u16>(from)
    from += 2
    if (back == 0 || back > out - to) return -1
    let length = token & 15
    if (length == 15) {
      let more: u32
      do {
        if (from >= end) return -1
        more = load<u8>(from++)
        length += more
        if (length > room) return -1
      } while (more == 255)
    }
    length += MIN_MATCH
    if (length > limit - out) return -1
    // Short distances repeat a pattern: each copy of it doubles the distance, until 16 bytes go at a time.
    let distance = back
    while (distance < 16 && length > 0) {
      const n = distance < length ? distance : length
      for (let i: u32 = 0; i < n; i++) store<u8>(out + i, load<u8>(out + i - distance))
      out += n
      length -= n
      distance <<= 1
    }
    if (length > 0) {
      if (length + 16 <= limit - out) copyWild(out, out - distance, length)
      else for (let i: u32 = 0; i < length; i++) store<u8>(out + i, load<u8>(out + i - distance))
      out += length
    }
  }
  return <i32>(out - to)
}

// ------------------------------------------------------------------------------------------------------------------ Blosc

const FEWEST_FOR_SPLIT: u32 = 128

/**
 * One Blosc block: shuffled, and as `size` streams where Blosc splits (a whole block of at most 16-byte elements), else as one.
 * `work`: room for the block and the 16 KiB table. Returns the bytes written; never more than `bytes + 4 * size`, and 64 of slack.
 */
export function encodeBlock(from: u32, bytes: u32, size: u32, split: bool, to: u32, work: u32): u32 {
  const table = work
  let source = from
  if (size > 1) {
    source = work + (4 << HASH_BITS)
    shuffle(from, source, bytes, size)
  }
  const streams: u32 = split && size <= 16 && bytes / size >= FEWEST_FOR_SPLIT ? size : 1
  const each = bytes / streams
  let out = to
  for (let k: u32 = 0; k < streams; k++) {
    const stream = source + k * each
    const length = lz4(stream, each, out + 4, each, table)
    if (length == 0 || length >= each) {
      store<u32>(out, each)
      memory.copy(out + 4, stream, each)
      out += 4 + each
    } else {
      store<u32>(out, length)
      out += 4 + length
    }
  }
  return out - to
}

/** Undoes one block of `size`-byte elements that ends before `end`; `work`: room for the block. -1: damaged. */
export function decodeBlock(from: u32, end: u32, bytes: u32, size: u32, shuffled: bool, split: bool, to: u32, work: u32): i32 {
  const target = shuffled && size > 1 ? work : to
  const streams: u32 = split ? size : 1
  const each = bytes / streams
  for (let k: u32 = 0; k < streams; k++) {
    if (from + 4 > end) return -1
    const length = load<u32>(from)
    from += 4
    if (length > end - from) return -1
    if (length == each) memory.copy(target + k * each, from, each)
    else if (unlz4(from, length, target + k * each, each) != <i32>each) return -1
    from += length
  }
  if (target != to) unshuffle(target, to, bytes, size)
  return <i32>bytes
}
