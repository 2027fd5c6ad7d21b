import { describe, expect, it } from 'vitest'
import { halfToFloat, pictureOf } from '../../src-main/picture'

const request = { frame: 7, side: 64, saturation: null }

describe('pictureOf', () => {
  it('keeps small frames pixel for pixel, odd sizes too (U12)', () => {
    const pixels = Uint16Array.from({ length: 31 * 17 }, (_, i) => i * 100)
    const picture = pictureOf(pixels, { width: 31, height: 17, pixelType: 'uint16' }, request)
    expect([picture.width, picture.height, picture.step, picture.frame]).toEqual([31, 17, 1, 7])
    expect(picture.data).toEqual(pixels)
    expect(picture.data.buffer).not.toBe(pixels.buffer)
    expect([picture.min, picture.max]).toEqual([0, 52600])
    expect(picture.saturated).toBeNull()
    expect(picture.histogram.reduce((sum, bin) => sum + bin)).toBe(31 * 17)
  })

  it('averages step × step pixels, and fewer at the far edges', () => {
    const width = 131
    const height = 67
    const pixels = Uint16Array.from({ length: width * height }, (_, i) => (i * 7919) % 65536)
    const picture = pictureOf(pixels, { width, height, pixelType: 'uint16' }, request)
    expect([picture.step, picture.width, picture.height]).toEqual([3, 44, 23])
    const mean = (left: number, top: number): number => {
      const seen: number[] = []
      for (let y = top; y < Math.min(top + 3, height); y++)
        for (let x = left; x < Math.min(left + 3, width); x++) seen.push(pixels[y * width + x] as number)
      return Math.floor(seen.reduce((a, b) => a + b) / seen.length + 0.5)
    }
    expect(picture.data[0]).toBe(mean(0, 0))
    expect(picture.data[43]).toBe(mean(129, 0))
    expect(picture.data[22 * 44 + 43]).toBe(mean(129, 66))
  })

  it('halves frames of even sides, rounding and counting as any other step', () => {
    const pixels = Uint16Array.from({ length: 128 * 96 }, (_, i) => (i * 7919) % 65536)
    const picture = pictureOf(
      pixels,
      { width: 128, height: 96, pixelType: 'uint16' },
      { ...request, saturation: 60_000 }
    )
    expect([picture.step, picture.width, picture.height]).toEqual([2, 64, 48])
    const at = (x: number, y: number): number => pixels[y * 128 + x] as number
    for (const [x, y] of [
      [0, 0],
      [63, 0],
      [17, 31],
      [63, 47]
    ] as const) {
      const sum = at(2 * x, 2 * y) + at(2 * x + 1, 2 * y) + at(2 * x, 2 * y + 1) + at(2 * x + 1, 2 * y + 1)
      expect(picture.data[y * 64 + x]).toBe(Math.floor(sum / 4 + 0.5))
    }
    expect(picture.saturated).toBe(pixels.filter((value) => value >= 60_000).length / pixels.length)
  })

  it('counts saturated pixels of the whole frame (M7)', () => {
    const pixels = new Uint8Array(128 * 128).fill(10)
    pixels.fill(255, 0, 128)
    const picture = pictureOf(
      pixels,
      { width: 128, height: 128, pixelType: 'uint8' },
      { ...request, saturation: 255 }
    )
    expect(picture.saturated).toBeCloseTo(1 / 128)
    expect([picture.histogramFrom, picture.histogramTo]).toEqual([0, 256])
  })

  it('leaves NaN and infinities out of range and histogram', () => {
    const pixels = Float32Array.of(NaN, -2, 3, Infinity)
    const picture = pictureOf(pixels, { width: 2, height: 2, pixelType: 'float32' }, request)
    expect([picture.min, picture.max]).toEqual([-2, 3])
    expect(picture.histogram.reduce((sum, bin) => sum + bin)).toBe(2)
  })

  it('shows signed, wide, half and complex pixels by their numbers', () => {
    const one = { width: 2, height: 1 }
    expect([...pictureOf(Int16Array.of(-5, 5), { ...one, pixelType: 'int16' }, request).data]).toEqual([
      -5, 5
    ])
    expect([...pictureOf(BigUint64Array.of(1n, 9n), { ...one, pixelType: 'uint64' }, request).data]).toEqual([
      1, 9
    ])
    expect([
      ...pictureOf(Uint16Array.of(0x3c00, 0xc000), { ...one, pixelType: 'float16' }, request).data
    ]).toEqual([1, -2])
    expect([
      ...pictureOf(Float32Array.of(3, 4, 0, 1), { ...one, pixelType: 'complex64' }, request).data
    ]).toEqual([5, 1])
    expect([halfToFloat(1), halfToFloat(0x7c00)]).toEqual([2 ** -24, Infinity])
  })

  it('keeps red, green and blue, leaves opacity out, and averages each colour by itself', () => {
    const format = { width: 2, height: 1, pixelType: 'uint8' } as const
    const rgb = pictureOf(Uint8Array.of(0, 30, 60, 3, 4, 5), { ...format, samples: 3 }, request)
    expect([rgb.samples, ...rgb.data]).toEqual([3, 0, 30, 60, 3, 4, 5])
    expect([rgb.min, rgb.max]).toEqual([0, 60])
    const rgba = pictureOf(Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 255), { ...format, samples: 4 }, request)
    expect([rgba.samples, ...rgba.data]).toEqual([3, 1, 2, 3, 4, 5, 6])
    const withOpacity = pictureOf(Uint8Array.of(9, 255, 8, 255), { ...format, samples: 2 }, request)
    expect([withOpacity.samples, ...withOpacity.data]).toEqual([1, 9, 8])
    const halved = pictureOf(
      Uint16Array.of(0, 100, 1000, 10, 200, 3000),
      { width: 2, height: 1, pixelType: 'uint16', samples: 3 },
      { ...request, side: 1 }
    )
    expect([...halved.data]).toEqual([5, 150, 2000])
  })
})
