// Pictures of planes for looking at: sound PNGs, dark is dark and bright is bright.
import { inflateSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { pngOf } from '../../../src-main/datasets/png'

interface Chunk {
  readonly type: string
  readonly data: Buffer
  readonly crc: number
}

function chunksOf(png: Buffer): Chunk[] {
  const chunks: Chunk[] = []
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at)
    const data = png.subarray(at + 8, at + 8 + length)
    chunks.push({
      type: png.toString('latin1', at + 4, at + 8),
      data,
      crc: png.readUInt32BE(at + 8 + length)
    })
    at += length + 12
  }
  return chunks
}

it('a grey plane', () => {
  const data = Uint16Array.from({ length: 6 }, (_, i) => 100 + i * 10)
  const png = pngOf({ width: 3, height: 2, samples: 1, pixelType: 'uint16', data })
  expect(png.subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))
  const chunks = chunksOf(png)
  expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'IDAT', 'IEND'])
  expect([...(chunks[0]?.data ?? [])]).toEqual([0, 0, 0, 3, 0, 0, 0, 2, 8, 0, 0, 0, 0])
  expect(chunks[2]?.crc).toBe(0xae426082) // of every IEND there is
  expect([...inflateSync(chunks[1]?.data ?? Buffer.alloc(0))]).toEqual([0, 0, 51, 102, 0, 153, 204, 255])
})

it('colours as they are, and a plane of one value', () => {
  const rgb = pngOf({ width: 1, height: 1, samples: 3, pixelType: 'uint8', data: Uint8Array.of(7, 8, 9) })
  expect([...inflateSync(chunksOf(rgb)[1]?.data ?? Buffer.alloc(0))]).toEqual([0, 7, 8, 9])
  const flat = pngOf({ width: 2, height: 1, samples: 1, pixelType: 'float32', data: Float32Array.of(NaN, 5) })
  expect([...inflateSync(chunksOf(flat)[1]?.data ?? Buffer.alloc(0))]).toEqual([0, 0, 0])
})
