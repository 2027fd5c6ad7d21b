/**
 * A cheap mark of a frame's pixels: one word of every page, hashed. It tells a frame that a loss of power left torn or empty; it is no
 * checksum against single flipped bits.
 */
const PAGE_WORDS = 1024
const SMALL_WORDS = 128
/** Frames below this get a word every 512 bytes. */
const SMALL_BYTES = 65_536

/** 32-bit mark of the pixels as an unsigned number. */
export function fingerprint(pixels: Uint8Array): number {
  const words = pixels.byteLength >>> 2
  let hash = 0x811c9dc5 ^ pixels.byteLength
  if (pixels.byteOffset % 4 === 0) {
    const step = pixels.byteLength < SMALL_BYTES ? SMALL_WORDS : PAGE_WORDS
    const view = new Int32Array(pixels.buffer, pixels.byteOffset, words)
    // The place in the page wanders, so that an image with an empty edge is not seen by its edge alone.
    for (let page = 0, n = 0; page < words; page += step, n++) {
      hash = mix(hash, view[Math.min(page + ((n * 37) & (step - 1)), words - 1)] as number)
    }
    if (words > 0) hash = mix(hash, view[words - 1] as number)
  } else {
    return fingerprint(pixels.slice())
  }
  for (let i = words * 4; i < pixels.byteLength; i++) hash = mix(hash, pixels[i] as number)
  return hash >>> 0
}

/** One step of murmur3's mixing. */
function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51)
  k = (k << 15) | (k >>> 17)
  const h = hash ^ Math.imul(k, 0x1b873593)
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0
}
