import { describe, expect, it } from 'vitest'
import {
  chunkEncoder,
  ChunkDecoder,
  ENCODER_WORK_BYTES,
  mostStored,
  type ChunkCompression
} from '../../../../src-main/formats/codecs/chunk-codec'
import { sharedMemory } from '../../../../src-main/formats/codecs/kernel'

const random = (seed: number) => () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32

/** Camera-like: small high bytes, noisy low ones. */
function picture(bytes: number, typeSize: number): Uint8Array {
  const next = random(bytes + typeSize)
  return Uint8Array.from({ length: bytes }, (_, i) =>
    i % typeSize === 0 ? next() * 64 : i % typeSize === 1 ? next() * 2 : 0
  )
}

const contents: Record<string, (bytes: number, typeSize: number) => Uint8Array> = {
  picture,
  zeros: (bytes) => new Uint8Array(bytes),
  noise: (bytes) => {
    const next = random(bytes)
    return Uint8Array.from({ length: bytes }, () => next() * 256)
  },
  'short repeats': (bytes) => Uint8Array.from({ length: bytes }, (_, i) => (i % 7) + (i % 300 === 0 ? 1 : 0)),
  'far repeats': (bytes) => {
    const next = random(1)
    const once = Uint8Array.from({ length: 60_000 }, () => next() * 256)
    return Uint8Array.from({ length: bytes }, (_, i) => once[i % 60_000] ?? 0)
  }
}

function roundTrip(compression: ChunkCompression, typeSize: number, plain: Uint8Array) {
  const to = ENCODER_WORK_BYTES
  const room = mostStored(plain.length)
  const memory = sharedMemory(to + room + 64)
  const all = new Uint8Array(memory.buffer)
  all.fill(0xa5, to + room)
  const length = chunkEncoder(compression, typeSize, memory, 0)(plain, to)
  expect(length).toBeLessThanOrEqual(room)
  expect(all.subarray(to + room).every((byte) => byte === 0xa5)).toBe(true)
  const stored = all.slice(to, to + length)
  return { stored, back: new ChunkDecoder(compression).decode(stored, plain.length) }
}

const compressions = ['blosc-lz4', 'blosc-zstd', 'zstd', 'gzip'] as const

describe.each(compressions)('%s', (compression) => {
  const sizes = [0, 1, 2, 13, 100, 255, 256, 4096, 65_537, 262_144, 262_146, 600_000]
  it.each(Object.keys(contents))('brings back %s of every size and type', (name) => {
    for (const typeSize of [1, 2, 4, 8]) {
      for (const size of sizes.map((bytes) => bytes - (bytes % typeSize))) {
        const plain = contents[name]?.(size, typeSize) ?? new Uint8Array()
        const { back } = roundTrip(compression, typeSize, plain)
        expect(
          back !== null && Buffer.compare(back, plain) === 0,
          `${name}, ${size} bytes of ${typeSize}`
        ).toBe(true)
      }
    }
  })

  it('makes pictures smaller and noise hardly larger', () => {
    expect(roundTrip(compression, 2, picture(500_000, 2)).stored.length).toBeLessThan(450_000)
    const noise = contents['noise']?.(500_000, 2) ?? new Uint8Array()
    expect(roundTrip(compression, 2, noise).stored.length).toBeLessThan(501_000)
  })

  it('S17: a chunk cut short or of another length is damaged, not a crash', () => {
    const plain = picture(300_000, 2)
    const { stored } = roundTrip(compression, 2, plain)
    const decoder = new ChunkDecoder(compression)
    for (const length of [0, 3, 15, 16, 20, 1000, stored.length - 1]) {
      expect(decoder.decode(stored.slice(0, length), plain.length)).toBeNull()
    }
    expect(decoder.decode(stored, plain.length + 2)).toBeNull()
  })
})

it('blosc-lz4: flipped bytes never reach outside the chunk', () => {
  const plain = picture(300_000, 2)
  const { stored } = roundTrip('blosc-lz4', 2, plain)
  const next = random(7)
  const decoder = new ChunkDecoder('blosc-lz4')
  for (let n = 0; n < 300; n++) {
    const broken = stored.slice()
    for (let k = 0; k < 4; k++)
      broken[16 + Math.floor(next() * (n % 2 === 0 ? 40 : stored.length - 16))] = next() * 256
    const back = decoder.decode(broken, plain.length)
    expect(back === null || back.length === plain.length).toBe(true)
  }
})
