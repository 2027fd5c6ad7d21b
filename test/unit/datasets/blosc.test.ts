// Blosc chunks of other people: decoded as c-blosc does, by our own kernel where it can; damage is told and hangs nothing.
import Blosc from 'numcodecs/blosc'
import { describe, expect, it } from 'vitest'
import { bytesCodec, ChunkDamage } from '../../../src-main/datasets/zarr/codecs'

const random = (seed: number) => () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32
const codec = bytesCodec('blosc', {}) as NonNullable<ReturnType<typeof bytesCodec>>

/** Camera-like numbers of two bytes: small high bytes, noisy low ones. */
function picture(bytes: number): Uint8Array {
  const next = random(bytes)
  return Uint8Array.from({ length: bytes }, (_, i) => (i % 2 === 0 ? next() * 90 : next() * 2))
}
const contents: Readonly<Record<string, (bytes: number) => Uint8Array>> = {
  picture,
  zeros: (bytes) => new Uint8Array(bytes),
  noise: (bytes) => {
    const next = random(bytes + 1)
    return Uint8Array.from({ length: bytes }, () => next() * 256)
  },
  ramp: (bytes) =>
    new Uint8Array(Uint16Array.from({ length: Math.ceil(bytes / 2) }, (_, i) => i).buffer, 0, bytes)
}

const byPeer = (plain: Uint8Array, cname: string, shuffle: number, blocksize = 0): Promise<Uint8Array> =>
  Promise.resolve(Blosc.fromConfig({ id: 'blosc', cname, clevel: 5, shuffle, blocksize }).encode(plain))

describe.each(['lz4', 'lz4hc', 'blosclz', 'zstd', 'zlib'])('%s by c-blosc', (cname) => {
  it.each([0, 1, 2])('shuffle %i: every content and size comes back', async (shuffle) => {
    for (const [name, make] of Object.entries(contents))
      for (const bytes of [1, 17, 255, 4096, 65_537, 600_001]) {
        const plain = make(bytes)
        for (const blocksize of [0, 8192]) {
          const found = await codec.decode(await byPeer(plain, cname, shuffle, blocksize), bytes)
          expect(Buffer.compare(found, plain), `${name}, ${bytes} bytes, blocks of ${blocksize}`).toBe(0)
        }
      }
  })
})

/** LZ4 without bit shuffle: other chunks go to c-blosc, which may show what its memory held. */
const isOurs = (frame: Uint8Array): boolean => (frame[2] ?? 0) >> 5 === 1 && ((frame[2] ?? 0) & 4) === 0

it('damage: told, or what was stored; never anything of the chunk before, and nothing hangs (seeded)', async () => {
  const next = random(20_261_125)
  const plain = picture(40_000)
  const stored = await byPeer(plain, 'lz4', 1, 4096)
  // what the decoder's memory still holds from before must not come out
  const secret = new Uint8Array(400_000).fill(0xee)
  await codec.decode(await byPeer(secret, 'lz4', 0), secret.length)
  let told = 0
  for (let round = 0; round < 3000; round++) {
    const bad = stored.slice(0, next() < 0.1 ? Math.floor(next() * stored.length) : stored.length)
    const most = next() < 0.5 ? 24 : bad.length
    for (let i = 0; i < 1 + next() * 3; i++)
      bad[Math.floor(next() * Math.min(most, bad.length))] = next() * 256
    try {
      const found = await codec.decode(bad, plain.length + 16)
      expect(found.length).toBeLessThanOrEqual(plain.length + 16)
      let run = 0
      for (const byte of found) {
        run = byte === 0xee ? run + 1 : 0
        if (run > 64 && isOurs(bad)) throw new Error(`round ${round} shows the chunk before`)
      }
    } catch (error) {
      if (!(error instanceof ChunkDamage)) throw error
      told++
    }
  }
  expect(told).toBeGreaterThan(500)
})
