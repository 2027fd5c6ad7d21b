/** The LZW decoder of TIFF 6.0 section 13: codes of 9 to 12 bits, most significant bit first, widened one code early. */

const CLEAR = 256
const END = 257

/** Decodes into `out`; answers how many bytes came before the data ended. Throws a clause on a code that can't be. */
export function decodeLzw(data: Uint8Array, out: Uint8Array): number {
  const prefix = new Uint16Array(4097)
  const suffix = new Uint8Array(4097)
  const length = new Uint16Array(4097)
  for (let i = 0; i < 256; i++) {
    suffix[i] = i
    length[i] = 1
  }
  let next = 258
  let width = 9
  let previous = -1
  let bits = 0
  let held = 0
  let at = 0
  let done = 0
  while (done < out.length) {
    while (held < width) {
      if (at >= data.length) return done
      bits = ((bits << 8) | (data[at++] as number)) & 0xffffff
      held += 8
    }
    const code = (bits >>> (held - width)) & ((1 << width) - 1)
    held -= width
    if (code === END) return done
    if (code === CLEAR) {
      next = 258
      width = 9
      previous = -1
      continue
    }
    if (previous === -1) {
      if (code > 255) throw new Error(`LZW code ${code} without a table`)
      out[done++] = code
      previous = code
      continue
    }
    if (code > next) throw new Error(`LZW code ${code} beyond the table`)
    // A code that is just being defined is the previous string and its own first byte.
    const known = code < next ? code : previous
    const size = (length[known] as number) + (code < next ? 0 : 1)
    let place = done + size - 1
    if (code === next) place--
    for (let c = known, left = length[known] as number; left > 0; left--) {
      if (place < out.length) out[place] = suffix[c] as number
      place--
      c = prefix[c] as number
    }
    const first = out[done] as number
    if (code === next && done + size - 1 < out.length) out[done + size - 1] = first
    done = Math.min(done + size, out.length)
    if (next < 4096) {
      prefix[next] = previous
      suffix[next] = first
      length[next] = (length[previous] as number) + 1
      next++
      if (next >= (1 << width) - 1 && width < 12) width++
    }
    previous = code
  }
  return done
}
