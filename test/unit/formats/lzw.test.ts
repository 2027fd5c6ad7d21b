import { expect, test } from 'vitest'
import { lzwDecode, lzwEncode } from '../../../src-main/formats/ome-tiff/lzw'

function bytes(length: number, of: (i: number) => number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => of(i))
}

let state = 1
const noise = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24

test.each<readonly [string, Uint8Array]>([
  ['nothing', new Uint8Array(0)],
  ['one byte', Uint8Array.of(7)],
  ['zeros', new Uint8Array(100_000)],
  ['a ramp', bytes(70_000, (i) => i >> 3)],
  ['noise', bytes(50_000, noise)],
  ['noise of four values', bytes(50_000, () => noise() >> 6)],
  // Lengths at which the last code, the clear code and each change of width fall together.
  ...Array.from({ length: 60 }, (_, i) => [`noise of ${4050 + i} bytes`, bytes(4050 + i, noise)] as const),
  ...[250, 251, 252, 253, 254, 255, 256, 766, 767, 768, 1790, 1791, 1792].map(
    (n) => [`noise of ${n} bytes`, bytes(n, noise)] as const
  )
])('LZW gives back %s', (_, plain) => {
  const packed = lzwEncode(plain).slice()
  expect(Buffer.from(lzwDecode(packed, plain.byteLength)).equals(Buffer.from(plain))).toBe(true)
})

test('damaged LZW is refused or shorter, never endless', () => {
  const packed = lzwEncode(bytes(10_000, noise)).slice()
  for (let i = 0; i < 200; i++) {
    const broken = packed.slice()
    broken[(i * 37) % broken.length] = noise()
    try {
      lzwDecode(broken, 10_000)
    } catch (error) {
      expect(String(error)).toContain('LZW code')
    }
  }
})
